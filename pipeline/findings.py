"""What a transcription has found so far, told while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.transcript import Sentence


@dataclass(frozen=True, slots=True)
class AudioReady:
    """The copy that is played and the waveform's picture are complete in the job's scratch folder.

    Attributes:
        duration_ms: length of the recording.
    """

    duration_ms: int

    def __post_init__(self) -> None:
        if self.duration_ms < 0:
            raise ValueError(f"AudioReady.duration_ms must not be negative: {self.duration_ms}")


@dataclass(frozen=True, slots=True)
class SentencesFound:
    """The next sentences in order of time; the final transcript may differ from them.

    Attributes:
        first: how many sentences of this transcription were found before these. A transcription
            that is continued tells everything again from the beginning, with the same numbers.
        sentences: their speakers are provisional, or None.
    """

    first: int
    sentences: tuple[Sentence, ...]

    def __post_init__(self) -> None:
        if self.first < 0:
            raise ValueError(f"SentencesFound.first must not be negative: {self.first}")


Finding = AudioReady | SentencesFound

OnFinding = Callable[[Finding], None]
"""Called as soon as something is found, from the thread that does the work."""


def ignore_finding(finding: Finding) -> None:
    """An OnFinding for callers that do not look."""
