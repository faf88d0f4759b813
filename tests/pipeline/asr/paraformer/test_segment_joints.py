from __future__ import annotations

from pipeline.asr.paraformer.detokenize import join_segments
from pipeline.core.transcript import RecognizedSegment, SpeechSegment, Token


def heard(start_ms: int, *texts: str) -> RecognizedSegment:
    tokens = tuple(
        Token(start_ms + 100 * number, start_ms + 100 * number + 90, text)
        for number, text in enumerate(texts)
    )
    return RecognizedSegment(SpeechSegment(start_ms, start_ms + 1_000), tokens, "zh")


def test_a_space_stands_between_english_words_of_two_segments() -> None:
    joined = list(
        join_segments(
            [heard(0, "好", "hello"), heard(1_000), heard(2_000, "world", "好"), heard(3_000, "ok")]
        )
    )

    assert joined == [
        heard(0, "好", "hello"),
        heard(1_000),
        heard(2_000, " world", "好"),
        heard(3_000, "ok"),
    ]
