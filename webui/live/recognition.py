"""Interface of the recognition of a live recording."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from pipeline.core.options import PipelineOptions
from pipeline.live.events import LiveEvent

OnLiveEvent = Callable[[LiveEvent], None]


OnRecognitionEnd = Callable[[str | None], None]
"""Callback after the last event, with None, or the reason if recognition ended early."""


class Recognition(Protocol):
    """Recognition of a live recording, whose samples are read from the session's file."""

    def announce(self, num_samples: int) -> None:
        """Notify the recognition of the current number of samples in the file."""
        ...

    def finish(self) -> None:
        """Recognise the remaining samples; return once the last event was reported."""
        ...

    def close(self) -> None:
        """Stop at once and free the models; repeated calls have no effect."""
        ...


class StartRecognition(Protocol):
    """Function that starts the recognition of a live recording."""

    def __call__(
        self,
        spool_path: Path,
        options: PipelineOptions,
        last_segment: int,
        on_event: OnLiveEvent,
        on_end: OnRecognitionEnd,
    ) -> Recognition:
        """Start the recognition of the samples in a file.

        Args:
            spool_path: file with the samples.
            options: of the recording's run.
            last_segment: number of the last segment whose final text was found before, -1 for
                none.
            on_event: receives the events, one at a time, in any thread.
            on_end: called at the end, in any thread.

        Raises:
            PipelineError: if it cannot start, for example without its models.
        """
        ...


class NoRecognition:
    """Recognition that produces no text."""

    def announce(self, num_samples: int) -> None:
        """Do nothing, since no samples are recognised."""

    def finish(self) -> None:
        """Return at once, since there is no text to wait for."""

    def close(self) -> None:
        """Do nothing, since no models are loaded."""


def start_no_recognition(
    spool_path: Path,  # noqa: ARG001 - as StartRecognition has it
    options: PipelineOptions,  # noqa: ARG001
    last_segment: int,  # noqa: ARG001
    on_event: OnLiveEvent,  # noqa: ARG001
    on_end: OnRecognitionEnd,  # noqa: ARG001
) -> Recognition:
    """Return a recognition that produces no text, for services without models."""
    return NoRecognition()
