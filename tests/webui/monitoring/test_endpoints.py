"""Health, readiness and metrics."""

from __future__ import annotations

from http import HTTPStatus

from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from storage.db.errors import StorageError
from storage.db.records import RunStatus
from storage.statistics.activity import Activity
from webui.monitoring.endpoints import PlainEndpoints, health_endpoints, metrics_endpoints
from webui.monitoring.metrics import Metrics

BUSY = Activity(
    num_recordings=3,
    num_edits=40,
    runs={**dict.fromkeys(RunStatus, 0), RunStatus.QUEUED: 2},
    failures={'a "kind"\n': 1},
    audio_s=3600.0,
    work_s=360.0,
)


def client_of(endpoints: dict) -> TestClient:  # type: ignore[type-arg]  # of any endpoints
    page = Route("/{path:path}", lambda _: PlainTextResponse("page"), methods=["GET", "POST"])
    return TestClient(PlainEndpoints(Starlette(routes=[page]), endpoints))


def fail() -> None:
    raise StorageError("/secret/path is damaged")


def test_the_app_is_alive_although_its_database_is_not_and_tells_no_path() -> None:
    client = client_of(health_endpoints(fail))

    assert client.get("/healthz").text == "ok\n"
    answer = client.get("/readyz")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "secret" not in answer.text


def test_a_workspace_that_can_be_read_is_ready() -> None:
    assert client_of(health_endpoints(lambda: None)).get("/readyz").text == "ready\n"


def test_other_paths_and_methods_reach_the_page() -> None:
    client = client_of(health_endpoints(lambda: None))

    assert client.get("/healthz/more").text == "page"
    assert client.post("/healthz").text == "page"


def test_metrics_are_read_anew_with_every_request_and_parse_as_prometheus_reads_them() -> None:
    metrics = Metrics(lambda: BUSY, lambda: 1)
    client = client_of(metrics_endpoints(metrics))
    with metrics.edit_seconds.time():
        pass

    samples = {
        (each.name, *each.labels.values()): each.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for each in family.samples
    }

    assert samples["speaker_studio_runs", "queued"] == 2
    assert samples["speaker_studio_failed_runs", 'a "kind"\n'] == 1
    assert samples["speaker_studio_edits_total",] == 40
    assert samples["speaker_studio_live_recordings",] == 1
    assert samples["speaker_studio_edit_seconds_count",] == 1


def test_metrics_of_a_damaged_workspace_say_so() -> None:
    def read() -> Activity:
        raise StorageError("gone")

    answer = client_of(metrics_endpoints(Metrics(read, lambda: 0))).get("/metrics")

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
