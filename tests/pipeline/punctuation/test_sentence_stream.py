from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.options import Profile
from pipeline.core.progress import Report, ignore_report
from pipeline.core.transcript import Mark, RecognizedSegment, Sentence, SpeechSegment, Token
from pipeline.punctuation.sentence_stream import (
    MAX_OPEN_WORDS,
    BareSentences,
    MarkedSentences,
    PunctuatedSentences,
)


class LateMarks:
    """A punctuation that settles a mark when some more words have come."""

    def __init__(self, delay: int) -> None:
        self.delay = delay
        self.words: list[str] = []
        self.num_given = 0

    def feed(self, words: Sequence[str]) -> tuple[Mark, ...]:
        self.words += words
        stop = max(self.num_given, len(self.words) - self.delay)
        found = tuple(map(mark_of, self.words[self.num_given : stop]))
        self.num_given = stop
        return found

    def finish(self, *, report: Report = ignore_report) -> tuple[Mark, ...]:
        report(1, 1)
        return tuple(map(mark_of, self.words))


def mark_of(word: str) -> Mark:
    marks = {"逗": Mark.COMMA, "句": Mark.FULL_STOP, "问": Mark.QUESTION, "so": Mark.COMMA}
    return marks.get(word.strip(), Mark.NONE)


@st.composite
def recordings(draw: st.DrawFn, texts: Sequence[str]) -> list[RecognizedSegment]:
    segments, now_ms = [], 0
    for _ in range(draw(st.integers(0, 12))):
        now_ms += draw(st.sampled_from([0, 300, 2_000]))
        start_ms, tokens = now_ms, []
        for text in draw(st.lists(st.sampled_from(texts), max_size=30)):
            tokens.append(Token(now_ms, now_ms + 150, text))
            now_ms += draw(st.sampled_from([200, 200, 900]))
        now_ms = max(now_ms, start_ms + 100)
        segment = SpeechSegment(start_ms, now_ms)
        language = draw(st.sampled_from(["zh", "zh", "en"]))
        segments.append(RecognizedSegment(segment, tuple(tokens), language))
    return segments


def check_stream(stream, segments: list[RecognizedSegment]) -> tuple[Sentence, ...]:
    """Feed it; what it gave on the way must be how the whole begins."""
    on_the_way = [sentence for segment in segments for sentence in stream.feed(segment)]
    whole = stream.finish()
    assert tuple(on_the_way) == whole[: len(on_the_way)]
    return whole


@settings(deadline=None)
@given(segments=recordings(["我", "们。", "说，", " Dr.", " and", " 3.", "5", "吗？", " well"]))
def test_sentences_with_marks_come_as_those_of_the_whole_begin(segments) -> None:
    whole = check_stream(MarkedSentences(), segments)

    assert [token for each in whole for token in each.tokens] == [
        token for segment in segments for token in segment.tokens
    ]


@settings(deadline=None)
@given(
    segments=recordings(["我", "逗", "句", "问", " ok", "so", "hello", "ABC"]),
    delay=st.sampled_from([1, 7, 40]),
    profile=st.sampled_from(Profile),
)
def test_punctuated_sentences_come_as_those_of_the_whole_begin(segments, delay, profile) -> None:
    segments = [each for each in segments if sum(len(s.tokens) for s in segments) < 40]

    check_stream(PunctuatedSentences(LateMarks(delay), profile), segments)


@settings(deadline=None)
@given(
    segments=recordings(["我", "逗", "句", " ok"]),
    delay=st.sampled_from([1, 30, 200]),
    profile=st.sampled_from(Profile),
)
def test_no_word_is_told_twice_or_left_out_however_late_marks_come(
    segments, delay, profile
) -> None:
    stream = PunctuatedSentences(LateMarks(delay), profile)

    told = [sentence for segment in segments for sentence in stream.feed(segment)]

    spoken = [token.start_ms for segment in segments for token in segment.tokens]
    starts = [token.start_ms for sentence in told for token in sentence.tokens]
    assert starts == spoken[: len(starts)]
    num_last = len(segments[-1].tokens) if segments else 0
    assert len(spoken) - len(starts) < MAX_OPEN_WORDS + num_last + 1


def test_first_words_do_not_wait_long_for_a_full_stop() -> None:
    stream = PunctuatedSentences(LateMarks(1_000), Profile.DEFAULT)

    first = stream.feed(segment_of(0, *"我" * 39, "句"))
    second = stream.feed(segment_of(9_000, *"好" * 5))
    third = stream.feed(segment_of(11_000, *"好" * 50))

    assert [each.text for each in first + third] == []
    assert "".join(each.text for each in second) == "我" * 39 + "句"


@given(segments=recordings(["我", "们", " ok"]), profile=st.sampled_from(Profile))
def test_bare_sentences_come_with_their_segments(segments, profile) -> None:
    stream = BareSentences(profile)

    on_the_way = tuple(each for segment in segments for each in stream.feed(segment))

    assert on_the_way == stream.finish()


def segment_of(start_ms: int, *texts: str) -> RecognizedSegment:
    tokens = [Token(start_ms + 200 * i, start_ms + 200 * i + 150, t) for i, t in enumerate(texts)]
    return RecognizedSegment(
        SpeechSegment(start_ms, start_ms + 200 * len(texts)), tuple(tokens), "zh"
    )


def test_a_sentence_comes_with_the_first_word_after_it() -> None:
    stream = MarkedSentences()

    first = stream.feed(segment_of(0, "好", "。"))
    second = stream.feed(segment_of(500, "再", "见。", "我"))

    assert [each.text for each in first] == []
    assert [each.text for each in second] == ["好。", "再见。"]


@pytest.mark.parametrize(
    ("profile", "texts"),
    [(Profile.DEFAULT, ["我们逗，说句。"]), (Profile.CLASSIC, ["我们逗，", "说句。"])],
)
def test_bare_words_become_sentences_while_they_come(profile: Profile, texts: list[str]) -> None:
    stream = PunctuatedSentences(LateMarks(1), profile)

    found = stream.feed(segment_of(0, "我", "们", "逗", "说", "句", "还", "有"))

    assert [each.text for each in found] == texts
