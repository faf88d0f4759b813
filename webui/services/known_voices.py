"""Known people with voice prints, and proposals of names for speakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.speakers.clustering.sentence_voices import SentenceVoices, sentence_voices
from pipeline.speakers.voice_prints import VoicePrint, known_voice, voice_print
from storage.db.blobs import BlobStore
from storage.db.database import Connection, Database
from storage.db.errors import EditRefusedError, NotFoundError
from storage.db.records import TranscriptRecord, Utterance, UtteranceStatus
from storage.library.known_voices import (
    KnownPerson,
    PrintSource,
    StoredVoice,
    list_people,
    remember_voice,
    rename_person,
    voice_prints,
)
from storage.library.runs import get_run
from storage.maintenance.purge import forget_person
from storage.transcripts.transcripts import get_transcript, list_speakers, list_utterances
from webui.services.review.stored_voices import StoredVoices

LEAST_SPOKEN_MS = 10_000  # of verified speech for a voice print
_EMBEDDER = "speaker_embedder"


@dataclass(frozen=True, slots=True)
class NamedVoice:
    """A proposed name of a speaker.

    Attributes:
        speaker_id: the speaker, who has no name yet.
        name: name of the person with a similar voice.
        probability: in (0, 1].
    """

    speaker_id: str
    name: str
    probability: float


class KnownVoiceService:
    """Service that stores voice prints and proposes speaker names in other recordings."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._stored = StoredVoices(database, blobs)

    def people(self) -> tuple[KnownPerson, ...]:
        """Return the known people, sorted by name."""
        with self._database.reading() as db:
            return list_people(db)

    def rename(self, person_id: str, name: str) -> None:
        """Rename a person, or merge them into another person of that name.

        Raises:
            NotFoundError: if there is no such person.
            EditRefusedError: if the name is blank.
        """
        with self._database.transaction() as db:
            rename_person(db, person_id, name)

    def forget(self, person_id: str) -> None:
        """Delete a person and all voice prints permanently, from the backups too.

        Raises:
            NotFoundError: if there is no such person.
        """
        forget_person(self._database, person_id)

    def remember(self, transcript_id: str, speaker_id: str, *, person: str) -> None:
        """Compute and store the voice print of a named speaker from verified utterances.

        Args:
            transcript_id: the transcript.
            speaker_id: the speaker.
            person: name of the person who requests it.

        Raises:
            NotFoundError: if there is no such transcript or speaker, or its embeddings are not
                stored.
            EditRefusedError: if the speaker has no name, or too little speech is verified.
        """
        with self._database.reading() as db:
            record = get_transcript(db, transcript_id)
            name = _name_of(db, transcript_id, speaker_id)
            model_id = _embedder_of(db, record)
            own = [
                each
                for each in list_utterances(db, transcript_id)
                if each.speaker_id == speaker_id and each.status is UtteranceStatus.VERIFIED
            ]
        spoken_ms = sum(each.end_ms - each.start_ms for each in own)
        voice = voice_print(self._voices_of(transcript_id, own))
        if spoken_ms < LEAST_SPOKEN_MS or voice is None:
            raise EditRefusedError(
                f"Verify at least {LEAST_SPOKEN_MS // 1000} s of this speaker first.",
                reason="voice_needs_speech",
                seconds=str(LEAST_SPOKEN_MS // 1000),
            )
        source = PrintSource(
            recording_id=record.recording_id,
            transcript_id=transcript_id,
            model_id=model_id,
            utterance_ids=tuple(each.utterance_id for each in own),
            spoken_ms=spoken_ms,
        )
        with self._database.transaction() as db:
            stored = StoredVoice(voice.mean, voice.spread, voice.num_windows)
            remember_voice(db, name, stored, source, made_by=person)

    def names(self, transcript_id: str) -> tuple[NamedVoice, ...]:
        """Propose names for speakers without a name, from the voice prints of known people.

        Raises:
            NotFoundError: if there is no such transcript.
            StorageError: if its embeddings cannot be read.
        """
        with self._database.reading() as db:
            record = get_transcript(db, transcript_id)
            nameless = [
                each.speaker_id
                for each in list_speakers(db, transcript_id)
                if each.display_name is None
            ]
            stored = voice_prints(db, _embedder_of(db, record), without_transcript=transcript_id)
            utterances = list_utterances(db, transcript_id)
        if not (stored and nameless):
            return ()
        try:
            voices = self._voices_of(transcript_id, utterances)
        except NotFoundError:  # a run that is not finished
            return ()
        people = {
            name: [VoicePrint(each.mean, each.spread, each.num_windows) for each in prints]
            for name, prints in stored.items()
        }
        speakers = np.array([each.speaker_id or "" for each in utterances])
        found = []
        for speaker_id in nameless:
            voice = voice_print(voices[np.flatnonzero(speakers == speaker_id)])
            known = None if voice is None else known_voice(voice, people)
            if known is not None:
                found.append(NamedVoice(speaker_id, known.person, known.probability))
        return tuple(found)

    def _voices_of(self, transcript_id: str, utterances: Sequence[Utterance]) -> SentenceVoices:
        _, evidence = self._stored.of(transcript_id)
        return sentence_voices(evidence.windows, evidence.embeddings, evidence.labels, utterances)


def _name_of(db: Connection, transcript_id: str, speaker_id: str) -> str:
    for each in list_speakers(db, transcript_id):
        if each.speaker_id == speaker_id:
            return each.display_name or ""
    raise NotFoundError("The speaker no longer exists.")


def _embedder_of(db: Connection, record: TranscriptRecord) -> str:
    """Return the id of the model of a transcript's embeddings; "" for an import."""
    models = () if record.run_id is None else get_run(db, record.run_id).models
    return next((each.model_id for each in models if each.role == _EMBEDDER), "")
