"""Proposals of speakers for sentences, from similar voices in corrected sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.speakers.clustering.sentence_voices import sentence_voices
from pipeline.speakers.clustering.speaker_proposals import SpeakerDecisions, propose_speakers
from storage.db.blobs import BlobStore
from storage.db.database import Database
from storage.db.errors import NotFoundError
from storage.db.records import UtteranceStatus
from storage.transcripts.speaker_decisions import (
    decline_speaker,
    declined_speakers,
    speaker_review,
)
from storage.transcripts.transcripts import get_transcript, list_utterances
from webui.services.review.stored_voices import StoredVoices


@dataclass(frozen=True, slots=True)
class ProposedSpeaker:
    """A proposed speaker of an utterance.

    Attributes:
        utterance_id: the utterance.
        speaker_id: the proposed speaker, which differs from the current one.
        probability: in (0, 1].
    """

    utterance_id: str
    speaker_id: str
    probability: float


class SpeakerProposalService:
    """Service that proposes speakers of sentences from those assigned by people."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._voices = StoredVoices(database, blobs)

    def propose(self, transcript_id: str) -> tuple[ProposedSpeaker, ...]:
        """Return proposals for utterances without a person's decision, the most probable first.

        A transcript without stored embeddings, or without decisions, has none.

        Raises:
            NotFoundError: if there is no such transcript.
            StorageError: if the embeddings cannot be read.
        """
        with self._database.reading() as db:
            get_transcript(db, transcript_id)
            review = speaker_review(db, transcript_id)
            declined = declined_speakers(db, transcript_id)
            utterances = [
                each
                for each in list_utterances(db, transcript_id)
                if each.status is not UtteranceStatus.REJECTED
            ]
        if not review.decided:
            return ()
        try:
            _, evidence = self._voices.of(transcript_id)
        except NotFoundError:  # an import, or a run that is not finished
            return ()
        numbers = {each.utterance_id: number for number, each in enumerate(utterances)}
        found = propose_speakers(
            sentence_voices(evidence.windows, evidence.embeddings, evidence.labels, utterances),
            SpeakerDecisions(
                speakers=[each.speaker_id for each in utterances],
                decided=[each.utterance_id in review.decided for each in utterances],
                open=[each.utterance_id not in review.touched for each in utterances],
                declined={
                    (numbers[utterance_id], speaker_id)
                    for utterance_id, speaker_id in declined
                    if utterance_id in numbers
                },
            ),
        )
        return tuple(
            ProposedSpeaker(utterances[each.sentence].utterance_id, each.speaker, each.probability)
            for each in found
        )

    def decline(
        self, transcript_id: str, utterance_ids: Iterable[str], speaker_id: str, *, person: str
    ) -> None:
        """Store that a proposed speaker of utterances was rejected.

        Raises:
            NotFoundError: if there is no such transcript.
        """
        with self._database.transaction() as db:
            get_transcript(db, transcript_id)
            decline_speaker(db, transcript_id, utterance_ids, speaker_id, declined_by=person)
