"""Edits of where a sentence begins and ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.core.intervals import Interval
from pipeline.text.realignment import realign
from storage.db.errors import EditRefusedError
from storage.db.records import UtteranceStatus
from storage.db.row_changes import TranscriptRows, UtteranceRow
from storage.db.values import write_tokens
from storage.edits.merge import joined_utterance
from storage.edits.request import EditContext, Scope, with_utterances
from storage.edits.split import divided, nearest_border
from storage.edits.text import retimed, text_on_one_line


@dataclass(frozen=True, slots=True)
class SplitUtterance:
    """An utterance divided in two; the first keeps its id.

    Attributes:
        utterance_id: which.
        at_character: how many characters of the text stay in the first; None to go by time.
        at_ms: the border between words nearest to this time; None to go by the text.
    """

    utterance_id: str
    at_character: int | None = None
    at_ms: int | None = None
    kind: ClassVar[str] = "split_utterance"

    @property
    def scope(self) -> Scope:
        """The utterance."""
        return Scope(utterance_ids=(self.utterance_id,))

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The two utterances."""
        (row,) = situation.utterances([self.utterance_id])
        if (self.at_character is None) == (self.at_ms is None):
            raise EditRefusedError(
                "Specify where to split: at a character or at a time.", reason="divide_where"
            )
        if self.at_character is not None:
            at_character = self.at_character
        else:
            assert self.at_ms is not None  # one of the two is given
            at_character = nearest_border(row, self.at_ms)
        return with_utterances(situation.current, divided(row, at_character, situation.new_id()))


@dataclass(frozen=True, slots=True)
class MergeUtterances:
    """Several utterances of one speaker made one, which keeps the id of the first.

    Attributes:
        utterance_ids: at least two.
    """

    utterance_ids: tuple[str, ...]
    kind: ClassVar[str] = "merge_utterances"

    @property
    def scope(self) -> Scope:
        """The utterances."""
        return Scope(utterance_ids=self.utterance_ids)

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The one utterance."""
        rows = situation.utterances(self.utterance_ids)
        return replace(situation.current, utterances=(joined_utterance(rows),))


@dataclass(frozen=True, slots=True)
class InsertUtterance:
    """An utterance that the recogniser missed.

    Attributes:
        start_ms: when it begins.
        end_ms: when it ends.
        text: what is said; "" while the words are still to be typed.
        speaker_id: who says it; None for nobody known.
    """

    start_ms: int
    end_ms: int
    text: str
    speaker_id: str | None = None
    kind: ClassVar[str] = "insert_utterance"

    @property
    def scope(self) -> Scope:
        """Nothing but the speakers."""
        return Scope()

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The new utterance."""
        if self.speaker_id is not None:
            situation.speaker(self.speaker_id)
        interval = _interval(self.start_ms, self.end_ms, situation.duration_ms)
        text = text_on_one_line(self.text)
        row = UtteranceRow(
            id=situation.new_id(),
            position=0,
            start_ms=interval.start_ms,
            end_ms=interval.end_ms,
            speaker_id=self.speaker_id,
            text=text,
            tokens_json=write_tokens(realign((), text, interval)),
            status=UtteranceStatus.CORRECTED.value,
            is_edited=1,
        )
        return with_utterances(situation.current, [row])


@dataclass(frozen=True, slots=True)
class DeleteUtterances:
    """Utterances taken out of the transcript; the history keeps them.

    Attributes:
        utterance_ids: which.
    """

    utterance_ids: tuple[str, ...]
    kind: ClassVar[str] = "delete_utterances"

    @property
    def scope(self) -> Scope:
        """The utterances."""
        return Scope(utterance_ids=self.utterance_ids)

    def planned(self, situation: EditContext) -> TranscriptRows:
        """What is there without them."""
        situation.utterances(self.utterance_ids)
        return replace(situation.current, utterances=())


@dataclass(frozen=True, slots=True)
class RetimeUtterance:
    """Another beginning and end for an utterance.

    Attributes:
        utterance_id: which.
        start_ms: when it begins.
        end_ms: when it ends.
    """

    utterance_id: str
    start_ms: int
    end_ms: int
    kind: ClassVar[str] = "retime_utterance"

    @property
    def scope(self) -> Scope:
        """The utterance."""
        return Scope(utterance_ids=(self.utterance_id,))

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The utterance at its time."""
        (row,) = situation.utterances([self.utterance_id])
        interval = _interval(self.start_ms, self.end_ms, situation.duration_ms)
        changed = row if interval == row.interval else retimed(row, interval)
        return with_utterances(situation.current, [changed])


def _interval(start_ms: int, end_ms: int, duration_ms: int) -> Interval:
    if not 0 <= start_ms < end_ms <= duration_ms:
        raise EditRefusedError(
            f"A sentence cannot last from {start_ms} to {end_ms} ms: it must end after it "
            f"starts, within the recording's {duration_ms} ms.",
            reason="impossible_times",
            start=str(start_ms),
            end=str(end_ms),
            duration=str(duration_ms),
        )
    return Interval(start_ms, end_ms)
