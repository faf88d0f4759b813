"""Encodings of files by other programs, told by their bytes."""

from __future__ import annotations

import codecs
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.core.errors import FormatError
from pipeline.formats.encoding_detection import detect_encoding
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.text_decoding import decoded_text, encoding_names

SIMPLIFIED = (
    "你好。",
    "好的，没问题。",
    "大家好，今天开会讨论项目进度。",
    "服务器昨天晚上重启了两次，日志还没看。",
    "张三：开始吧。",
    "糖醋排骨和宫保鸡丁各来一份",
    "再见",
)
TRADITIONAL = (
    "您好。",
    "大家好，今天開會討論專案進度。",
    "請問您是哪位？",
    "伺服器昨天晚上重啟了兩次，日誌還沒看。",
    "糖醋排骨和宮保雞丁各來一份",
    "再見",
)
CANTONESE = ("我哋今日開會傾下個項目嘅進度。", "佢話聽日先返嚟，唔使等佢。", "你喺邊度呀？")
JAPANESE = (
    "こんにちは。",
    "今日は会議で進捗を話し合います。",
    "はい、わかりました。",
    "ありがとう",
)
KOREAN = ("안녕하세요.", "오늘은 회의에서 진행 상황을 논의합니다.", "서울역까지 삼십 분 걸려요")
WESTERN = (
    "Le café était déjà fermé.",
    "Grüße aus München!",
    "El niño comió una manzana.",
    "Até amanhã, não é?",
    "créée en été",
)
TEXTS = {
    "gb18030": SIMPLIFIED,
    "gbk": SIMPLIFIED,
    "big5": TRADITIONAL,
    "cp950": TRADITIONAL,
    "big5hkscs": (*TRADITIONAL, *CANTONESE),
    "cp932": JAPANESE,
    "euc_jp": JAPANESE,
    "cp949": KOREAN,
    "latin-1": WESTERN,
    "cp1252": (*WESTERN, "It’s “fine” – really…"),
    "utf-16-le": (*SIMPLIFIED, *TRADITIONAL, *JAPANESE, *KOREAN, *WESTERN, "plain"),
    "utf-16-be": (*SIMPLIFIED, *TRADITIONAL, *JAPANESE, *KOREAN, *WESTERN, "plain"),
    "utf-8": (*SIMPLIFIED, *TRADITIONAL, *CANTONESE, *JAPANESE, *KOREAN, *WESTERN, "plain"),
}
CASES = [(codec, text) for codec, texts in TEXTS.items() for text in texts]
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


def subtitle(*texts: str) -> str:
    return "".join(
        f"{number}\r\n00:00:{number:02d},000 --> 00:00:{number:02d},900\r\n{text}\r\n\r\n"
        for number, text in enumerate(texts, start=1)
    )


@pytest.mark.parametrize(("codec", "text"), CASES)
def test_a_file_of_one_sentence_is_read_in_its_encoding(codec: str, text: str) -> None:
    assert decoded_text(subtitle(text).encode(codec), ImportLog()) == subtitle(text)


@pytest.mark.parametrize("codec", TEXTS)
def test_a_long_file_is_read_in_its_encoding(codec: str) -> None:
    text = subtitle(*["plain"] * 2_000, *TEXTS[codec] * 20)

    assert decoded_text(text.encode(codec), ImportLog()) == text


@pytest.mark.parametrize("codec", MARKS)
def test_a_byte_order_mark_tells_the_encoding(codec: str) -> None:
    text = subtitle("你好。")

    assert decoded_text(MARKS[codec] + text.encode(codec), ImportLog()) == text


def test_an_encoding_that_was_detected_is_noted() -> None:
    log = ImportLog()

    decoded_text(subtitle(*TRADITIONAL).encode("big5"), log)

    assert [(each.kind, each.found) for each in log.report.problems] == [
        (ProblemKind.ENCODING, "Big5")
    ]


def test_an_encoding_that_was_chosen_is_used_and_not_noted() -> None:
    log = ImportLog()
    content = "汶".encode("gb18030")  # two bytes that fit many encodings

    assert decoded_text(content, log, "GB18030") == "汶"
    assert log.report.problems == ()


def test_bytes_that_the_chosen_encoding_does_not_have_are_replaced_and_noted() -> None:
    log = ImportLog()

    assert decoded_text(b"a\xff\xffb", log, "big5").startswith("a\ufffd")
    assert log.report.counts == ((ProblemKind.ENCODING, 1),)


def test_an_encoding_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(FormatError, match=r"There is no encoding 'utf-9'\. Choose: auto, utf-8"):
        decoded_text(b"", ImportLog(), "utf-9")


def test_a_damaged_file_is_read_in_its_encoding_all_the_same() -> None:
    for codec in ("utf-8", "gb18030", "big5"):
        content = subtitle(*TEXTS[codec]).encode(codec)
        cut = content[: content.rindex(TEXTS[codec][-1].encode(codec)) + 1]

        assert TEXTS[codec][0] in decoded_text(cut, ImportLog())


@pytest.mark.parametrize(
    "content",
    [
        b"\x80" * 2_000_000,
        b"a" * 2_000_000 + b"\xff",
        b"\x00\xff" * 1_000_000,
        b"\xa4a\n" * 700_000,
    ],
)
def test_hostile_bytes_are_decoded_in_linear_time(content: bytes) -> None:
    began = time.process_time()
    decoded_text(content, ImportLog())

    assert time.process_time() - began < 2


@settings(max_examples=300, deadline=None)
@example(content=b"\x00")
@example(content=b"")
@given(content=st.binary(max_size=200))
def test_any_bytes_become_text(content: bytes) -> None:
    for encoding in encoding_names():
        assert isinstance(decoded_text(content, ImportLog(), encoding), str)
    assert isinstance(detect_encoding(content), str)
