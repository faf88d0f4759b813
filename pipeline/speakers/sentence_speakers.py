"""Assignment of speakers to sentences, by their overlap with speaker turns."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np

from pipeline.core.intervals import Interval
from pipeline.core.transcript import SpeakerTurn
from pipeline.speakers.turns import speaker_name

FIRST_SPEAKER = speaker_name(0)


class OverlapRule(str, Enum):
    """A rule by which overlapping turns determine a sentence's speaker (spec 7.5)."""

    SUMMED = "summed"  # sum of a speaker's turns; without overlap the nearest turn
    LARGEST = "largest"  # longest single overlap; without overlap the first speaker (classic)


class SpeakerLookup:
    """A lookup of speakers by interval among speaker turns."""

    def __init__(
        self, turns: Sequence[SpeakerTurn], *, rule: OverlapRule = OverlapRule.SUMMED
    ) -> None:
        """Store the turns and the rule for overlaps.

        Args:
            turns: sorted by start.
            rule: rule for overlapping turns.
        """
        self._rule = rule
        self._speakers = tuple(turn.speaker for turn in turns)
        numbers = {speaker: number for number, speaker in enumerate(dict.fromkeys(self._speakers))}
        self._owners = np.array([numbers[speaker] for speaker in self._speakers], np.intp)
        self._starts_ms = np.array([turn.start_ms for turn in turns], np.int64)
        self._ends_ms = np.array([turn.end_ms for turn in turns], np.int64)

    def speaker_of(self, interval: Interval) -> str | None:
        """Return the speaker of an interval by the overlap rule, None if there are no turns.

        Ties are resolved in favour of the earlier turn.
        """
        if not self._speakers:
            return None
        common_ms = np.minimum(self._ends_ms, interval.end_ms) - np.maximum(
            self._starts_ms, interval.start_ms
        )  # negative: distance of the turn
        if self._rule is OverlapRule.LARGEST:
            return self._speakers[int(common_ms.argmax())] if common_ms.max() > 0 else FIRST_SPEAKER
        if common_ms.max() <= 0:
            return self._speakers[int(common_ms.argmax())]
        shares_ms = np.bincount(self._owners, weights=np.maximum(common_ms, 0))[self._owners]
        return self._speakers[int(np.where(common_ms > 0, shares_ms, 0.0).argmax())]
