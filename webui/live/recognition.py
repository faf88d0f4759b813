"""Interface of the recognition that follows a live recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipeline.core.options import PipelineOptions
from pipeline.live.events import LiveEvent

OnLiveEvent = Callable[[LiveEvent], None]


@dataclass(frozen=True, slots=True)
class FoundText:
    """Where the text of a live recording ends that was found before.

    Attributes:
        num_segments: number of segments with a final text.
        num_sentences: number of their sentences.
        end_ms: end of the last of these sentences.
    """

    num_segments: int = 0
    num_sentences: int = 0
    end_ms: int = 0


class Recognition(Protocol):
    """Recognition of a live recording, which reads the samples from the session's file."""

    def announce(self, num_samples: int) -> None:
        """State how many samples the file has now."""
        ...

    def finish(self) -> None:
        """Recognise the rest; return once the last event was reported."""
        ...

    def close(self) -> None:
        """Stop at once and free the models; repeated calls have no effect."""
        ...


class StartRecognition(Protocol):
    """A function that starts the recognition of a live recording."""

    def __call__(
        self, spool_path: Path, options: PipelineOptions, found: FoundText, on_event: OnLiveEvent
    ) -> Recognition:
        """Start the recognition.

        Args:
            spool_path: file with the samples.
            options: of the recording's run.
            found: the text that the recognition must not report again.
            on_event: receives the events, one at a time, in any thread.

        Raises:
            PipelineError: if it cannot start, for example without its models.
        """
        ...


class NoRecognition:
    """Recognition that finds no text during the recording."""

    def announce(self, num_samples: int) -> None:
        """Do nothing."""

    def finish(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def start_no_recognition(
    spool_path: Path,  # noqa: ARG001 - as StartRecognition has it
    options: PipelineOptions,  # noqa: ARG001
    found: FoundText,  # noqa: ARG001
    on_event: OnLiveEvent,  # noqa: ARG001
) -> Recognition:
    """Return a recognition that finds no text, for services without models."""
    return NoRecognition()
