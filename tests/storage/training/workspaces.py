"""A workspace with corrected recordings, for the tests of training data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.audio.playback.playback_copy import write_review_copy
from pipeline.audio.samples import SAMPLES_PER_MS, Audio
from pipeline.core.provenance import ModelUse, Provenance
from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from storage.db.blobs import REVIEW_AUDIO, BlobStore
from storage.db.database import Database, open_database
from storage.db.records import RunStatus, Utterance
from storage.db.workspace import DATABASE_NAME, FILES_FOLDER
from storage.edit_plans.request import EditRequest
from storage.history.edit_history import EditAuthor, plan_undo
from storage.library.recordings import add_recording, set_audio
from storage.library.runs import abandon_run, complete_run, queue_run
from storage.training.export_options import SplitPlan, TrainingOptions
from storage.training.formats.registry import TRAINING_FORMATS
from storage.transcripts.edit_application import edit, step
from storage.transcripts.live_transcript import append_live
from storage.transcripts.transcripts import (
    get_transcript,
    list_speakers,
    list_utterances,
    save_machine_transcript,
)
from tests.storage.samples import sha256_of

ANN, BOB = EditAuthor("ann"), EditAuthor("bob")
RECOGNIZER = ModelUse("recognizer", "whisper-base", "ab" * 32)

ALL = TrainingOptions(
    tuple(TRAINING_FORMATS), split=SplitPlan(validation_share=0.2, test_share=0.2)
)


@dataclass(frozen=True, slots=True)
class Made:
    """A transcribed recording with its audio."""

    recording_id: str
    transcript_id: str
    audio: Audio


class TrainingWorkspace:
    """A workspace folder as the app writes it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.database: Database = open_database(root / DATABASE_NAME)
        self.blobs = BlobStore(root / FILES_FOLDER)

    def close(self) -> None:
        self.database.close()

    def add(
        self,
        title: str,
        sentences: tuple[Sentence, ...],
        *,
        duration_ms: int = 60_000,
        with_audio: bool = True,
    ) -> Made:
        noise = np.random.default_rng(len(title) + duration_ms)
        pcm = noise.integers(-3_000, 3_000, duration_ms * SAMPLES_PER_MS, dtype=np.int16)
        audio = Audio(pcm)
        transcript = Transcript(
            duration_ms=duration_ms,
            language="zh",
            sentences=sentences,
            turns=tuple(
                SpeakerTurn(each.start_ms, each.end_ms, each.speaker)
                for each in sentences
                if each.speaker
            ),
        )
        with self.database.transaction() as db:
            recording = add_recording(
                db, title=title, source_name=f"{title}.wav", audio_sha256=sha256_of(title)
            )
            run = queue_run(db, recording.recording_id, options=())
            complete_run(
                db,
                run.run_id,
                Provenance(models=(RECOGNIZER,)),
                stage_seconds=(),
                evidence_sha256=None,
            )
            record = save_machine_transcript(db, run, transcript)
            set_audio(
                db,
                recording.recording_id,
                duration_ms=duration_ms,
                review_audio_sha256="0" * 64 if with_audio else None,
            )
        if with_audio:
            path = self.blobs.path_of(recording.recording_id, REVIEW_AUDIO)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_review_copy(audio, path)
        return Made(recording.recording_id, record.transcript_id, audio)

    def begin(self, title: str, sentences: tuple[Sentence, ...]) -> Made:
        """Add a recording whose run is in progress and has found some sentences."""
        made = self.add(title, ())
        with self.database.transaction() as db:
            run = queue_run(db, made.recording_id, options=())
            record = append_live(db, run, 0, sentences)
        assert record is not None
        return replace(made, transcript_id=record.transcript_id)

    def cancel(self, made: Made) -> None:
        """Cancel the run."""
        with self.database.transaction() as db:
            run_id = get_transcript(db, made.transcript_id).run_id
            abandon_run(db, run_id, RunStatus.CANCELLED)

    def edit(self, made: Made, request: EditRequest, author: EditAuthor = ANN) -> int:
        """Make an edit and return its id."""
        with self.database.transaction() as db:
            move = edit(db, made.transcript_id, request, author=author)
        assert move is not None
        return move.head_edit_id

    def undo(self, made: Made) -> None:
        with self.database.transaction() as db:
            step(db, made.transcript_id, plan_undo, author=ANN)

    def utterances(self, made: Made) -> tuple[Utterance, ...]:
        with self.database.reading() as db:
            return list_utterances(db, made.transcript_id)

    def ids(self, made: Made) -> tuple[str, ...]:
        return tuple(each.utterance_id for each in self.utterances(made))

    def speaker_ids(self, made: Made) -> dict[str, str]:
        with self.database.reading() as db:
            return {each.label: each.speaker_id for each in list_speakers(db, made.transcript_id)}


def sentence(
    start_ms: int,
    end_ms: int,
    text: str,
    speaker: str | None = "S1",
    confidence: float | None = 0.75,
) -> Sentence:
    """Return a sentence with one token for each character."""
    step = max(1, (end_ms - start_ms) // max(1, len(text)))
    tokens = tuple(
        Token(start_ms + i * step, start_ms + (i + 1) * step, letter, confidence)
        for i, letter in enumerate(text)
    )
    return Sentence(start_ms, end_ms, text, tokens, speaker)
