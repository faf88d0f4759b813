"""Model downloads, done one after the other in a dedicated thread."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from enum import Enum

from pipeline.core.errors import PipelineError
from pipeline.models.fetch.fetch_choice import FetchChoice
from pipeline.models.fetch.fetching import FetchError
from pipeline.models.fetch.sources import FetchProblem
from pipeline.models.store import ModelStore

STOP_WAIT_S = 5.0  # a download checks for cancellation every quarter of a second

_log = logging.getLogger(__name__)


class FetchStage(str, Enum):
    """Stage of a requested model download."""

    WAITING = "waiting"
    FETCHING = "fetching"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FetchState:
    """State of a requested model download that is not complete.

    Attributes:
        stage: state of the download.
        num_bytes: number of downloaded bytes.
        problem: kind of failure; only if stage is FAILED.
        message: message of the failure.
    """

    stage: FetchStage
    num_bytes: int = 0
    problem: FetchProblem | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Download:
    """A download request, compared by identity since an equal one may have been cancelled."""

    model_id: str
    choice: FetchChoice


class _StoppedError(Exception):
    """Exception raised inside a download to cancel it."""


class ModelFetcher:
    """Queue of model downloads with a dedicated thread, started at the first request."""

    def __init__(self, store: ModelStore) -> None:
        self._store = store
        self._changed = threading.Condition()
        self._downloads: dict[str, _Download] = {}
        self._states: dict[str, FetchState] = {}
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def add(self, model_id: str, choice: FetchChoice) -> None:
        """Queue the download of a model; do nothing if it is already requested."""
        with self._changed:
            if self._is_closed or model_id in self._downloads:
                return
            self._downloads[model_id] = _Download(model_id, choice)
            self._states[model_id] = FetchState(FetchStage.WAITING)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="models", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def cancel(self) -> None:
        """Cancel all downloads."""
        with self._changed:
            for model_id in self._downloads:
                self._states.pop(model_id, None)
            self._downloads.clear()
            self._changed.notify_all()

    def states(self) -> dict[str, FetchState]:
        """Return the incomplete downloads by model id."""
        with self._changed:
            return dict(self._states)

    def close(self) -> None:
        """Cancel all downloads, accept no more, and wait briefly for the thread."""
        with self._changed:
            self._is_closed = True
        self.cancel()
        if self._thread is not None:
            self._thread.join(STOP_WAIT_S)

    def _work(self) -> None:
        while (download := self._next_download()) is not None:
            self._fetch(download)

    def _next_download(self) -> _Download | None:
        with self._changed:
            self._changed.wait_for(lambda: self._downloads or self._is_closed)
            return next(iter(self._downloads.values()), None)

    def _fetch(self, download: _Download) -> None:
        model_id = download.model_id

        def report(done: int, _total: int) -> None:
            with self._changed:
                if self._downloads.get(model_id) is not download:
                    raise _StoppedError
                self._states[model_id] = FetchState(FetchStage.FETCHING, done)

        end: FetchState | None = None
        try:
            report(0, 0)
            self._store.fetch(model_id, report=report, fetch_from=download.choice)
        except _StoppedError:
            return
        except PipelineError as error:
            _log.warning("model %s could not be downloaded: %s", model_id, error)
            end = _failure(error)
        except Exception:
            _log.exception("model %s could not be downloaded", model_id)
            end = FetchState(FetchStage.FAILED, problem=FetchProblem.OTHER)
        self._end(download, end)

    def _end(self, download: _Download, end: FetchState | None) -> None:
        model_id = download.model_id
        with self._changed:
            if self._downloads.get(model_id) is not download:
                return
            del self._downloads[model_id]
            if end is None:
                del self._states[model_id]
            else:
                self._states[model_id] = replace(
                    end, num_bytes=self._store.num_bytes_here(model_id)
                )
            self._changed.notify_all()


def _failure(error: PipelineError) -> FetchState:
    """Return the state of a failed download, with a message without command-line hints."""
    cause = error.__cause__
    if isinstance(cause, FetchError):
        return FetchState(FetchStage.FAILED, problem=cause.problem, message=str(cause))
    return FetchState(FetchStage.FAILED, problem=FetchProblem.OTHER, message=str(error))
