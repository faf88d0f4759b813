"""Word files, opened again with python-docx."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timezone
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings

from pipeline.core.transcript import Sentence, Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.report.word_file import SPEAKER, TIME, TURN, write_docx
from tests.pipeline.formats.documents import (
    CONVERSATION,
    HOSTILE_TEXTS,
    NO_SPEECH,
    TURNS_ONLY,
    documents,
)

MEETING = replace(
    CONVERSATION,
    given_names=(("S1", "王经理"),),
    numbered_name="说话人 {number}",
    num_verified=2,
    created_at=datetime(2026, 11, 26, 7, 0, tzinfo=timezone.utc),
)


def opened(document: TranscriptDocument) -> docx.document.Document:
    return docx.Document(io.BytesIO(write_docx(document)))


def texts_with(word: docx.document.Document, style: str) -> list[str]:
    return [each.text for each in word.paragraphs if each.style.name == style]


def test_title_headings_and_turns_have_styles_of_their_own():
    word = opened(MEETING)

    assert texts_with(word, "Title") == ["周会 1"]
    assert texts_with(word, "Heading 1") == ["各人说了多久", "文稿"]
    assert texts_with(word, TURN) == [
        "王经理  0:01\n大家好。",
        "说话人 2  0:03\n你好，Tom & Ann!",
        "未知  1:02:03\n再见。",
    ]
    (facts,) = texts_with(word, "Subtitle")
    assert facts == "2026-11-26 · 时长 1:02:05 · 发言 3 次 · 静默 100 %"
    assert texts_with(word, "Caption") == [
        "依据文稿计算，3 句中已核对 2 句（66 %）；核对会更新这些数字。"
    ]


def test_speakers_and_times_of_turns_have_character_styles():
    (first, *_) = [each for each in opened(MEETING).paragraphs if each.style.name == TURN]

    assert [(run.style.name, run.text) for run in first.runs] == [
        (SPEAKER, "王经理"),
        ("Default Paragraph Font", "  "),
        (TIME, "0:01\n"),
        ("Default Paragraph Font", "大家好。"),
    ]


def test_the_table_has_a_row_for_each_speaker():
    (table,) = opened(MEETING).tables

    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["姓名", "时长", "占比", "发言", "最长一次", "语速 字/\u2060分"],
        ["王经理", "0:02", "42 %", "1", "2 秒", "82"],
        ["未知", "0:02", "37 %", "1", "2 秒", "57"],
        ["说话人 2", "0:01", "21 %", "1", "1 秒", "240"],
    ]


@pytest.mark.parametrize(("language", "expected"), [("zh", "zh-CN"), ("en", "en-US")])
def test_language_and_fonts_are_set_for_chinese_and_latin_text(language, expected):
    word = opened(replace(MEETING, reader_language=language))
    (lang,) = word.styles.element.find(qn("w:docDefaults")).iter(qn("w:lang"))

    assert (lang.get(qn("w:val")), lang.get(qn("w:eastAsia"))) == (expected, "zh-CN")
    assert word.core_properties.language == expected
    for name in ("Normal", "Title", "Heading 1"):
        fonts = word.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
        assert fonts.get(qn("w:ascii")) == "Calibri"
        assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_properties_name_title_and_date():
    properties = opened(MEETING).core_properties

    assert (properties.title, properties.author) == ("周会 1", "Speaker Studio")
    assert properties.created == datetime(2026, 11, 26, 7, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize("text", [*HOSTILE_TEXTS, "\ufffe\uffff", "\x0b\x0c", "x" * 5_000])
def test_control_characters_and_markup_do_not_break_a_file(text):
    sentence = Sentence(0, 1_000, f"讨论 {text} 结束", speaker=f"S1{text}")
    document = TranscriptDocument(
        f"会议 {text}",
        Transcript(2_000, "zh", (sentence,)),
        given_names=((f"S1{text}", f"王 {text}"),),
    )
    (turn,) = texts_with(opened(document), TURN)

    assert turn.startswith("王")
    assert turn.endswith("结束")


@settings(max_examples=30)
@given(documents())
def test_any_document_can_be_written_and_opened(document):
    opened(document)


@pytest.mark.parametrize(("document", "headings"), [(TURNS_ONLY, 1), (NO_SPEECH, 0)])
def test_a_recording_without_text_has_no_transcript(document, headings):
    word = opened(document)

    assert len(texts_with(word, "Heading 1")) == headings
    assert texts_with(word, TURN) == []


def test_the_file_is_a_plain_zip_of_parts_without_macros_or_links():
    with ZipFile(io.BytesIO(write_docx(MEETING))) as archive:
        names = archive.namelist()
        relations = archive.read("word/_rels/document.xml.rels").decode()

    assert names[0] == "[Content_Types].xml"
    assert not [name for name in names if "vba" in name.lower()]
    assert 'TargetMode="External"' not in relations
