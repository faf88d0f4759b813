"""Talk shares of transcripts: their values, and when they are computed again."""

from __future__ import annotations

import pytest

from pipeline.core.transcript import Sentence, Transcript
from storage.db.database import Connection, Database
from storage.db.records import TranscriptRecord
from storage.edit_plans.review_status import Reject
from storage.history.edit_history import EditAuthor
from storage.statistics import talk_shares as module
from storage.statistics.talk_shares import TalkShare, TalkShares, talk_shares
from storage.transcripts.edit_application import edit
from storage.transcripts.transcripts import (
    get_transcript,
    list_utterances,
    save_machine_transcript,
)
from tests.storage.samples import add_sample_run

SAID = (
    Sentence(0, 1_000, "甲", speaker="S1"),
    Sentence(1_000, 4_000, "乙", speaker="S2"),
    Sentence(4_000, 5_000, "无", speaker=None),
)


def saved(db: Connection, name: str = "a.wav") -> TranscriptRecord:
    return save_machine_transcript(db, add_sample_run(db, name), Transcript(5_000, "zh", SAID))


def test_shares_are_of_the_talk_and_the_largest_comes_first(database: Database) -> None:
    with database.transaction() as db:
        record = saved(db)

        assert talk_shares(db, record.transcript_id) == (
            TalkShare(1, 0.6),
            TalkShare(0, 0.2),
            TalkShare(None, 0.2),
        )


def test_shares_follow_edits_without_rejected_sentences(database: Database) -> None:
    cache = TalkShares()
    with database.transaction() as db:
        record = saved(db)
        cache.read(db, [record])
        first = list_utterances(db, record.transcript_id)[0].utterance_id
        edit(db, record.transcript_id, Reject((first,)), author=EditAuthor("ann"))
        now = get_transcript(db, record.transcript_id)

        assert cache.read(db, [now]) == {
            record.transcript_id: (TalkShare(1, 0.75), TalkShare(None, 0.25))
        }


def test_a_transcript_that_has_not_changed_is_computed_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = TalkShares()
    with database.transaction() as db:
        record = saved(db)
        first = cache.read(db, [record])
        monkeypatch.setattr(module, "talk_shares", lambda *_: pytest.fail("computed again"))

        assert cache.read(db, [record]) == first


def test_one_call_computes_few_transcripts_and_the_next_call_the_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_COMPUTED", 1)
    cache = TalkShares()
    with database.transaction() as db:
        records = [saved(db, "a.wav"), saved(db, "b.wav")]

        assert [len(cache.read(db, records)) for _ in range(2)] == [1, 2]
