from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.text_units import text_units

ODD_TEXT = st.text(
    st.sampled_from("今天 aZ1.,'’-@“”\"（）。！é\u0301か\ufe0f　ก\u0e31ि\u200d\u200c\u3099\t😀"),
    max_size=30,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("今天天气", ["今", "天", "天", "气"]),
        ("你好，世界。", ["你", "好，", "世", "界。"]),
        ("他说：“好。”走", ["他", "说：", "“好。”", "走"]),
        ("用LOGO做", ["用", "LOGO", "做"]),
        (" Hello, world!", [" Hello,", " world!"]),
        ('He said "hi" (twice)', ["He", " said", ' "hi"', " (twice)"]),
        ("3.5 to 30,000", ["3.5", " to", " 30,000"]),
        ("don't e-mail a@b.com.", ["don't", " e-mail", " a@b.com."]),
        ("wait - what", ["wait -", " what"]),
        ("2024年", ["2024", "年"]),
        ("«?!", ["«?!"]),
        ("……", ["……"]),
        ("cafe\u0301 bon", ["cafe\u0301", " bon"]),
        ("हिन्दी में नमस्ते", ["हिन्दी", " में", " नमस्ते"]),
        ("สวัสดี ครับ", ["สวัสดี", " ครับ"]),
        ("សួស្តី\u200bពិភព", ["សួស្តី\u200b", "ពិភព"]),
        ("مُحَمَّد می\u200cخواهم", ["مُحَمَّد", " می\u200cخواهم"]),
        ("tie\u0302\u0301ng Vie\u0323\u0302t", ["tie\u0302\u0301ng", " Vie\u0323\u0302t"]),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", ["\u1112\u1161\u11ab\u1100\u1173\u11af"]),
        ("か\u3099葛\U000e0100ab", ["か\u3099", "葛\U000e0100", "ab"]),
        ("二〇〇八", ["二", "〇", "〇", "八"]),
        ("好❤️的 👩\u200d👧 好", ["好❤️", "的 👩\u200d👧", " 好"]),
        ("ａｂ ｶﾞｽ", ["ａｂ", " ｶﾞ", "ｽ"]),
    ],
)
def test_a_unit_is_a_chinese_character_or_a_word_with_its_marks(
    text: str, expected: list[str]
) -> None:
    assert [unit.text for unit in text_units(text)] == expected


def test_a_sign_on_a_mark_is_not_spoken() -> None:
    units = text_units("好❤️ #️⃣")

    assert [(unit.text, unit.key) for unit in units] == [("好❤️ #️⃣", "好")]


def test_spellings_that_sound_alike_have_the_same_key() -> None:
    keys = [[unit.key for unit in text_units(text)] for text in ("ＡＩ，很“好”", "ai 很好。")]

    assert keys == [["ai", "很", "好"], ["ai", "很", "好"]]


def test_spoken_letters_are_between_first_and_stop() -> None:
    text = "（好的）， OK。"

    assert [text[unit.first : unit.stop] for unit in text_units(text)] == ["好", "的", "OK"]


@given(st.one_of(st.text(max_size=40), ODD_TEXT))
def test_no_letter_is_lost_or_doubled(text: str) -> None:
    assert "".join(unit.text for unit in text_units(text)) == text


@given(st.one_of(st.text(min_size=1, max_size=40), ODD_TEXT))
def test_every_unit_has_text_and_a_length(text: str) -> None:
    for unit in text_units(text):
        assert unit.text
        assert unit.num_syllables >= 1
        assert unit.first < unit.stop
