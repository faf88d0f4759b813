"""Protocol of edit requests, the rows that they read, and helpers to change rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

from storage.db.errors import EditRefusedError, StaleEditError
from storage.db.records import UtteranceStatus
from storage.db.row_changes import SpeakerRow, TranscriptRows, UtteranceRow

MAX_COMMENT_CHARACTERS = 2_000
MAX_TEXT_CHARACTERS = 10_000  # of one utterance; an hour of speech has about as many

MAX_SPEAKERS = 500  # of a transcript; a parliament has fewer that speak in a day


@dataclass(frozen=True, slots=True)
class Scope:
    """Selection of the rows that an edit request reads; all speakers are read in any case.

    Attributes:
        utterance_ids: these utterances; must be unchanged since the base revision.
        speaker_ids: these speakers; must be unchanged since the base revision.
        said_by: all utterances of these speakers.
        turns_of: all turns of these speakers.
        containing: all utterances that contain this string; "" for none.
        is_all: all utterances.
    """

    utterance_ids: tuple[str, ...] = ()
    speaker_ids: tuple[str, ...] = ()
    said_by: tuple[str, ...] = ()
    turns_of: tuple[str, ...] = ()
    containing: str = ""
    is_all: bool = False


@dataclass(frozen=True, slots=True)
class EditContext:
    """Input for planning an edit: current rows, recording length, author, source of row ids.

    Attributes:
        current: all speakers, and the existing utterances and turns of the scope.
        duration_ms: length of the recording.
        author: name of the editor.
        new_id: returns the id of a new row.
    """

    current: TranscriptRows
    duration_ms: int
    author: str
    new_id: Callable[[], str]

    def utterances(self, ids: Iterable[str]) -> tuple[UtteranceRow, ...]:
        """Return the utterances with these ids, sorted by time.

        Raises:
            EditRefusedError: if no ids are given.
            StaleEditError: if an utterance no longer exists.
        """
        existing = {row.id: row for row in self.current.utterances}
        wanted = tuple(dict.fromkeys(ids))
        if not wanted:
            raise EditRefusedError(
                "No sentence is selected; select at least one.", reason="nothing_chosen"
            )
        missing = [each for each in wanted if each not in existing]
        if missing:
            raise StaleEditError(
                f"{len(missing)} of the {len(wanted)} selected sentences no longer exist: "
                "someone has merged or deleted them. Check the transcript, then try again."
                if len(wanted) > 1
                else "The sentence no longer exists: someone has merged or deleted it.",
                reason="sentences_gone" if len(wanted) > 1 else "sentence_gone",
                count=str(len(missing)),
                chosen=str(len(wanted)),
            )
        return tuple(sorted((existing[each] for each in wanted), key=time_order))

    def speaker(self, speaker_id: str) -> SpeakerRow:
        """Return the speaker with this id.

        Raises:
            StaleEditError: if the speaker no longer exists.
        """
        (row,) = self.speakers([speaker_id])
        return row

    def speakers(self, ids: Iterable[str]) -> tuple[SpeakerRow, ...]:
        """Return the speakers with these ids, in O(ids + speakers) time.

        Raises:
            StaleEditError: if a speaker no longer exists.
        """
        existing = {row.id: row for row in self.current.speakers}
        try:
            return tuple(existing[each] for each in ids)
        except KeyError:
            raise StaleEditError(
                "The speaker no longer exists: someone has merged it into another.",
                reason="speaker_gone",
            ) from None


class EditRequest(Protocol):
    """Interface of a request to change a transcript.

    `kind` is its name in the history. `plan` returns the rows after the edit: all rows of
    `context.current` that stay, changed or not, and new rows. A row that is missing is deleted.
    """

    kind: ClassVar[str]

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, besides all speakers."""

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the new rows; they replace `context.current`.

        Raises:
            EditRefusedError: if the request is invalid.
            StaleEditError: if rows that it refers to no longer exist.
        """


def edit_too_large() -> EditRefusedError:
    """Return the error for an edit that would write too much at once."""
    return EditRefusedError(
        "The edit changes too much at once. Select fewer sentences.", reason="edit_too_large"
    )


def check_num_speakers(num_speakers: int) -> None:
    """Raise EditRefusedError if a transcript cannot have so many speakers."""
    if num_speakers > MAX_SPEAKERS:
        raise EditRefusedError(
            f"A transcript has at most {MAX_SPEAKERS} speakers. Merge some of them first.",
            reason="too_many_speakers",
            limit=str(MAX_SPEAKERS),
        )


def time_order(row: UtteranceRow) -> tuple[int, int, str]:
    """Return the sort key of an utterance: start, position, id."""
    return row.start_ms, row.position, row.id


def with_utterances(current: TranscriptRows, changed: Iterable[UtteranceRow]) -> TranscriptRows:
    """Return the rows with the changed utterances in place of those with the same ids, or added."""
    rows = {row.id: row for row in (*current.utterances, *changed)}
    return replace(current, utterances=tuple(rows.values()))


def mark_corrected(row: UtteranceRow) -> UtteranceRow:
    """Return an utterance as edited, with the status "corrected" unless it is rejected."""
    if row.status == UtteranceStatus.REJECTED.value:
        return replace(row, is_edited=1)
    return replace(row, is_edited=1, status=UtteranceStatus.CORRECTED.value, reviewed_by=None)


def with_speaker(row: UtteranceRow, speaker_id: str | None) -> UtteranceRow:
    """Return an utterance with another speaker, marked as edited; a verified one stays verified."""
    if row.speaker_id == speaker_id:
        return row
    is_untouched = row.status == UtteranceStatus.MACHINE.value
    status = UtteranceStatus.CORRECTED.value if is_untouched else row.status
    return replace(row, speaker_id=speaker_id, is_edited=1, status=status)
