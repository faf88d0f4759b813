"""Edit requests that assign, rename, merge or add speakers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count, islice
from typing import ClassVar

from storage.db.errors import EditRefusedError
from storage.db.row_changes import SpeakerRow, TranscriptRows
from storage.db.values import clean_title
from storage.edit_plans.default_names import label_named, taken_labels
from storage.edit_plans.request import (
    EditContext,
    Scope,
    check_num_speakers,
    with_speaker,
    with_utterances,
)

_NUMBERED = re.compile(r"S([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class AssignSpeaker:
    """Request to assign utterances to one speaker.

    Attributes:
        utterance_ids: the utterances.
        speaker_id: the speaker; None for an unknown speaker.
    """

    utterance_ids: tuple[str, ...]
    speaker_id: str | None
    kind: ClassVar[str] = "assign_speaker"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the given utterances."""
        return Scope(utterance_ids=self.utterance_ids)

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the utterances with their new speaker."""
        if self.speaker_id is not None:
            context.speaker(self.speaker_id)
        rows = context.utterances(self.utterance_ids)
        return with_utterances(
            context.current, [with_speaker(row, self.speaker_id) for row in rows]
        )


@dataclass(frozen=True, slots=True)
class AssignSpeakers:
    """Request to assign each of many utterances to a speaker, for example from a suggestion.

    Attributes:
        assignments: (utterance id, speaker id or None), each utterance once.
        new_speakers: for each speaker to add, the ids of utterances outside `assignments`.
    """

    assignments: tuple[tuple[str, str | None], ...] = ()
    new_speakers: tuple[tuple[str, ...], ...] = ()
    kind: ClassVar[str] = "assign_speakers"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the given utterances."""
        given = (utterance_id for utterance_id, _ in self.assignments)
        return Scope(utterance_ids=tuple(chain(given, *self.new_speakers)))

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the utterances with their speakers, and all speakers including the new ones.

        Raises:
            EditRefusedError: if an utterance is listed twice, a new speaker has none, or there
                are too many speakers.
        """
        named = self.scope.utterance_ids
        if len(set(named)) != len(named):
            raise EditRefusedError(
                "A sentence is listed twice; give it one speaker.", reason="named_twice"
            )
        if not all(self.new_speakers):
            raise EditRefusedError(
                "A new speaker needs a sentence; select at least one.",
                reason="speaker_needs_sentence",
            )
        context.speakers(each for _, each in self.assignments if each is not None)
        rows = context.utterances(named)
        current = context.current
        added = tuple(
            islice(_nameless_speakers(context.new_id, current.speakers), len(self.new_speakers))
        )
        speaker_of = dict(self.assignments)
        for speaker, utterance_ids in zip(added, self.new_speakers, strict=True):
            speaker_of.update(dict.fromkeys(utterance_ids, speaker.id))
        return with_utterances(
            replace(current, speakers=(*current.speakers, *added)),
            [with_speaker(row, speaker_of[row.id]) for row in rows],
        )


@dataclass(frozen=True, slots=True)
class ReassignSpeaker:
    """Request to assign all utterances of one speaker to another; both speakers stay.

    Attributes:
        from_speaker_id: the current speaker.
        to_speaker_id: the new speaker; None for an unknown speaker.
    """

    from_speaker_id: str
    to_speaker_id: str | None
    kind: ClassVar[str] = "reassign_speaker"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the utterances of the current speaker."""
        return Scope(said_by=(self.from_speaker_id,))

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the utterances with their new speaker."""
        context.speaker(self.from_speaker_id)
        if self.to_speaker_id is not None:
            context.speaker(self.to_speaker_id)
        rows = context.current.utterances
        return with_utterances(
            context.current, [with_speaker(row, self.to_speaker_id) for row in rows]
        )


@dataclass(frozen=True, slots=True)
class RenameSpeaker:
    """Request to change the display name of a speaker.

    Attributes:
        speaker_id: the speaker.
        name: the display name; blank to go back to the label.
    """

    speaker_id: str
    name: str
    kind: ClassVar[str] = "rename_speaker"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the given speaker."""
        return Scope(speaker_ids=(self.speaker_id,))

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return all speakers, one of them renamed."""
        row = context.speaker(self.speaker_id)
        others = [each for each in context.current.speakers if each.id != row.id]
        renamed = replace(row, display_name=_unused_name(self.name, others))
        return replace(context.current, speakers=(*others, renamed))


@dataclass(frozen=True, slots=True)
class MergeSpeakers:
    """Request to merge speakers, with their utterances and turns, into one.

    Attributes:
        speaker_ids: speakers to remove.
        into_speaker_id: speaker to keep.
    """

    speaker_ids: tuple[str, ...]
    into_speaker_id: str
    kind: ClassVar[str] = "merge_speakers"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the speakers, their utterances and turns."""
        return Scope(
            speaker_ids=(*self.speaker_ids, self.into_speaker_id),
            said_by=self.speaker_ids,
            turns_of=self.speaker_ids,
        )

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the remaining speakers, with the utterances and turns of the merged ones.

        Raises:
            EditRefusedError: if no speaker is to be merged, or one into itself.
        """
        into = context.speaker(self.into_speaker_id)
        gone = {each.id for each in context.speakers(self.speaker_ids)}
        if not gone:
            raise EditRefusedError("Choose at least one speaker to merge.", reason="merge_whom")
        if into.id in gone:
            raise EditRefusedError(
                "A speaker cannot be merged into the same speaker.", reason="merge_same"
            )
        current = context.current
        return TranscriptRows(
            speakers=tuple(row for row in current.speakers if row.id not in gone),
            utterances=tuple(with_speaker(row, into.id) for row in current.utterances),
            turns=tuple(replace(row, speaker_id=into.id) for row in current.turns),
        )


@dataclass(frozen=True, slots=True)
class AddSpeaker:
    """Request to add a speaker, optionally with utterances.

    Attributes:
        utterance_ids: utterances to assign to the new speaker; may be empty.
        name: display name; blank to use the label alone.
    """

    utterance_ids: tuple[str, ...] = ()
    name: str = ""
    kind: ClassVar[str] = "add_speaker"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the given utterances."""
        return Scope(utterance_ids=self.utterance_ids)

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return all speakers including the new one, and the utterances."""
        speakers = context.current.speakers
        added = new_speaker(context.new_id(), speakers, self.name)
        rows = context.utterances(self.utterance_ids) if self.utterance_ids else ()
        current = replace(context.current, speakers=(*speakers, added))
        return with_utterances(current, [with_speaker(row, added.id) for row in rows])


def new_speaker(row_id: str, others: Sequence[SpeakerRow], name: str = "") -> SpeakerRow:
    """Return the row of a new speaker, whose position follows those of the others.

    Raises:
        EditRefusedError: if another speaker has the name, or there are too many speakers.
    """
    speaker = next(_nameless_speakers(lambda: row_id, others))
    return replace(speaker, display_name=_unused_name(name, others))


def _nameless_speakers(
    new_id: Callable[[], str], others: Sequence[SpeakerRow]
) -> Iterator[SpeakerRow]:
    """Yield rows of new speakers without names, whose positions follow those of the others.

    Raises:
        EditRefusedError: if there would be too many speakers.
    """
    first = max((each.position for each in others), default=-1) + 1
    for number, label in enumerate(_next_labels(others)):
        check_num_speakers(len(others) + number + 1)
        yield SpeakerRow(new_id(), first + number, label)


def _unused_name(name: str, others: Sequence[SpeakerRow]) -> str | None:
    """Return the normalized display name, which no other speaker has; None for a blank one.

    Raises:
        EditRefusedError: if another speaker has the name, or has it as default name ("Speaker 3").
    """
    display_name = clean_title(name, otherwise="")
    if not display_name:
        return None
    label = label_named(display_name)
    if any(
        display_name in (each.display_name, each.label) or label == each.label for each in others
    ):
        raise EditRefusedError(
            f"There is already a speaker named “{display_name}”. "
            "Choose another name, or merge the two.",
            reason="name_taken",
            name=display_name,
        )
    return display_name


def _next_labels(speakers: Sequence[SpeakerRow]) -> Iterator[str]:
    """Yield labels with numbers above all used ones, so that none is reused after an undo."""
    numbered = [_NUMBERED.fullmatch(each.label) for each in speakers]
    number = max((int(match[1]) for match in numbered if match), default=0) + 1
    taken = taken_labels((), (each.display_name for each in speakers))
    return (label for n in count(number) if (label := f"S{n}") not in taken)
