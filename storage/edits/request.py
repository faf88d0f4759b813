"""What every kind of edit has in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

from storage.db.errors import EditRefusedError, StaleEditError
from storage.db.records import UtteranceStatus
from storage.db.row_changes import SpeakerRow, TranscriptRows, UtteranceRow

MAX_COMMENT_CHARACTERS = 2_000
MAX_TEXT_CHARACTERS = 10_000  # of one utterance; an hour of speech has about as many


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows that an edit has to know, besides all speakers.

    Attributes:
        utterance_ids: these, which are changed and must be as their editor has seen them.
        speaker_ids: these are changed and must be as their editor has seen them.
        said_by: all utterances of these speakers.
        turns_of: all turns of these speakers.
        containing: all utterances with this text; "" for none.
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
    """What an edit is planned upon.

    Attributes:
        current: all speakers, and the utterances and turns of the scope that are there.
        duration_ms: length of the recording.
        author: who edits.
        new_id: gives the ids of new rows.
    """

    current: TranscriptRows
    duration_ms: int
    author: str
    new_id: Callable[[], str]

    def utterances(self, ids: Iterable[str]) -> tuple[UtteranceRow, ...]:
        """The utterances with these ids, in order of time.

        Raises:
            EditRefusedError: if there are no ids.
            StaleEditError: if one is no longer there.
        """
        there = {row.id: row for row in self.current.utterances}
        wanted = tuple(dict.fromkeys(ids))
        if not wanted:
            raise EditRefusedError(
                "No sentence is selected; select at least one.", reason="nothing_chosen"
            )
        missing = [each for each in wanted if each not in there]
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
        return tuple(sorted((there[each] for each in wanted), key=in_time))

    def speaker(self, speaker_id: str) -> SpeakerRow:
        """The speaker with this id.

        Raises:
            StaleEditError: if there is none (any more).
        """
        for row in self.current.speakers:
            if row.id == speaker_id:
                return row
        raise StaleEditError(
            "The speaker no longer exists: someone has merged it into another.",
            reason="speaker_gone",
        )


class EditRequest(Protocol):
    """One action that a person asks for.

    The kind names it in the history. What `planned` returns are the rows after the edit, of those
    in the situation that change, are new, or stay; a row of the scope that is not among them goes.
    """

    kind: ClassVar[str]

    @property
    def scope(self) -> Scope:
        """The rows to be read for it."""

    def planned(self, situation: EditContext) -> TranscriptRows:
        """What becomes of the situation's rows.

        Raises:
            EditRefusedError: if it cannot be done.
            StaleEditError: if what it is about is no longer there.
        """


def in_time(row: UtteranceRow) -> tuple[int, int, str]:
    """The order of utterances."""
    return row.start_ms, row.position, row.id


def with_utterances(current: TranscriptRows, changed: Iterable[UtteranceRow]) -> TranscriptRows:
    """The rows with some utterances changed or added."""
    rows = {row.id: row for row in (*current.utterances, *changed)}
    return replace(current, utterances=tuple(rows.values()))


def corrected(row: UtteranceRow) -> UtteranceRow:
    """An utterance whose words or times a person has changed: to be verified anew."""
    if row.status == UtteranceStatus.REJECTED.value:
        return replace(row, is_edited=1)
    return replace(row, is_edited=1, status=UtteranceStatus.CORRECTED.value, reviewed_by=None)


def given_to(row: UtteranceRow, speaker_id: str | None) -> UtteranceRow:
    """An utterance with another speaker; what was verified of its words stays so."""
    if row.speaker_id == speaker_id:
        return row
    is_untouched = row.status == UtteranceStatus.MACHINE.value
    status = UtteranceStatus.CORRECTED.value if is_untouched else row.status
    return replace(row, speaker_id=speaker_id, is_edited=1, status=status)
