"""Search: parts of Chinese sentences, words of any length, names of speakers, hostile queries."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core.transcript import Sentence, Transcript
from storage.db import hidden_recordings
from storage.db.blobs import BlobStore
from storage.db.database import Connection, Database, open_database
from storage.db.recovery.backups import back_up_beside
from storage.db.schema.search_index import find_index_damage, index_queued
from storage.edit_plans.review_status import Reject
from storage.edit_plans.speakers import AssignSpeaker, RenameSpeaker
from storage.history.edit_history import EditAuthor
from storage.library.metadata import RecordingDetails, describe_recording
from storage.library.search import FoundSpeaker, Hit, index_queue, search
from storage.maintenance.purge import delete_recording
from storage.transcripts.edit_application import edit
from storage.transcripts.transcripts import (
    list_speakers,
    list_utterances,
    save_machine_transcript,
)
from tests.storage.samples import DIALOGUE, HOSTILE_TEXTS, add_sample, add_sample_run

SPOKEN = ("今天下午三点开会。", "数据库的迁移要先备份", "Hello there, OK?", "100% 完成_了")


def save_spoken(db: Connection, name: str, texts: tuple[str, ...] = SPOKEN) -> str:
    run = add_sample_run(db, name)
    sentences = tuple(
        Sentence(100 * start, 100 * start + 90, text) for start, text in enumerate(texts)
    )
    save_machine_transcript(db, run, Transcript(100 * len(texts), "zh", sentences))
    return run.recording_id


def found_texts(database: Database, query: str) -> list[str]:
    """Return the texts found; assert that they are the same before and after indexing."""
    with database.reading() as db:
        while_queued = [hit.text for found in search(db, query) for hit in found.hits]
    index_queue(database, longest_s=60.0)
    with database.reading() as db:
        indexed = [hit.text for found in search(db, query) for hit in found.hits]
    assert while_queued == indexed
    return indexed


def indexed_terms(database: Database) -> set[str]:
    with database.reading() as db:
        db.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, utterance_search, row)")
        try:
            return {term for (term,) in db.execute("SELECT term FROM temp.terms")}
        finally:
            db.execute("DROP TABLE temp.terms")


def num_queued(database: Database) -> int:
    with database.reading() as db:
        return db.table("search_queue").count


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("下午三点", [SPOKEN[0]]),
        ("迁移", [SPOKEN[1]]),
        ("会", [SPOKEN[0]]),
        ("hello THERE", [SPOKEN[2]]),
        ("ok", [SPOKEN[2]]),
        ("备份 数据库", [SPOKEN[1]]),
        ("数据库 库", [SPOKEN[1]]),
        ("0%", [SPOKEN[3]]),
        ("_了", [SPOKEN[3]]),
        ("数据库 开会", []),
        ("没有说过", []),
        (" \n ", []),
        ("", []),
    ],
)
def test_an_utterance_is_found_by_any_part_of_it(
    database: Database, query: str, texts: list[str]
) -> None:
    with database.transaction() as db:
        save_spoken(db, "meeting")

    assert found_texts(database, query) == texts


def test_a_hit_has_its_position(database: Database) -> None:
    with database.transaction() as db:
        recording_id = save_spoken(db, "meeting")
        (transcript_id,) = db.execute("SELECT id FROM transcripts").fetchone()
        second = list_utterances(db, transcript_id)[1]

    with database.reading() as db:
        (found,) = search(db, "迁移要先")

    assert (found.recording_id, found.is_named, found.num_hits) == (recording_id, False, 1)
    assert found.hits == (Hit(transcript_id, second.utterance_id, 100, SPOKEN[1]),)


def test_all_hits_are_counted_and_the_first_ones_shown(database: Database) -> None:
    with database.transaction() as db:
        save_spoken(db, "meeting", tuple(f"第{each}次会议" for each in range(10)))

    with database.reading() as db:
        (by_index,), (by_reading,) = search(db, "次会议"), search(db, "次会")

    for found in (by_index, by_reading):
        assert found.num_hits == 10
        assert [hit.text for hit in found.hits] == ["第0次会议", "第1次会议", "第2次会议"]


@pytest.mark.parametrize("query", ["周会", "budget", "重点 Q3", "第三季度", "meeting.wav"])
def test_a_recording_is_found_by_its_metadata(database: Database, query: str) -> None:
    with database.transaction() as db:
        recording = add_sample(db)
        details = RecordingDetails("周会", ("重点", "Budget"), None, "预算，第三季度\nQ3")
        describe_recording(db, recording.recording_id, details)
        add_sample(db, "other")

    with database.reading() as db:
        found = search(db, query)

    assert [(each.recording_id, each.is_named) for each in found] == [
        (recording.recording_id, True)
    ]


def test_matches_in_metadata_come_before_matches_in_text(
    database: Database,
) -> None:
    with database.transaction() as db:
        named = add_sample(db, "数据库")
        said = save_spoken(db, "newer")

    with database.reading() as db:
        found = [each.recording_id for each in search(db, "数据库")]

    assert found == [named.recording_id, said]


def test_a_visitor_finds_nothing_in_recordings_of_others(database: Database) -> None:
    with database.transaction() as db:
        for owner in (None, "ann", "bo"):
            add_sample(db, f"会议 {owner}", owner)

    with database.reading() as db:
        found = {each.recording_id for each in search(db, "会议", owner="ann")}
        theirs = {
            recording_id
            for recording_id, owner in db.execute("SELECT id, owner FROM recordings")
            if owner in (None, "ann")
        }

    assert found == theirs


@pytest.mark.parametrize(
    "query",
    [
        *HOSTILE_TEXTS,
        '"',
        '"" OR text:*',
        "NEAR(数据库 备份)",
        "数据库 OR 开会的",
        "数据库*",
        "^数据库",
        "utterance_search:数据库",
        "-数据库",
        "{text} : 数据库",
        "' UNION SELECT * FROM recordings --",
        "x" * 100_000,
        "一 " * 1_000,
    ],
)
def test_a_query_has_no_special_characters(database: Database, query: str) -> None:
    with database.transaction() as db:
        save_spoken(db, "meeting")

    assert found_texts(database, query) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), max_size=4))
def test_every_part_of_any_text_is_found(database: Database, words: list[str]) -> None:
    text = "，".join(words) + "。"
    with database.transaction() as db:
        db.execute("INSERT OR IGNORE INTO purges SELECT id, '', '' FROM transcripts")
        db.execute("DELETE FROM recordings")
        save_spoken(db, "any", (text,))
        assert find_index_damage(db.conn) == ()

    for word in words:
        for length in (1, 2, 3, 4):
            assert found_texts(database, word[-length:]) == [text]


def test_the_index_follows_every_change_of_a_text(database: Database) -> None:
    with database.transaction() as db:
        save_spoken(db, "meeting")
        db.execute("UPDATE utterances SET text = '全部改写过了' WHERE text = ?", [SPOKEN[0]])
        db.execute("DELETE FROM utterances WHERE text = ?", [SPOKEN[1]])

    assert found_texts(database, "改写过") == ["全部改写过了"]
    assert found_texts(database, "下午三点") == []
    assert found_texts(database, "数据库的") == []
    with database.transaction() as db:
        assert find_index_damage(db.conn) == ()


def change_all_kinds(database: Database) -> None:
    """Change a text twice, delete an utterance, add one that gets the number of the deleted one."""
    with database.transaction() as db:
        db.execute("UPDATE utterances SET text = '第一次改写' WHERE text = ?", [SPOKEN[0]])
        db.execute("UPDATE utterances SET text = '第二次改写' WHERE text = '第一次改写'")
        db.execute("DELETE FROM utterances WHERE text = ?", [SPOKEN[3]])
        save_spoken(db, "later", ("后来加上的话",))


def test_edits_leave_the_index_alone_and_search_is_right_before_it_follows(
    database: Database,
) -> None:
    with database.transaction() as db:
        save_spoken(db, "meeting")
    index_queue(database, longest_s=60.0)
    before = indexed_terms(database)

    change_all_kinds(database)

    assert indexed_terms(database) == before
    assert num_queued(database) == 2
    for query, texts in {
        "下午三点": [],
        "第一次": [],
        "第二次": ["第二次改写"],
        "完成_": [],
        "数据库": [SPOKEN[1]],
        "后来加": ["后来加上的话"],
    }.items():
        assert found_texts(database, query) == texts


def test_the_index_and_its_queue_are_whole_at_every_moment(database: Database) -> None:
    with database.transaction() as db:
        save_spoken(db, "meeting")
        assert find_index_damage(db.conn) == ()
    index_queue(database, longest_s=60.0)
    change_all_kinds(database)

    left = num_queued(database)
    while left:
        with database.transaction() as db:
            assert index_queued(db.conn, 1) == 1
            assert find_index_damage(db.conn) == ()
        left -= 1

    assert num_queued(database) == 0
    assert {"第二次", "后来加"} <= indexed_terms(database)
    assert indexed_terms(database).isdisjoint({"下午三", "第一次", "完成_"})


def test_damage_to_the_queue_is_found(database: Database) -> None:
    with database.transaction() as db:
        save_spoken(db, "meeting")
        db.execute("DELETE FROM search_queue")

        assert find_index_damage(db.conn) != ()


def test_an_utterance_that_was_never_indexed_leaves_nothing_in_the_queue(
    database: Database,
) -> None:
    with database.transaction() as db:
        save_spoken(db, "meeting")
        db.execute("DELETE FROM utterances")

    assert num_queued(database) == 0


def test_indexing_stops_when_its_time_is_over_and_goes_on_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hidden_recordings, "STEP_S", 0.0)
    with database.transaction() as db:
        save_spoken(db, "meeting", tuple(f"第{each}次会议" for each in range(300)))

    index_queue(database, longest_s=0.0)

    assert 0 < num_queued(database) < 300
    index_queue(database, longest_s=60.0)
    assert num_queued(database) == 0


@pytest.mark.parametrize("is_indexed", [True, False])
def test_deleted_words_are_not_in_the_backups_either(
    database: Database, blobs: BlobStore, database_path: Path, *, is_indexed: bool
) -> None:
    with database.transaction() as db:
        doomed = save_spoken(db, "goes", ("绝密SECRET计划",))
    if is_indexed:
        index_queue(database, longest_s=60.0)
    with database.transaction() as db:
        db.execute("UPDATE utterances SET text = '改过的话了'")
    backup = back_up_beside(database_path, occasion="by hand").path

    delete_recording(database, blobs, doomed)
    database.close()

    for content in (database_path.read_bytes(), backup.read_bytes()):
        for word in ("绝密", "计划", "改过", "secret", "SECRET"):
            assert word.encode() not in content


def test_a_copy_of_the_database_finds_the_same(database: Database, database_path: Path) -> None:
    with database.transaction() as db:
        first = save_spoken(db, "first")
        save_spoken(db, "second", ("另外的话题",))
        db.execute("INSERT INTO purges SELECT id, '', '' FROM transcripts")
        db.execute("DELETE FROM recordings WHERE id = ?", [first])  # a gap in the numbers

    copy = open_database(back_up_beside(database_path, occasion="by hand").path)

    assert found_texts(copy, "另外的") == ["另外的话题"]
    with copy.transaction() as db:
        assert find_index_damage(db.conn) == ()
    copy.close()


def test_words_of_a_deleted_recording_are_not_in_the_index(
    database: Database, blobs: BlobStore, database_path: Path
) -> None:
    with database.transaction() as db:
        save_spoken(db, "stays")
        doomed = save_spoken(db, "goes", ("绝密SECRET计划",))
    index_queue(database, longest_s=60.0)

    delete_recording(database, blobs, doomed)
    database.close()

    with closing(sqlite3.connect(database_path)) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, utterance_search, row)"
        )
        terms = {term for (term,) in connection.execute("SELECT term FROM temp.terms")}
    assert "数据库" in terms
    assert terms.isdisjoint({"绝密s", "密se", "sec", "ecr", "cre", "ret", "et计", "t计划"})
    content = database_path.read_bytes()
    assert not any(part.encode() in content for part in ("绝密", "密s", "et计", "t计", "计划"))


def test_hits_of_a_recording_come_from_its_preferred_transcript_alone(database: Database) -> None:
    with database.transaction() as db:
        run = add_sample_run(db)
        sentence = Sentence(0, 900, SPOKEN[0])
        first, second = (
            save_machine_transcript(db, run, Transcript(1_000, "zh", (sentence,))) for _ in range(2)
        )
        preferred = {run.recording_id: first.transcript_id}

        (found,) = search(db, "三点开会", preferred=preferred)

    assert found.num_hits == 1
    assert [hit.transcript_id for hit in found.hits] == [first.transcript_id]
    assert second.transcript_id != first.transcript_id


def test_a_text_that_only_another_transcript_has_is_found_too(database: Database) -> None:
    with database.transaction() as db:
        run = add_sample_run(db)
        older, newer = (
            save_machine_transcript(db, run, Transcript(1_000, "zh", (Sentence(0, 900, text),)))
            for text in SPOKEN[:2]
        )
        preferred = {run.recording_id: newer.transcript_id}

        (found,) = search(db, "三点开会", preferred=preferred)

    assert [hit.transcript_id for hit in found.hits] == [older.transcript_id]


def save_named(db: Connection, name: str, recording: str = "meeting") -> tuple[str, str]:
    """Store a dialogue whose second speaker has a name; return its recording and transcript."""
    run = add_sample_run(db, recording)
    transcript_id = save_machine_transcript(db, run, DIALOGUE).transcript_id
    speaker_id = list_speakers(db, transcript_id)[1].speaker_id
    edit(db, transcript_id, RenameSpeaker(speaker_id, name), author=EditAuthor("Anna"))
    return run.recording_id, transcript_id


@pytest.mark.parametrize("query", ["王经理", "经理", "li 王", "LI"])
def test_a_speaker_is_found_by_a_part_of_the_name_at_the_first_sentence(
    database: Database, query: str
) -> None:
    with database.transaction() as db:
        recording_id, transcript_id = save_named(db, "王经理 (Li)")
        speaker_id = list_speakers(db, transcript_id)[1].speaker_id
        said = [
            each for each in list_utterances(db, transcript_id) if each.speaker_id == speaker_id
        ]

        (found,) = search(db, query)

    first = Hit(transcript_id, said[0].utterance_id, said[0].start_ms, said[0].text)
    assert (found.recording_id, found.num_hits) == (recording_id, 0)
    assert found.speakers == (FoundSpeaker("王经理 (Li)", first),)


def test_a_rejected_sentence_is_not_the_first_of_a_speaker(database: Database) -> None:
    with database.transaction() as db:
        _, transcript_id = save_named(db, "王经理")
        speaker_id = list_speakers(db, transcript_id)[1].speaker_id
        rows = [each.utterance_id for each in list_utterances(db, transcript_id)]
        assign = AssignSpeaker(tuple(rows), speaker_id)
        for request in (assign, Reject((rows[0],))):
            edit(db, transcript_id, request, author=EditAuthor("Anna"))

        (found,) = search(db, "王经理")

    assert [each.first.utterance_id for each in found.speakers] == [rows[1]]


def test_a_recording_with_the_speaker_comes_before_one_that_mentions_the_name(
    database: Database,
) -> None:
    with database.transaction() as db:
        of_speaker, _ = save_named(db, "王经理")
        mentions = save_spoken(db, "later", ("王经理明天来。",))

        found = search(db, "王经理")

    assert [(each.recording_id, each.num_hits) for each in found] == [
        (of_speaker, 0),
        (mentions, 1),
    ]


@pytest.mark.parametrize("name", ["100% 王", "a_b", "it's!", '"王"'])
def test_a_name_has_no_special_characters(database: Database, name: str) -> None:
    with database.transaction() as db:
        recording_id, _ = save_named(db, name)
        save_named(db, "another person", "other")

        assert [each.recording_id for each in search(db, name)] == [recording_id]
