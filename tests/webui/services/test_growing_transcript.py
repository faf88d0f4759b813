"""Tests of reading and editing a transcript during its run."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.core.events import SentencesFound
from pipeline.core.options import PipelineOptions
from pipeline.core.transcript import Sentence
from storage.db.database import Database
from storage.db.errors import NotFoundError
from storage.db.records import RunStatus
from storage.db.workspace import DATABASE_NAME
from tests.conditions import LONGEST_WAIT_S, eventually
from tests.webui.services.fake_work import TRANSCRIPT, HandDrivenEngine, write_upload
from webui.services.container import Services, open_services
from webui.services.review.review import EditCommand, OpenedReview
from webui.services.runs import run_recorder
from webui.services.runs.transcription import Ticket
from webui.views.library import choice_view

FIRST, SECOND = (SentencesFound(place, (each,)) for place, each in enumerate(TRANSCRIPT.sentences))


def start(services: Services, engine: HandDrivenEngine, uploads: Path) -> Ticket:
    ticket = services.transcription.start(
        write_upload(uploads), title="周会", options=PipelineOptions()
    )
    engine.begin()
    return ticket


def growing(services: Services) -> str:
    eventually(lambda: services.recordings.list()[0].growing_id is not None)
    return services.recordings.list()[0].growing_id or ""


def texts(review: OpenedReview) -> list[str]:
    return [each.text for each in review.contents.utterances]


def correct(services: Services, transcript_id: str, text: str) -> None:
    contents = services.review.open(transcript_id).contents
    wish = {
        "kind": "correct_text",
        "utterance_id": contents.utterances[0].utterance_id,
        "text": text,
    }
    services.review.apply(transcript_id, EditCommand("Anna", text, contents.revision, wish))


def test_sentences_can_be_read_as_they_are_found(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    ticket = start(busy_services, engine, uploads)
    engine.find(FIRST)
    transcript_id = growing(busy_services)
    first = busy_services.review.open(transcript_id)
    engine.find(SECOND)

    eventually(
        lambda: busy_services.review.changes(transcript_id, first.contents.revision).utterances
    )
    assert texts(first) == ["你好。"]
    assert texts(busy_services.review.open(transcript_id)) == ["你好。", "再见。"]
    (listed,) = busy_services.recordings.list()
    assert (listed.transcript_id, listed.run and listed.run.run_id) == (
        transcript_id,
        ticket.run_id,
    )


def test_corrections_during_a_run_are_in_the_finished_transcript(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    ticket = start(busy_services, engine, uploads)
    engine.find(FIRST)
    transcript_id = growing(busy_services)
    correct(busy_services, transcript_id, "您好。")

    engine.finish()
    done = busy_services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)

    assert done.status is RunStatus.DONE
    (listed,) = busy_services.recordings.list()
    assert (listed.transcript_id, listed.growing_id) == (transcript_id, None)
    assert texts(busy_services.review.open(transcript_id)) == ["您好。", "再见。"]


def test_the_log_of_a_long_finished_transcript_moves_beside_others(
    busy_services: Services,
    engine: HandDrivenEngine,
    uploads: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moves = []

    def move(_: Database) -> bool:
        moves.append("moved")
        return True

    monkeypatch.setattr(run_recorder, "LARGE_NUM_ROWS", 1)
    monkeypatch.setattr(Database, "_checkpoint_beside", move)
    ticket = start(busy_services, engine, uploads)
    engine.find(FIRST)
    growing(busy_services)
    assert moves == []

    engine.finish()
    busy_services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)

    eventually(lambda: moves == ["moved"])


def test_a_cancelled_run_keeps_its_sentences_as_an_unfinished_transcript(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    ticket = start(busy_services, engine, uploads)
    engine.find(FIRST)
    transcript_id = growing(busy_services)

    busy_services.transcription.cancel(ticket.run_id)
    engine.finish()
    busy_services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)

    (listed,) = busy_services.recordings.list()
    assert listed.transcript_id == transcript_id
    assert listed.progress is not None
    assert not listed.progress.is_finished
    assert texts(busy_services.review.open(transcript_id)) == ["你好。", "再见。"]


def num_rows(workspace: Path, table: str) -> int:
    with closing(sqlite3.connect(workspace / DATABASE_NAME)) as db:
        (number,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(number)


def test_a_run_cancelled_with_its_sentences_removes_an_unedited_transcript(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path, workspace: Path
) -> None:
    ticket = start(busy_services, engine, uploads)
    engine.find(FIRST)
    transcript_id = growing(busy_services)

    busy_services.transcription.cancel(ticket.run_id, discards=True)
    engine.finish()
    busy_services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)

    assert busy_services.recordings.list()[0].transcript_id is None
    with pytest.raises(NotFoundError):
        busy_services.review.open(transcript_id)
    for table in ("hidden_recordings", "growths", "utterances"):
        assert num_rows(workspace, table) == 0


def test_a_cancelled_run_keeps_an_edited_transcript_as_unfinished(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    ticket = start(busy_services, engine, uploads)
    engine.find(FIRST)
    transcript_id = growing(busy_services)
    correct(busy_services, transcript_id, "您好。")

    busy_services.transcription.cancel(ticket.run_id)
    engine.finish()
    busy_services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)

    (listed,) = busy_services.recordings.list()
    assert listed.transcript_id == listed.growing_id == transcript_id
    assert listed.progress is not None
    assert not listed.progress.is_finished
    assert texts(busy_services.review.open(transcript_id)) == ["您好。", "再见。"]


def test_the_voice_map_of_a_running_run_is_not_available_yet(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    start(busy_services, engine, uploads)
    engine.find(FIRST)
    transcript_id = growing(busy_services)

    with pytest.raises(NotFoundError, match="whole recording"):
        busy_services.voices.points(transcript_id)
    assert [each for each in busy_services.voices.doubts(transcript_id).values()] == [(0.5, None)]


def test_a_running_run_does_not_hide_an_earlier_transcript(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    ticket = start(busy_services, engine, uploads)
    engine.finish()
    busy_services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)
    whole = busy_services.recordings.list()[0].transcript_id
    busy_services.transcription.run_again(ticket.run_id)
    engine.begin()

    engine.find(SentencesFound(0, (Sentence(0, 100, "嗯。"),)))
    transcript_id = growing(busy_services)

    assert busy_services.recordings.list()[0].transcript_id == whole != transcript_id


def test_the_transcript_of_a_running_run_is_marked_unfinished(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    ticket = start(busy_services, engine, uploads)
    engine.find(FIRST)
    growing(busy_services)

    at_work = busy_services.library.transcripts(ticket.recording_id)
    engine.finish()
    busy_services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)
    whole = busy_services.library.transcripts(ticket.recording_id)

    assert [choice_view(each)["is_finished"] for each in (*at_work, *whole)] == [False, True]


def test_an_edited_transcript_is_kept_when_the_program_closes(
    workspace: Path, engine: HandDrivenEngine, uploads: Path
) -> None:
    services = open_services(workspace, engine)
    start(services, engine, uploads)
    engine.find(FIRST)
    transcript_id = growing(services)
    correct(services, transcript_id, "您好。")
    services.close()

    again = open_services(workspace, HandDrivenEngine())
    (listed,) = again.recordings.list()
    kept = texts(again.review.open(transcript_id))
    again.close()

    assert (listed.growing_id, kept) == (transcript_id, ["您好。"])


def test_running_again_continues_an_edited_transcript(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    ticket = start(busy_services, engine, uploads)
    engine.find(FIRST)
    transcript_id = growing(busy_services)
    correct(busy_services, transcript_id, "您好。")
    busy_services.transcription.cancel(ticket.run_id)
    engine.finish()
    busy_services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)

    again = busy_services.transcription.run_again(ticket.run_id)
    engine.begin()
    engine.finish()
    busy_services.transcription.wait(again.run_id, timeout_s=LONGEST_WAIT_S)

    (listed,) = busy_services.recordings.list()
    assert (listed.transcript_id, listed.num_transcripts) == (transcript_id, 1)
    assert listed.progress is not None
    assert listed.progress.is_finished
    assert texts(busy_services.review.open(transcript_id)) == ["您好。", "再见。"]


def test_an_interrupted_run_continues_its_transcript(
    workspace: Path, engine: HandDrivenEngine, uploads: Path
) -> None:
    services = open_services(workspace, engine)
    start(services, engine, uploads)
    engine.find(FIRST)
    transcript_id = growing(services)
    services.close()

    again = HandDrivenEngine()
    services = open_services(workspace, again)
    again.begin()
    again.find(FIRST)
    again.find(SECOND)
    eventually(lambda: len(texts(services.review.open(transcript_id))) > 1)
    found = texts(services.review.open(transcript_id))
    services.close()

    assert found == ["你好。", "再见。"]
