"""Edits of who said it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import ClassVar

from storage.db.errors import EditRefusedError
from storage.db.row_changes import SpeakerRow, TranscriptRows
from storage.db.titles import clean_title
from storage.edits.request import EditContext, Scope, given_to, with_utterances
from storage.edits.speaker_labels import label_named, taken_labels

_NUMBERED = re.compile(r"S([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class AssignSpeaker:
    """Some utterances given to one speaker.

    Attributes:
        utterance_ids: which.
        speaker_id: who says them; None for nobody known.
    """

    utterance_ids: tuple[str, ...]
    speaker_id: str | None
    kind: ClassVar[str] = "assign_speaker"

    @property
    def scope(self) -> Scope:
        """The utterances."""
        return Scope(utterance_ids=self.utterance_ids)

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The utterances with their speaker."""
        if self.speaker_id is not None:
            situation.speaker(self.speaker_id)
        rows = situation.utterances(self.utterance_ids)
        return with_utterances(situation.current, [given_to(row, self.speaker_id) for row in rows])


@dataclass(frozen=True, slots=True)
class AssignSpeakers:
    """A proposal taken over: many utterances, each given to its own speaker.

    Attributes:
        assignments: (utterance, speaker or None), each utterance once.
        new_speakers: of each speaker who is new the utterances, which are in no assignment.
    """

    assignments: tuple[tuple[str, str | None], ...] = ()
    new_speakers: tuple[tuple[str, ...], ...] = ()
    kind: ClassVar[str] = "assign_speakers"

    @property
    def scope(self) -> Scope:
        """The utterances."""
        given = (utterance_id for utterance_id, _ in self.assignments)
        return Scope(utterance_ids=tuple(chain(given, *self.new_speakers)))

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The utterances with their speakers, and the speakers with the new ones."""
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
        for speaker_id in {each for _, each in self.assignments if each is not None}:
            situation.speaker(speaker_id)
        rows = situation.utterances(named)
        speakers = situation.current.speakers
        speaker_of = dict(self.assignments)
        for utterance_ids in self.new_speakers:
            added = _new_speaker(situation.new_id(), speakers)
            speakers = (*speakers, added)
            speaker_of.update(dict.fromkeys(utterance_ids, added.id))
        return with_utterances(
            replace(situation.current, speakers=speakers),
            [given_to(row, speaker_of[row.id]) for row in rows],
        )


@dataclass(frozen=True, slots=True)
class ReassignSpeaker:
    """Everything that one speaker says given to another; both stay in the list.

    Attributes:
        from_speaker_id: who does not say it.
        to_speaker_id: who does; None for nobody known.
    """

    from_speaker_id: str
    to_speaker_id: str | None
    kind: ClassVar[str] = "reassign_speaker"

    @property
    def scope(self) -> Scope:
        """The first speaker's utterances."""
        return Scope(said_by=(self.from_speaker_id,))

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The utterances with their speaker."""
        situation.speaker(self.from_speaker_id)
        if self.to_speaker_id is not None:
            situation.speaker(self.to_speaker_id)
        rows = situation.current.utterances
        return with_utterances(
            situation.current, [given_to(row, self.to_speaker_id) for row in rows]
        )


@dataclass(frozen=True, slots=True)
class RenameSpeaker:
    """A name for a speaker, shown wherever the speaker is.

    Attributes:
        speaker_id: who.
        name: what people call the speaker; blank to go back to the machine's label.
    """

    speaker_id: str
    name: str
    kind: ClassVar[str] = "rename_speaker"

    @property
    def scope(self) -> Scope:
        """The speaker."""
        return Scope(speaker_ids=(self.speaker_id,))

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The speakers, one of them with the name."""
        row = situation.speaker(self.speaker_id)
        others = [each for each in situation.current.speakers if each.id != row.id]
        renamed = replace(row, display_name=_free_name(self.name, others))
        return replace(situation.current, speakers=(*others, renamed))


@dataclass(frozen=True, slots=True)
class MergeSpeakers:
    """Several speakers who are one: all they say is that one's.

    Attributes:
        speaker_ids: who go.
        into_speaker_id: who stays.
    """

    speaker_ids: tuple[str, ...]
    into_speaker_id: str
    kind: ClassVar[str] = "merge_speakers"

    @property
    def scope(self) -> Scope:
        """The speakers with all they say."""
        return Scope(
            speaker_ids=(*self.speaker_ids, self.into_speaker_id),
            said_by=self.speaker_ids,
            turns_of=self.speaker_ids,
        )

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The one speaker with the utterances and turns of all."""
        into = situation.speaker(self.into_speaker_id)
        gone = {situation.speaker(each).id for each in self.speaker_ids}
        if not gone:
            raise EditRefusedError("Choose at least one speaker to merge.", reason="merge_whom")
        if into.id in gone:
            raise EditRefusedError(
                "A speaker cannot be merged into the same speaker.", reason="merge_same"
            )
        current = situation.current
        return TranscriptRows(
            speakers=tuple(row for row in current.speakers if row.id not in gone),
            utterances=tuple(given_to(row, into.id) for row in current.utterances),
            turns=tuple(replace(row, speaker_id=into.id) for row in current.turns),
        )


@dataclass(frozen=True, slots=True)
class AddSpeaker:
    """A new speaker, who may have been taken for another.

    Attributes:
        utterance_ids: what the new speaker says; empty for nothing yet.
        name: what people call the speaker; blank for a label alone.
    """

    utterance_ids: tuple[str, ...] = ()
    name: str = ""
    kind: ClassVar[str] = "add_speaker"

    @property
    def scope(self) -> Scope:
        """The utterances."""
        return Scope(utterance_ids=self.utterance_ids)

    def planned(self, situation: EditContext) -> TranscriptRows:
        """The speakers with the new one, and the utterances."""
        speakers = situation.current.speakers
        added = _new_speaker(situation.new_id(), speakers, self.name)
        rows = situation.utterances(self.utterance_ids) if self.utterance_ids else ()
        current = replace(situation.current, speakers=(*speakers, added))
        return with_utterances(current, [given_to(row, added.id) for row in rows])


def _new_speaker(row_id: str, others: Sequence[SpeakerRow], name: str = "") -> SpeakerRow:
    """One more speaker, behind the others."""
    return SpeakerRow(
        id=row_id,
        position=max((each.position for each in others), default=-1) + 1,
        label=_free_label(others),
        display_name=_free_name(name, others),
    )


def _free_name(name: str, others: Sequence[SpeakerRow]) -> str | None:
    """Return a name fit to be shown, or None for a blank one.

    Raises:
        EditRefusedError: if another speaker has the name, or has it as default name ("Speaker 3").
    """
    fit = clean_title(name, otherwise="")
    if not fit:
        return None
    label = label_named(fit)
    if any(fit in (each.display_name, each.label) or label == each.label for each in others):
        raise EditRefusedError(
            f"There is already a speaker named “{fit}”. Choose another name, or merge the two.",
            reason="name_taken",
            name=fit,
        )
    return fit


def _free_label(speakers: Sequence[SpeakerRow]) -> str:
    """Return a number above those in use, so that an undone speaker's label is not used again."""
    numbered = [_NUMBERED.fullmatch(each.label) for each in speakers]
    number = max((int(match[1]) for match in numbered if match), default=0) + 1
    taken = taken_labels((), (each.display_name for each in speakers))
    return next(label for n in count(number) if (label := f"S{n}") not in taken)
