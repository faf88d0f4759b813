"""Hypothesis strategy for valid and invalid edit requests."""

from __future__ import annotations

from hypothesis import strategies as st

from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from pipeline.punctuation.sentences import sentence_of
from storage.db.row_changes import TranscriptRows
from storage.edit_plans.boundaries import (
    DeleteUtterances,
    InsertUtterance,
    MergeUtterances,
    RetimeUtterance,
    SplitUtterance,
)
from storage.edit_plans.request import EditRequest
from storage.edit_plans.review_status import Flag, Reject, Reopen, Unflag, Verify
from storage.edit_plans.speakers import (
    AddSpeaker,
    AssignSpeaker,
    AssignSpeakers,
    MergeSpeakers,
    ReassignSpeaker,
    RenameSpeaker,
)
from storage.edit_plans.text import CorrectText, ReplaceText

# All speakers but the last speak twice; the fifth sentence has no tokens, the sixth differing ones.
CONVERSATION = Transcript(
    duration_ms=200,
    language="zh",
    sentences=(
        sentence_of(
            [Token(n * 10, n * 10 + 9, each, 0.5) for n, each in enumerate("今天好吗？")],
            speaker="S1",
        ),
        sentence_of([Token(60, 75, " Hello"), Token(80, 99, " world.")], speaker="S2"),
        sentence_of([Token(95, 100, "好"), Token(100, 101, "。")], speaker="S1"),
        sentence_of(
            [Token(110 + n, 112 + n, each) for n, each in enumerate("好好好好")], speaker="S2"
        ),
        Sentence(130, 150, "你好 hello。", (), "S3"),
        Sentence(150, 160, "ab你好", (Token(151, 152, "不同"),), None),
    ),
    turns=(SpeakerTurn(0, 50, "S1"), SpeakerTurn(60, 99, "S2"), SpeakerTurn(170, 180, "S4")),
)

TEXTS = st.sampled_from(["今天 hello。", "${x}", "好", "hello", "hell", "你", " ", ""]) | st.text(
    "你好，。 ab12'\x00\n🙂", max_size=8
)
TIMES_MS = st.integers(-1, 201)


def requests(current: TranscriptRows) -> st.SearchStrategy[EditRequest]:
    utterance = one_of_or_gone([row.id for row in current.utterances])
    speaker = one_of_or_gone([row.id for row in current.speakers])
    some_utterances = st.lists(utterance, min_size=1, max_size=3).map(tuple)
    alike = st.sampled_from(
        [
            tuple(row.id for row in current.utterances if row.speaker_id == each)
            for each in [None, *(row.id for row in current.speakers)]
        ]
    )
    times_ms = st.tuples(TIMES_MS, TIMES_MS).map(sorted)
    some_speaker = st.none() | speaker
    return st.one_of(
        st.builds(CorrectText, utterance, TEXTS, st.booleans()),
        st.builds(
            ReplaceText, TEXTS, TEXTS, st.none() | some_utterances, is_case_sensitive=st.booleans()
        ),
        st.builds(AssignSpeaker, some_utterances, some_speaker),
        st.builds(
            AssignSpeakers,
            st.lists(st.tuples(utterance, some_speaker), max_size=4).map(tuple),
            st.lists(st.lists(utterance, max_size=2).map(tuple), max_size=2).map(tuple),
        ),
        st.builds(ReassignSpeaker, speaker, some_speaker),
        st.builds(RenameSpeaker, speaker, TEXTS),
        st.builds(MergeSpeakers, st.lists(speaker, max_size=2).map(tuple), speaker),
        st.builds(AddSpeaker, some_utterances, TEXTS),
        st.builds(SplitUtterance, utterance, at_character=st.integers(-2, 12)),
        st.builds(SplitUtterance, utterance, at_ms=TIMES_MS),
        st.builds(MergeUtterances, alike | some_utterances),
        st.builds(
            lambda times_ms, text, speaker_id: InsertUtterance(*times_ms, text, speaker_id),
            times_ms,
            TEXTS,
            some_speaker,
        ),
        st.builds(DeleteUtterances, some_utterances),
        st.builds(lambda row, times_ms: RetimeUtterance(row, *times_ms), utterance, times_ms),
        *(st.builds(review, some_utterances) for review in (Verify, Reject, Reopen, Flag, Unflag)),
        st.builds(Flag, some_utterances, TEXTS),
    )


def one_of_or_gone(ids: list[str]) -> st.SearchStrategy[str]:
    """Draw mostly existing ids, sometimes missing ones."""
    return st.sampled_from([*ids * 5, "0" * 32])
