from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.options import Profile
from pipeline.core.transcript import Sentence, SpeakerTurn, Token
from pipeline.punctuation.sentences import sentence_of
from pipeline.transcription.speaker_assignment import MIN_SIDE_TOKENS, give_speakers

A, B = "S1", "S2"
STEP_MS = 250


def spoken(text: str, *, start_ms: int = 0) -> tuple[Token, ...]:
    """One token per character, four a second; a mark goes to the character before it."""
    tokens: list[Token] = []
    for character in text:
        if tokens and character in "，。":
            last = tokens.pop()
            tokens.append(Token(last.start_ms, last.end_ms, last.text + character))
        else:
            at_ms = start_ms + len(tokens) * STEP_MS
            tokens.append(Token(at_ms, at_ms + STEP_MS, character))
    return tuple(tokens)


def words(*texts: str) -> tuple[Token, ...]:
    return tuple(Token(i * 500, (i + 1) * 500, text) for i, text in enumerate(texts))


def said_by(sentences: tuple[Sentence, ...]) -> list[tuple[str | None, str]]:
    return [(sentence.speaker, sentence.text) for sentence in sentences]


def test_a_sentence_that_spans_a_change_of_speaker_is_cut_there() -> None:
    sentence = sentence_of(spoken("你吃饭了吗我吃过了。"))
    turns = (SpeakerTurn(0, 1250, A), SpeakerTurn(1250, 2500, B))

    assert give_speakers([sentence], turns) == (
        sentence_of(sentence.tokens[:5], speaker=A),
        sentence_of(sentence.tokens[5:], speaker=B),
    )


def test_the_classic_profile_cuts_nothing_and_takes_the_longest_overlap() -> None:
    sentence = sentence_of(spoken("你吃饭了吗我吃过了。"))
    turns = (
        SpeakerTurn(0, 800, A),
        SpeakerTurn(800, 1800, B),
        SpeakerTurn(1800, 2500, A),
    )

    assert said_by(give_speakers([sentence], turns, profile=Profile.CLASSIC)) == [
        (B, sentence.text)
    ]


def test_in_classic_a_sentence_outside_all_turns_is_the_first_speaker_s() -> None:
    sentence = sentence_of(spoken("喂喂", start_ms=5_000))
    turns = (SpeakerTurn(0, 1_000, A), SpeakerTurn(3_000, 4_000, B))

    assert give_speakers([sentence], turns, profile=Profile.CLASSIC)[0].speaker == A
    assert give_speakers([sentence], turns)[0].speaker == B


def test_a_single_word_of_another_speaker_is_not_cut_off() -> None:
    sentence = sentence_of(spoken("我们现在开始开会吧"))
    turns = (SpeakerTurn(0, 2_000, A), SpeakerTurn(2_000, 2_250, B))

    assert said_by(give_speakers([sentence], turns)) == [(A, sentence.text)]


def test_the_cut_moves_to_a_mark_close_by() -> None:
    sentence = sentence_of(spoken("好的好的，那我们走吧"))
    turns = (SpeakerTurn(0, 1_250, A), SpeakerTurn(1_250, 3_000, B))  # one character too late

    assert said_by(give_speakers([sentence], turns)) == [(A, "好的好的，"), (B, "那我们走吧")]


def test_the_cut_moves_to_a_pause_close_by() -> None:
    before, after = spoken("你说什么"), spoken("我没说话", start_ms=1_600)
    sentence = sentence_of((*before, *after))
    turns = (SpeakerTurn(0, 700, A), SpeakerTurn(700, 3_000, B))  # a character too early

    assert said_by(give_speakers([sentence], turns)) == [(A, "你说什么"), (B, "我没说话")]


def test_no_cut_beside_the_end_of_a_sentence() -> None:
    sentence = sentence_of(spoken("今天的天气很好。"))
    turns = (SpeakerTurn(0, 1_400, A), SpeakerTurn(1_400, 5_000, B))  # 350 ms too early

    assert said_by(give_speakers([sentence], turns)) == [(A, sentence.text)]


def test_a_spaced_word_is_never_cut() -> None:
    tokens = words(" Well", " yes", " trans", "crip", "tion", " works", " now")
    turns = (SpeakerTurn(0, 1_700, A), SpeakerTurn(1_700, 3_500, B))

    assert said_by(give_speakers([sentence_of(tokens)], turns)) == [
        (A, "Well yes"),
        (B, "transcription works now"),
    ]


def test_words_said_while_two_speak_stay_with_whom_the_sentence_is_mostly() -> None:
    sentence = sentence_of(spoken("我们先看第一个问题"))
    turns = (SpeakerTurn(0, 2_500, A), SpeakerTurn(500, 1_500, B))

    assert said_by(give_speakers([sentence], turns)) == [(A, sentence.text)]


def test_without_turns_nobody_is_named() -> None:
    sentence = sentence_of(spoken("有人吗"))

    assert give_speakers([sentence], ()) == (sentence,)


def test_a_sentence_without_tokens_gets_its_speaker_whole() -> None:
    sentence = Sentence(0, 2_000, "你好。再见。")
    turns = (SpeakerTurn(0, 500, A), SpeakerTurn(500, 2_000, B))

    assert said_by(give_speakers([sentence], turns)) == [(B, "你好。再见。")]


@given(
    st.text("好吗。， ab", min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 8_000), st.integers(1, 3_000), st.sampled_from([A, B]))),
    st.sampled_from(list(Profile)),
)
def test_cutting_loses_no_token_and_leaves_no_scrap(
    text: str, turns: list[tuple[int, int, str]], profile: Profile
) -> None:
    tokens = tuple(
        Token(i * STEP_MS, (i + 1) * STEP_MS, character) for i, character in enumerate(text)
    )
    spoken_turns = tuple(
        SpeakerTurn(start, start + length, name) for start, length, name in sorted(turns)
    )

    pieces = give_speakers([sentence_of(tokens)], spoken_turns, profile=profile)

    assert tuple(token for piece in pieces for token in piece.tokens) == tokens
    assert len(pieces) == 1 or min(len(piece.tokens) for piece in pieces) >= MIN_SIDE_TOKENS
    assert {piece.speaker for piece in pieces} <= {turn.speaker for turn in spoken_turns} | (
        {A} if spoken_turns else {None}
    )


@pytest.mark.parametrize("num_speakers", [1, 2])
def test_sentences_of_one_speaker_stay_as_they_are(num_speakers: int) -> None:
    sentences = [sentence_of(spoken("一二三四。")), sentence_of(spoken("五六。", start_ms=2_000))]
    turns = (SpeakerTurn(0, 1_500, A), SpeakerTurn(1_500, 4_000, (A, B)[num_speakers - 1]))

    given_speakers = give_speakers(sentences, turns)

    assert [each.tokens for each in given_speakers] == [each.tokens for each in sentences]
