from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asr.whisper.text.hallucinations import (
    has_loop,
    is_echo,
    without_hallucinations,
    without_surplus,
)
from pipeline.asr.whisper.text.spoken_units import TimedPiece, spoken_units


def units(text: str, *, probability: float = 0.9) -> tuple[TimedPiece, ...]:
    return spoken_units([TimedPiece(text, 0, 1_000, probability)])


def text_of(kept: tuple[TimedPiece, ...]) -> str:
    return "".join(unit.text for unit in kept)


@pytest.mark.parametrize(
    ("heard", "kept"),
    [
        ("他们学习近习近习近习近习近", "他们学习近"),
        ("好，我认为，我认为，我认为，我认为，完了", "好，我认为，完了"),
        (" So I I I I I I I I I said", " So I said"),
        ("标配SAMSUNJGSUNJGSUNJGSUNJGSUNJG", "标配SAMSUNJG"),
    ],
)
def test_a_loop_is_left_with_its_first_round(heard: str, kept: str) -> None:
    assert text_of(without_hallucinations(units(heard))) == kept
    assert has_loop(units(heard))


@pytest.mark.parametrize(
    "said", ["对对对，好", "哈哈哈哈，是吗", "一点一点一点来", " no no no, wait"]
)
def test_what_people_do_say_over_again_stays(said: str) -> None:
    assert text_of(without_hallucinations(units(said))) == said
    assert not has_loop(units(said))


@pytest.mark.parametrize(
    ("heard", "kept"),
    [
        ("今天到这里。字幕由Amara.org社区提供", "今天到这里。"),
        ("再见。请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", "再见。"),
        ("中文字幕志愿者李宗盛", ""),
        (" Goodbye. Subtitles by the community", " Goodbye."),
    ],
)
def test_credits_of_subtitles_are_dropped_however_sure_the_recogniser_is(
    heard: str, kept: str
) -> None:
    assert text_of(without_hallucinations(units(heard, probability=0.99))) == kept


def test_doubtful_thanks_to_viewers_are_dropped_and_clear_ones_stay() -> None:
    assert text_of(without_hallucinations(units("好。谢谢观看", probability=0.3))) == "好。"
    assert text_of(without_hallucinations(units("好。谢谢观看", probability=0.9))) == "好。谢谢观看"


def test_speech_about_subtitles_stays() -> None:
    said = "这部电影的字幕很好，谢谢你们收下"

    assert text_of(without_hallucinations(units(said, probability=0.2))) == said


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("五月三十一日。", "大家好，今天是二零二三年五月三十一日。", True),
        ("二零三年五月三十一日", "今天是二零二三年五月三十一日。", True),
        ("大家好，欢迎来到我们的节目", "大家好，今天是五月。", False),
        ("好。", "大家好。", False),
        ("完全不同的一句话", "今天是五月。", False),
        ("好的好的", "", False),
        ("", "今天是五月。", False),
    ],
)
def test_an_echo_is_mostly_in_its_context(text: str, context: str, expected: bool) -> None:
    assert is_echo(text, context) is expected


@pytest.mark.parametrize(
    ("text", "duration_ms", "kept"),
    [
        ("上海家庭呢上海家庇呢上海家定呢上海家地呢", 1_400, "上海家庭呢"),
        ("好，九月的停机令将近，九月的停机令提近", 1_000, "好，九月的停机令将近，"),
        ("哈哈哈哈哈哈哈哈哈哈哈哈", 800, "哈哈哈"),
        (
            " in the end of the end in the end of it all we see in the end",
            800,
            " in the end of the end",
        ),
    ],
)
def test_a_text_longer_than_can_be_spoken_ends_before_its_first_repeat(
    text: str, duration_ms: int, kept: str
) -> None:
    assert without_surplus(text, duration_ms=duration_ms) == kept


@pytest.mark.parametrize(
    ("text", "duration_ms"),
    [
        ("对不起，对不起，对不起", 1_500),
        ("一三八零零一三八零零零", 1_800),
        ("今天天气很好我们出去", 800),
        ("", 100),
    ],
)
def test_a_text_that_can_be_spoken_or_has_no_repeat_stays_whole(
    text: str, duration_ms: int
) -> None:
    assert without_surplus(text, duration_ms=duration_ms) == text


def test_syllables_that_differ_in_a_vowel_sign_are_no_loop() -> None:
    signs = "ािीुूेैोौ"
    syllables = [TimedPiece(f" क{sign}", 0, 100, 0.9) for sign in signs]

    assert without_hallucinations(syllables) == tuple(syllables)


@given(st.text("好的吗，。", max_size=60))
def test_nothing_is_added_and_no_loop_is_left(text: str) -> None:
    before = units(text)
    after = without_hallucinations(before)

    remaining = iter(before)
    assert all(unit in remaining for unit in after)
    assert len(after) == len(before) or has_loop(before)
