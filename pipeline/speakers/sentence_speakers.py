"""The speaker of a stretch of text, by the turns that cover it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np

from pipeline.core.intervals import Interval
from pipeline.core.transcript import SpeakerTurn
from pipeline.speakers.turns import speaker_name

FIRST_SPEAKER = speaker_name(0)


class OverlapRule(str, Enum):
    """How the turns that a sentence overlaps are weighed (spec 7.5)."""

    SUMMED = "summed"  # all of a speaker's turns count together; no overlap: the nearest turn
    LARGEST = "largest"  # the longest single overlap; no overlap: the first speaker (classic)


class SpeakerLookup:
    """Answers who speaks in a stretch of a recording."""

    def __init__(
        self, turns: Sequence[SpeakerTurn], *, rule: OverlapRule = OverlapRule.SUMMED
    ) -> None:
        """Keep the turns at hand.

        Args:
            turns: sorted by start.
            rule: how overlaps are weighed.
        """
        self._rule = rule
        self._speakers = tuple(turn.speaker for turn in turns)
        numbers = {speaker: number for number, speaker in enumerate(dict.fromkeys(self._speakers))}
        self._owners = np.array([numbers[speaker] for speaker in self._speakers], np.intp)
        self._starts_ms = np.array([turn.start_ms for turn in turns], np.int64)
        self._ends_ms = np.array([turn.end_ms for turn in turns], np.int64)

    def speaker_of(self, stretch: Interval) -> str | None:
        """The speaker with most of a stretch; None where the recording has no turns.

        Of equals the one who speaks earlier in it.
        """
        if not self._speakers:
            return None
        common_ms = np.minimum(self._ends_ms, stretch.end_ms) - np.maximum(
            self._starts_ms, stretch.start_ms
        )  # negative: how far away the turn is
        if self._rule is OverlapRule.LARGEST:
            return self._speakers[int(common_ms.argmax())] if common_ms.max() > 0 else FIRST_SPEAKER
        if common_ms.max() <= 0:
            return self._speakers[int(common_ms.argmax())]
        shares_ms = np.bincount(self._owners, weights=np.maximum(common_ms, 0))[self._owners]
        return self._speakers[int(np.where(common_ms > 0, shares_ms, 0.0).argmax())]
