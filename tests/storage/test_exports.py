from __future__ import annotations

import pytest

from pipeline.core.transcript import Sentence, SpeakerTurn, Token
from storage.db.database import Connection, Database
from storage.db.errors import NotFoundError
from storage.db.row_changes import SpeakerRow, TranscriptRows, UtteranceRow, difference
from storage.db.transcript_rows import all_rows
from storage.exports import TranscriptVersion, export_document
from storage.history.edit_history import EditAuthor, apply
from storage.transcripts.transcripts import save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample_run

ANN = EditAuthor("ann")
MACHINE = TranscriptVersion.MACHINE


@pytest.fixture
def transcript_id(database: Database) -> str:
    with database.transaction() as db:
        return save_machine_transcript(db, add_sample_run(db), DIALOGUE).transcript_id


def change(
    db: Connection, transcript_id: str, number: int, **columns: object
) -> tuple[UtteranceRow, ...]:
    current = all_rows(db, transcript_id)
    in_order = sorted(current.utterances, key=lambda row: row.start_ms)
    values = {name: getattr(in_order[number], name) for name in UtteranceRow.__slots__} | columns
    in_order[number] = UtteranceRow(**values)
    after = TranscriptRows(current.speakers, tuple(in_order), current.turns)
    apply(db, transcript_id, difference(current, after), kind="x", author=ANN)
    return tuple(in_order)


def speaker_ids(db: Connection, transcript_id: str) -> dict[str, str]:
    return {each.label: each.id for each in all_rows(db, transcript_id).speakers}


def test_both_versions_are_equal_without_edits(database: Database, transcript_id: str) -> None:
    with database.reading() as db:
        for version in TranscriptVersion:
            document = export_document(db, transcript_id, version=version)
            assert (document.title, document.transcript) == ("meeting", DIALOGUE)


def test_the_machine_version_is_the_transcript_before_the_review(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        change(db, transcript_id, 0, text="您好。")

        reviewed = export_document(db, transcript_id).transcript
        machine = export_document(db, transcript_id, version=MACHINE).transcript

    assert reviewed.sentences[0].text == "您好。"
    assert machine == DIALOGUE


def test_only_verified_sentences_are_exported_on_request(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        change(db, transcript_id, 1, text="Hello here.", status="verified")

        reviewed = export_document(db, transcript_id, verified_only=True)
        machine = export_document(db, transcript_id, version=MACHINE, verified_only=True)

    assert [each.text for each in reviewed.transcript.sentences] == ["Hello here."]
    assert [each.text for each in machine.transcript.sentences] == ["Hello there."]
    assert reviewed.turns == (SpeakerTurn(2_100, 4_000, "S2"),)


def test_both_versions_have_the_given_names(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        current = all_rows(db, transcript_id)
        named = tuple(
            SpeakerRow(each.id, each.position, each.label, "王" if each.label == "S1" else None)
            for each in current.speakers
        )
        after = TranscriptRows(named, current.utterances, current.turns)
        apply(db, transcript_id, difference(current, after), kind="rename", author=ANN)

        for version in TranscriptVersion:
            document = export_document(db, transcript_id, version=version)
            assert document.lines[0] == Sentence(
                500,
                2_000,
                "你好。",
                (Token(500, 900, "你", 0.75), Token(900, 2_000, "好", None)),
                "王",
            )
            assert document.turns[0].speaker == "王"


def test_turns_follow_a_reassigned_sentence(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        ids = speaker_ids(db, transcript_id)
        change(db, transcript_id, 1, speaker_id=ids["S3"], is_edited=1)

        turns = export_document(db, transcript_id).turns

    assert SpeakerTurn(2_100, 4_000, "S3") in turns
    assert [each for each in turns if each.speaker == "S2" and each.end_ms > 2_100] == []


def test_an_unknown_transcript_is_not_found(database: Database) -> None:
    with database.reading() as db, pytest.raises(NotFoundError):
        export_document(db, "0" * 32)
