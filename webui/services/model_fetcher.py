"""Fetches models one after the other in a thread of its own."""

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

STOP_WAIT_S = 5.0  # a fetch looks every quarter of a second whether it is to stop

_log = logging.getLogger(__name__)


class FetchStage(str, Enum):
    """Where the wish for a model is."""

    WAITING = "waiting"
    FETCHING = "fetching"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FetchState:
    """The wish for a model that has not come true yet.

    Attributes:
        stage: where it is.
        num_bytes: how much of the model is here.
        problem: what went wrong; only where stage is FAILED.
        message: the same in the words of the program.
    """

    stage: FetchStage
    num_bytes: int = 0
    problem: FetchProblem | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """Told apart from an equal wish that was taken back."""

    model_id: str
    choice: FetchChoice


class _StoppedError(Exception):
    """Raised through the fetch to end it."""


class ModelFetcher:
    """Wishes wait here; the thread starts with the first one."""

    def __init__(self, store: ModelStore) -> None:
        self._store = store
        self._changed = threading.Condition()
        self._wishes: dict[str, _Wish] = {}
        self._states: dict[str, FetchState] = {}
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def add(self, model_id: str, choice: FetchChoice) -> None:
        """Wish for a model; nothing happens if that wish is there already."""
        with self._changed:
            if self._is_closed or model_id in self._wishes:
                return
            self._wishes[model_id] = _Wish(model_id, choice)
            self._states[model_id] = FetchState(FetchStage.WAITING)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="models", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def cancel(self) -> None:
        """Take back every wish."""
        with self._changed:
            for model_id in self._wishes:
                self._states.pop(model_id, None)
            self._wishes.clear()
            self._changed.notify_all()

    def states(self) -> dict[str, FetchState]:
        """The wishes that have not come true, by the model's id."""
        with self._changed:
            return dict(self._states)

    def close(self) -> None:
        """Take back every wish, take no more, and wait for the thread a little."""
        with self._changed:
            self._is_closed = True
        self.cancel()
        if self._thread is not None:
            self._thread.join(STOP_WAIT_S)

    def _work(self) -> None:
        while (wish := self._next_wish()) is not None:
            self._fetch(wish)

    def _next_wish(self) -> _Wish | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wishes or self._is_closed)
            return next(iter(self._wishes.values()), None)

    def _fetch(self, wish: _Wish) -> None:
        model_id = wish.model_id

        def report(done: int, _total: int) -> None:
            with self._changed:
                if self._wishes.get(model_id) is not wish:
                    raise _StoppedError
                self._states[model_id] = FetchState(FetchStage.FETCHING, done)

        end: FetchState | None = None
        try:
            report(0, 0)
            self._store.fetch(model_id, report=report, fetch_from=wish.choice)
        except _StoppedError:
            return
        except PipelineError as error:
            _log.warning("model %s could not be fetched: %s", model_id, error)
            end = _failure(error)
        except Exception:
            _log.exception("model %s could not be fetched", model_id)
            end = FetchState(FetchStage.FAILED, problem=FetchProblem.OTHER)
        self._end(wish, end)

    def _end(self, wish: _Wish, end: FetchState | None) -> None:
        model_id = wish.model_id
        with self._changed:
            if self._wishes.get(model_id) is not wish:
                return
            del self._wishes[model_id]
            if end is None:
                del self._states[model_id]
            else:
                self._states[model_id] = replace(
                    end, num_bytes=self._store.num_bytes_here(model_id)
                )
            self._changed.notify_all()


def _failure(error: PipelineError) -> FetchState:
    """What the page says: the sources' reasons alone, for people who have no command line here."""
    cause = error.__cause__
    if isinstance(cause, FetchError):
        return FetchState(FetchStage.FAILED, problem=cause.problem, message=str(cause))
    return FetchState(FetchStage.FAILED, problem=FetchProblem.OTHER, message=str(error))
