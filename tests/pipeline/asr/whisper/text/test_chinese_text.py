from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asr.whisper.text.chinese_text import SimplifiedChinese, widen_marks


@pytest.fixture(scope="module")
def simplified() -> SimplifiedChinese:
    return SimplifiedChinese()


@pytest.mark.parametrize(
    ("traditional", "expected"),
    [
        ("謝謝觀看", "谢谢观看"),
        ("唱著情歌流著淚", "唱着情歌流着泪"),
        ("著作和顯著", "著作和显著"),
        ("頭髮後面的皇后", "头发后面的皇后"),
        ("已经是简体", "已经是简体"),
        ("Taxi 和 LOGO", "Taxi 和 LOGO"),
    ],
)
def test_traditional_characters_become_simplified_by_their_meaning(
    simplified: SimplifiedChinese, traditional: str, expected: str
) -> None:
    assert "".join(simplified.rewrite(list(traditional))) == expected


def test_the_neighbouring_piece_decides_between_two_simplified_forms(
    simplified: SimplifiedChinese,
) -> None:
    assert simplified.rewrite(["著", "作", "唱", "著"]) == ("著", "作", "唱", "着")


@given(st.lists(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x9FFF))))
def test_every_piece_keeps_its_length(pieces: list[str]) -> None:
    rewritten = SimplifiedChinese().rewrite(pieces)

    assert [len(piece) for piece in rewritten] == [len(piece) for piece in pieces]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好,世界.", "你好，世界。"),
        ("真的?是!", "真的？是！"),
        ("黑色T恤,LOGO,很好", "黑色T恤，LOGO，很好"),
        ("30,000人", "30,000人"),
        ("1.5倍", "1.5倍"),
        ("第3.中国", "第3.中国"),
        ("Hello, world.", "Hello, world."),
        ("等等...好", "等等...好"),
    ],
)
def test_marks_beside_chinese_characters_are_full_width(text: str, expected: str) -> None:
    assert widen_marks(text) == expected
