"""Edit requests that split, merge, insert, delete or retime utterances."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from pipeline.core.intervals import Interval
from pipeline.text.realignment import realign
from storage.db.errors import EditRefusedError
from storage.db.records import UtteranceStatus
from storage.db.row_changes import TranscriptRows, UtteranceRow
from storage.db.values import write_tokens
from storage.edit_plans.merge import merged_utterance
from storage.edit_plans.request import EditContext, Scope, with_utterances
from storage.edit_plans.split import nearest_border, split_row
from storage.edit_plans.text import text_on_one_line, with_interval


@dataclass(frozen=True, slots=True)
class SplitUtterance:
    """Request to split an utterance in two; the first part keeps the id.

    Attributes:
        utterance_id: the utterance.
        at_character: number of characters in the first part; None to split by time.
        at_ms: split at the word boundary nearest to this time; None to split by characters.
    """

    utterance_id: str
    at_character: int | None = None
    at_ms: int | None = None
    kind: ClassVar[str] = "split_utterance"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the given utterance."""
        return Scope(utterance_ids=(self.utterance_id,))

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the rows with the two parts in place of the utterance; see `EditRequest.plan`.

        Raises:
            EditRefusedError: if there is no place to split, or a part would be empty.
        """
        (row,) = context.utterances([self.utterance_id])
        if (self.at_character is None) == (self.at_ms is None):
            raise EditRefusedError(
                "Specify where to split: at a character or at a time.", reason="divide_where"
            )
        if self.at_character is not None:
            at_character = self.at_character
        else:
            assert self.at_ms is not None  # given if `at_character` is not
            at_character = nearest_border(row, self.at_ms)
        return with_utterances(context.current, split_row(row, at_character, context.new_id()))


@dataclass(frozen=True, slots=True)
class MergeUtterances:
    """Request to merge utterances of one speaker into the first, which keeps its id.

    Attributes:
        utterance_ids: at least two.
    """

    utterance_ids: tuple[str, ...]
    kind: ClassVar[str] = "merge_utterances"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the given utterances."""
        return Scope(utterance_ids=self.utterance_ids)

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the rows with one utterance in place of the merged ones."""
        rows = context.utterances(self.utterance_ids)
        return replace(context.current, utterances=(merged_utterance(rows),))


@dataclass(frozen=True, slots=True)
class InsertUtterance:
    """Request to insert an utterance that the recogniser missed.

    Attributes:
        start_ms: its start.
        end_ms: its end.
        text: its text; "" if it is not typed yet.
        speaker_id: its speaker; None for an unknown speaker.
    """

    start_ms: int
    end_ms: int
    text: str
    speaker_id: str | None = None
    kind: ClassVar[str] = "insert_utterance"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely none besides the speakers."""
        return Scope()

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the rows with the new utterance."""
        if self.speaker_id is not None:
            context.speaker(self.speaker_id)
        interval = _interval(self.start_ms, self.end_ms, context.duration_ms)
        text = text_on_one_line(self.text)
        row = UtteranceRow(
            id=context.new_id(),
            position=0,
            start_ms=interval.start_ms,
            end_ms=interval.end_ms,
            speaker_id=self.speaker_id,
            text=text,
            tokens_json=write_tokens(realign((), text, interval)),
            status=UtteranceStatus.CORRECTED.value,
            is_edited=1,
        )
        return with_utterances(context.current, [row])


@dataclass(frozen=True, slots=True)
class DeleteUtterances:
    """Request to delete utterances from the transcript; the edit history still contains them.

    Attributes:
        utterance_ids: the utterances.
    """

    utterance_ids: tuple[str, ...]
    kind: ClassVar[str] = "delete_utterances"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the given utterances."""
        return Scope(utterance_ids=self.utterance_ids)

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the rows without the utterances."""
        context.utterances(self.utterance_ids)
        return replace(context.current, utterances=())


@dataclass(frozen=True, slots=True)
class RetimeUtterance:
    """Request to change the start and end of an utterance.

    Attributes:
        utterance_id: the utterance.
        start_ms: its new start.
        end_ms: its new end.
    """

    utterance_id: str
    start_ms: int
    end_ms: int
    kind: ClassVar[str] = "retime_utterance"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the given utterance."""
        return Scope(utterance_ids=(self.utterance_id,))

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the utterance with its new times."""
        (row,) = context.utterances([self.utterance_id])
        interval = _interval(self.start_ms, self.end_ms, context.duration_ms)
        changed = row if interval == row.interval else with_interval(row, interval)
        return with_utterances(context.current, [changed])


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
