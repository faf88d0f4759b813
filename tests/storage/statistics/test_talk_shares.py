"""Talk shares of transcripts."""

from __future__ import annotations

from pipeline.core.transcript import Sentence, Transcript
from storage.db.database import Connection, Database
from storage.db.records import TranscriptRecord
from storage.edit_plans.review_status import Reject
from storage.history.edit_history import EditAuthor
from storage.statistics.talk_shares import TalkShare, talk_shares
from storage.transcripts.edit_application import edit
from storage.transcripts.transcripts import list_utterances, save_machine_transcript
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


def test_shares_are_without_rejected_sentences(database: Database) -> None:
    with database.transaction() as db:
        record = saved(db)
        first = list_utterances(db, record.transcript_id)[0].utterance_id
        edit(db, record.transcript_id, Reject((first,)), author=EditAuthor("ann"))

        assert talk_shares(db, record.transcript_id) == (
            TalkShare(1, 0.75),
            TalkShare(None, 0.25),
        )
