"""Edit request that replaces utterances by those of another annotation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from storage.db.records import UtteranceStatus
from storage.db.row_changes import SpeakerRow, TranscriptRows, UtteranceRow
from storage.edit_plans.request import EditContext, Scope
from storage.edit_plans.speakers import new_speaker


@dataclass(frozen=True, slots=True)
class AdoptedSpeaker:
    """Speaker of the other annotation, mapped to a speaker of this transcript.

    Attributes:
        source_id: its id in the other annotation.
        speaker_id: its id in this transcript; None to add it.
        name: display name of an added speaker; "" for none.
    """

    source_id: str
    speaker_id: str | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class AdoptUtterances:
    """Request to replace utterances by verified copies of utterances of another annotation.

    Attributes:
        utterance_ids: the utterances to replace; may be empty.
        utterances: those to copy, with the speakers of the other annotation; may be empty.
        speakers: every speaker of `utterances`.
    """

    utterance_ids: tuple[str, ...]
    utterances: tuple[UtteranceRow, ...]
    speakers: tuple[AdoptedSpeaker, ...]
    kind: ClassVar[str] = "adopt_utterances"

    @property
    def scope(self) -> Scope:
        """Rows that the request reads, namely the utterances to replace."""
        return Scope(utterance_ids=self.utterance_ids)

    def plan(self, context: EditContext) -> TranscriptRows:
        """Return the rows with the copies in place of the utterances."""
        if self.utterance_ids:
            context.utterances(self.utterance_ids)
        speakers, own_ids = _with_added(context, self.speakers)
        copies = (
            replace(
                each,
                id=context.new_id(),
                speaker_id=None if each.speaker_id is None else own_ids[each.speaker_id],
                status=UtteranceStatus.VERIFIED.value,
                reviewed_by=context.author,
                is_flagged=0,
                comment="",
            )
            for each in self.utterances
        )
        kept = (each for each in context.current.utterances if each.id not in self.utterance_ids)
        return replace(context.current, speakers=speakers, utterances=(*kept, *copies))


def _with_added(
    context: EditContext, adopted: Iterable[AdoptedSpeaker]
) -> tuple[tuple[SpeakerRow, ...], dict[str, str]]:
    """Return all speakers including added ones, and {id in the other annotation: own id}."""
    speakers, own_ids = context.current.speakers, {}
    for each in adopted:
        if each.speaker_id is None:
            added = new_speaker(context.new_id(), speakers, each.name)
            speakers = (*speakers, added)
            own_ids[each.source_id] = added.id
        else:
            own_ids[each.source_id] = context.speaker(each.speaker_id).id
    return speakers, own_ids
