"""Transcripts are read from the database as they were written."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from pipeline.core.transcript import Sentence, Token, Transcript
from storage.db.database import Database, open_database
from storage.db.errors import NotFoundError
from storage.db.records import TranscriptSize, UtteranceStatus
from storage.statistics.progress import preferred_transcripts
from storage.transcripts.transcripts import (
    head_transcript,
    list_speakers,
    list_transcripts,
    list_utterances,
    save_machine_transcript,
    transcript_sizes,
)
from tests.storage.drawn_transcripts import transcripts
from tests.storage.samples import (
    DIALOGUE,
    HOSTILE_TEXTS,
    add_sample,
    add_sample_run,
)


@pytest.fixture(scope="module")
def shared_database() -> Database:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "studio.sqlite3")
        yield database
        database.close()


def save(database: Database, transcript: Transcript, name: str = "meeting") -> str:
    with database.transaction() as db:
        run = add_sample_run(db, name)
        return save_machine_transcript(db, run, transcript).transcript_id


def read(database: Database, transcript_id: str) -> Transcript:
    with database.reading() as db:
        return head_transcript(db, transcript_id)


@given(transcripts())
@settings(max_examples=60, deadline=None)
def test_any_transcript_comes_back_equal(shared_database: Database, transcript: Transcript) -> None:
    transcript_id = save(shared_database, transcript)

    assert read(shared_database, transcript_id) == transcript


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_is_stored_unchanged(database: Database, text: str) -> None:
    transcript = Transcript(100, "zh", (Sentence(0, 9, text, (Token(0, 9, text),), text),))

    assert read(database, save(database, transcript)) == transcript


def test_an_empty_transcript_comes_back_empty(database: Database) -> None:
    assert read(database, save(database, Transcript(1_000, ""))) == Transcript(1_000, "")


def test_numbers_of_numpy_are_stored_as_numbers(database: Database) -> None:
    """A recogniser's arrays contain such numbers; saving them must not fail."""
    token = Token(np.int64(1), np.int64(9), "a", np.float32(0.5))
    transcript = Transcript(
        np.int64(10), "en", (Sentence(np.int64(0), np.int64(9), "a", (token,)),)
    )

    assert read(database, save(database, transcript)) == transcript


def test_a_recording_has_several_transcripts(database: Database) -> None:
    first = save(database, DIALOGUE)
    second = save(database, Transcript(9_000, "en"))

    with database.transaction() as db:
        recording_id = add_sample(db).recording_id
        listed = [each.transcript_id for each in list_transcripts(db, recording_id)]
        latest = preferred_transcripts(db)[recording_id].transcript_id

    assert listed == [second, first]
    assert latest == second
    assert read(database, first) == DIALOGUE


def test_speakers_are_numbered_by_first_appearance(database: Database) -> None:
    transcript_id = save(database, DIALOGUE)

    with database.reading() as db:
        speakers = list_speakers(db, transcript_id)
        sizes = transcript_sizes(db)

    assert [(each.position, each.label, each.display_name) for each in speakers] == [
        (0, "S1", None),
        (1, "S2", None),
        (2, "S3", None),
    ]
    assert sizes == {transcript_id: TranscriptSize(num_speakers=3, num_utterances=3)}


def test_utterances_are_the_machines_and_have_ids_of_their_own(database: Database) -> None:
    transcript_id = save(database, DIALOGUE)

    with database.reading() as db:
        utterances = list_utterances(db, transcript_id)

    assert {each.status for each in utterances} == {UtteranceStatus.MACHINE}
    assert len({each.utterance_id for each in utterances}) == 3
    assert all(len(each.utterance_id) == 32 for each in utterances)


def test_an_unknown_transcript_is_not_found(database: Database) -> None:
    with pytest.raises(NotFoundError):
        read(database, "0" * 32)


def test_an_hour_of_speech_comes_back_equal(database: Database) -> None:
    sentences = tuple(
        Sentence(
            start,
            start + 1_000,
            "一二三四五六七八九十",
            tuple(Token(start + 100 * n, start + 100 * n + 100, "字", 0.5) for n in range(10)),
            f"S{start % 7}",
        )
        for start in range(0, 3_600_000, 1_200)
    )
    transcript = Transcript(3_600_000, "zh", sentences)

    assert read(database, save(database, transcript)) == transcript
