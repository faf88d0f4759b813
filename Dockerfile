# Speaker Studio with its embedded models, as a user without rights, on port 7860; the workspace is the volume /data.
# `--target cluster` adds Ray, for the nodes of a cluster and for the app or a batch on it (docs/cluster.md).
FROM python:3.12-slim AS build

RUN python -m venv /venv
WORKDIR /app
COPY requirements.txt ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pipeline pipeline
COPY assets/models assets/models
ENV SPEAKER_STUDIO_MODELS=/models
RUN /venv/bin/python -m pipeline.models fetch

FROM build AS build-cluster

COPY requirements-ray.txt ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-ray.txt

FROM python:3.12-slim AS program

RUN useradd --uid 10001 --create-home studio && install -d -o studio -g studio /data
WORKDIR /app
COPY app.py LICENSE ./
COPY pipeline pipeline
COPY storage storage
COPY webui webui
COPY assets assets

ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SPEAKER_STUDIO_MODELS=/models \
    SPEAKER_STUDIO_WORKSPACE=/data/workspace \
    NUMBA_CACHE_DIR=/data/compiled
USER 10001
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/readyz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "app.py", "--host", "0.0.0.0"]

FROM program AS cluster

COPY --from=build-cluster /venv /venv
COPY --from=build-cluster /models /models
ENV PYTHONPATH=/app \
    RAY_USAGE_STATS_ENABLED=0

FROM program

COPY --from=build /venv /venv
COPY --from=build /models /models
