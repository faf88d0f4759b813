"""The protocol of voice activity detectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from pipeline.audio.samples import Audio
from pipeline.core.progress import Report, ignore_report
from pipeline.core.transcript import SpeechSegment
from pipeline.runtime.append_log import StoredRecords


class Vad(Protocol):
    """A voice activity detector."""

    def detect(self, audio: Audio, *, report: Report = ignore_report) -> tuple[SpeechSegment, ...]:
        """Detect the speech segments: sorted, disjoint, inside the audio; empty without speech.

        `report` counts milliseconds of audio.
        """
        ...

    def follow(
        self,
        audio: Audio,
        *,
        report: Report = ignore_report,
        kept: StoredRecords | None = None,
    ) -> Iterator[SpeechSegment]:
        """Detect the speech segments; yield each as soon as enough audio has arrived.

        Args:
            audio: the recording; it may still be growing.
            report: counts milliseconds of audio and their expected total.
            kept: stored probabilities from before an interruption.
        """
        ...
