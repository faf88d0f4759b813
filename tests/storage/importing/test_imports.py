from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from pipeline.core.transcript import Sentence, Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.importing import ImportedTranscript, import_transcript
from pipeline.formats.registry import FORMATS
from storage.db.database import Database
from storage.db.errors import EditRefusedError, NotFoundError
from storage.db.records import RunStatus, UtteranceStatus
from storage.db.values import new_id
from storage.edit_plans import request as requests
from storage.history.edit_history import EditAuthor, plan_undo
from storage.history.replay import verify
from storage.importing.imports import ImportSource, import_as_corrections, import_as_transcript
from storage.importing.plan import rows_of_document
from storage.library.runs import get_run
from storage.transcripts.edit_application import step
from storage.transcripts.transcripts import (
    head_transcript,
    list_speakers,
    list_turns,
    list_utterances,
    save_machine_transcript,
)
from tests.storage.drawn_transcripts import transcripts
from tests.storage.samples import DIALOGUE, HOSTILE_TEXTS, add_sample, add_sample_run

ANN = EditAuthor("ann")
SRT = ImportSource("srt", "meeting.srt")


def read(transcript: Transcript, name: str, **names: str) -> ImportedTranscript:
    document = TranscriptDocument("meeting", transcript, given_names=tuple(names.items()))
    return import_transcript(FORMATS[name].write(document), name, duration_ms=9_000)


def saved(database: Database, transcript: Transcript = DIALOGUE) -> str:
    with database.transaction() as db:
        run = add_sample_run(db)
        return save_machine_transcript(db, run, transcript).transcript_id


def spoken(database: Database, transcript_id: str) -> list[tuple[int, int, str | None, str]]:
    with database.reading() as db:
        names = {
            each.speaker_id: each.display_name or each.label
            for each in list_speakers(db, transcript_id)
        }
        return [
            (
                each.start_ms,
                each.end_ms,
                names[each.speaker_id] if each.speaker_id else None,
                each.text,
            )
            for each in list_utterances(db, transcript_id)
        ]


def test_an_import_is_another_transcript_of_the_recording(database: Database) -> None:
    first = saved(database)
    imported = read(DIALOGUE, "srt", S1="王", S2="Ann")

    with database.transaction() as db:
        recording_id = db.execute("SELECT id FROM recordings").fetchone()[0]
        record = import_as_transcript(db, recording_id, imported, source=SRT, author=ANN)
        run = get_run(db, record.run_id)

    assert spoken(database, record.transcript_id) == [
        (500, 2_000, "王", "你好。"),
        (2_100, 4_000, "Ann", "Hello there."),
        (5_000, 6_000, None, "谁？"),
    ]
    assert (run.status, run.options) == (
        RunStatus.DONE,
        (("imported_file", "meeting.srt"), ("imported_format", "srt")),
    )
    with database.reading() as db:
        assert head_transcript(db, first) == DIALOGUE
        assert verify(db, record.transcript_id) == ()
        labels = [
            (each.label, each.display_name) for each in list_speakers(db, record.transcript_id)
        ]
        assert labels == [("S1", "王"), ("S2", "Ann")]
        assert [(each.start_ms, each.end_ms) for each in list_turns(db, record.transcript_id)] == [
            (500, 2_000),
            (2_100, 4_000),
        ]


def test_every_character_of_an_import_has_a_time(database: Database) -> None:
    with database.transaction() as db:
        recording = add_sample(db)
        record = import_as_transcript(
            db, recording.recording_id, read(DIALOGUE, "vtt"), source=SRT, author=ANN
        )
        transcript = head_transcript(db, record.transcript_id)

    assert [
        "".join(token.text for token in each.tokens).strip() for each in transcript.sentences
    ] == [
        "你好。",
        "Hello there.",
        "谁？",
    ]


def test_exported_json_is_imported_with_the_machines_labels(database: Database) -> None:
    with database.transaction() as db:
        recording = add_sample(db)
        record = import_as_transcript(
            db,
            recording.recording_id,
            read(DIALOGUE, "json"),
            source=ImportSource("json", "x.json"),
            author=ANN,
        )
        back = head_transcript(db, record.transcript_id)

    assert [(each.text, each.speaker) for each in back.sentences] == [
        (each.text, each.speaker) for each in DIALOGUE.sentences
    ]
    assert back.turns == DIALOGUE.turns


def test_an_import_to_an_unknown_recording_is_refused(database: Database) -> None:
    with pytest.raises(NotFoundError), database.transaction() as db:
        import_as_transcript(db, "0" * 32, read(DIALOGUE, "srt"), source=SRT, author=ANN)


def correct(database: Database, transcript_id: str, text: str, name: str = "srt") -> bool:
    imported = import_transcript(text.encode(), name, duration_ms=9_000)
    source = ImportSource(name, f"x.{name}")
    with database.transaction() as db:
        move = import_as_corrections(db, transcript_id, imported, source=source, author=ANN)
        assert verify(db, transcript_id) == ()
    return move is not None


@pytest.mark.parametrize("name", ["srt", "vtt", "json", "jsonl", "textgrid", "eaf", "rttm", "stm"])
def test_an_unchanged_export_corrects_nothing(database: Database, name: str) -> None:
    transcript_id = saved(database)
    before = spoken(database, transcript_id)

    exported = FORMATS[name].write(TranscriptDocument("meeting", DIALOGUE)).decode()

    assert not correct(database, transcript_id, exported, name)
    assert spoken(database, transcript_id) == before


def test_corrections_are_one_edit_that_can_be_undone(database: Database) -> None:
    transcript_id = saved(database)
    srt = (
        "1\n00:00:00,500 --> 00:00:02,000\n[S1] 你们好。\n\n"
        "2\n00:00:02,100 --> 00:00:04,000\n[Bob] Hello there.\n\n"
        "3\n00:00:07,000 --> 00:00:08,000\n[S3] 我。\n"
    )

    assert correct(database, transcript_id, srt)

    assert spoken(database, transcript_id) == [
        (500, 2_000, "S1", "你们好。"),
        (2_100, 4_000, "Bob", "Hello there."),
        (5_000, 6_000, None, "谁？"),
        (7_000, 8_000, "S3", "我。"),
    ]
    with database.transaction() as db:
        utterances = list_utterances(db, transcript_id)
        assert [each.status for each in utterances] == [
            UtteranceStatus.CORRECTED,
            UtteranceStatus.CORRECTED,
            UtteranceStatus.MACHINE,
            UtteranceStatus.CORRECTED,
        ]
        step(db, transcript_id, plan_undo, author=ANN)
        assert head_transcript(db, transcript_id) == DIALOGUE


def test_a_sentence_that_covers_several_replaces_them(database: Database) -> None:
    transcript_id = saved(database)

    assert correct(database, transcript_id, "1\n00:00:00,500 --> 00:00:06,000\nall of it\n")

    assert spoken(database, transcript_id) == [(500, 6_000, None, "all of it")]


def test_a_file_with_turns_alone_assigns_speakers(database: Database) -> None:
    transcript_id = saved(database)
    rttm = (
        "SPEAKER m 1 0.4 1.7 <NA> <NA> S2 <NA> <NA>\nSPEAKER m 1 4.9 2.0 <NA> <NA> carl <NA> <NA>\n"
    )

    assert correct(database, transcript_id, rttm, "rttm")

    assert [each[2] for each in spoken(database, transcript_id)] == ["S2", "S2", "carl"]
    with database.reading() as db:
        assert len(list_turns(db, transcript_id)) == 2


def test_a_repeated_import_is_applied_once(database: Database) -> None:
    transcript_id = saved(database)
    imported = import_transcript(
        b"1\n00:00:00,500 --> 00:00:02,000\nhi\n", "srt", duration_ms=9_000
    )
    author = EditAuthor("ann", client_edit_id="one")

    with database.transaction() as db:
        moves = [
            import_as_corrections(db, transcript_id, imported, source=SRT, author=author)
            for _ in range(2)
        ]

    assert moves[0] == moves[1]


def test_words_without_sentences_correct_nothing(database: Database) -> None:
    transcript_id = saved(database)

    with pytest.raises(EditRefusedError, match="as another transcript"):
        correct(database, transcript_id, "m 1 0.5 0.5 hello\n", "ctm")


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_names_and_texts_are_stored_unchanged(database: Database, text: str) -> None:
    transcript = Transcript(9_000, "", sentences=(Sentence(0, 1_000, text, speaker=text),))

    with database.transaction() as db:
        recording = add_sample(db)
        record = import_as_transcript(
            db, recording.recording_id, read(transcript, "json"), source=SRT, author=ANN
        )

    assert spoken(database, record.transcript_id) == [(0, 1_000, text, text.strip() and text)]


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(first=transcripts(), second=transcripts())
def test_any_transcript_corrects_any_other_and_is_undone(
    database: Database, first: Transcript, second: Transcript
) -> None:
    imported = ImportedTranscript(TranscriptDocument("", second), read(DIALOGUE, "srt").report)
    transcript_id = saved_again(database, first)
    with database.transaction() as db:
        before = head_transcript(db, transcript_id)
        move = import_as_corrections(
            db, transcript_id, imported, source=ImportSource("json", "x"), author=ANN
        )
        assert verify(db, transcript_id) == ()
        if move is not None:
            step(db, transcript_id, plan_undo, author=ANN)
        assert head_transcript(db, transcript_id) == before


def saved_again(database: Database, transcript: Transcript) -> str:
    with database.transaction() as db:
        number = db.execute("SELECT count(*) FROM recordings").fetchone()[0]
        run = add_sample_run(db, f"meeting {number}")
        return save_machine_transcript(db, run, transcript).transcript_id


@pytest.mark.parametrize("pattern", ["说话人 {number}", "Speaker {number}"])
@pytest.mark.parametrize("name", ["srt", "vtt", "textgrid", "eaf"])
def test_a_default_name_in_an_imported_file_is_the_unnamed_speaker(
    database: Database, name: str, pattern: str
) -> None:
    transcript_id = saved(database)
    before = spoken(database, transcript_id)
    document = TranscriptDocument("meeting", DIALOGUE, numbered_name=pattern)

    exported = FORMATS[name].write(document).decode()

    assert pattern.format(number=1) in exported
    assert not correct(database, transcript_id, exported, name)
    assert spoken(database, transcript_id) == before


def test_an_import_under_the_id_of_an_earlier_edit_is_refused(database: Database) -> None:
    saved(database)
    imported, used = read(DIALOGUE, "srt"), EditAuthor("ann", "my-edit-1")
    with database.transaction() as db:
        recording_id = db.execute("SELECT id FROM recordings").fetchone()[0]
        import_as_transcript(db, recording_id, imported, source=SRT, author=used)

    with pytest.raises(EditRefusedError) as refused, database.transaction() as db:
        import_as_transcript(db, recording_id, imported, source=SRT, author=used)

    assert refused.value.reason == "id_elsewhere"


def test_a_file_with_too_many_speakers_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcript_id = saved(database)
    monkeypatch.setattr(requests, "MAX_SPEAKERS", 3)
    lines = [f"x 1 {name} 0.5 2.0 你好\n" for name in ("Ann", "Bert", "Cleo", "Dora")]

    with pytest.raises(EditRefusedError, match="at most 3 speakers"):
        correct(database, transcript_id, lines[0], "stm")
    with pytest.raises(EditRefusedError, match="at most 3 speakers"):
        rows_of_document(import_transcript("".join(lines).encode(), "stm").document, new_id)
    rows_of_document(import_transcript("".join(lines[:3]).encode(), "stm").document, new_id)
