"""Writer of Word documents (.docx): speakers, figures and the transcript by turns."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.table import _Cell, _Row

from pipeline.formats.document import TranscriptDocument
from pipeline.formats.report.body import PROGRAM
from pipeline.formats.report.findings import findings, origin_text
from pipeline.formats.report.report import (
    Report,
    SpokenTurn,
    length_text,
    percent,
    report_of,
    short_time,
    shown_text,
)
from pipeline.formats.text import space_between

TURN, SPEAKER, TIME = "Turn", "Speaker", "Time"  # styles of our own
_LATIN_FONT, _CHINESE_FONT = "Calibri", "Microsoft YaHei"
_INK, _QUIET = RGBColor(0x14, 0x20, 0x1D), RGBColor(0x5F, 0x6D, 0x69)
_HUES = ("2B4FB0", "A73806", "006D50", "9F4173", "7A5F00", "15699B", "3F287E", "5B3F02")
_LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
_UNKNOWN_DATE = datetime(2000, 1, 1, tzinfo=timezone.utc)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def write_docx(document: TranscriptDocument) -> bytes:
    """Format the document as a Word file with styles for title, headings, turns and speakers.

    Control characters, which a Word file cannot contain, are omitted.
    """
    report = report_of(document)
    word = docx.Document()
    _set_page(word)
    _set_styles(word, _LANGUAGES[report.language])
    _set_properties(word, report)
    word.add_paragraph(report.title, style="Title")
    word.add_paragraph(_facts(report), style="Subtitle")
    _add_findings(word, report)
    if report.people:
        word.add_heading(report.words("who_long"), level=1)
        _add_speakers(word, report)
        word.add_paragraph(origin_text(report), style="Caption")
    if report.turns:
        word.add_heading(report.words("transcript"), level=1)
        ids = _StyleIds(*(word.styles[name].style_id for name in (TURN, SPEAKER, TIME)))
        for turn in report.turns:
            _add_turn(word, turn, ids)
    return _saved(word)


def _facts(report: Report) -> str:
    words, figures = report.words, report.figures
    date = "" if report.created_at is None else f"{report.created_at:%Y-%m-%d}"
    length = f"{words('length')} {short_time(figures.duration_ms)}"
    turns = f"{words('turns')} {words('times').format(number=len(figures.turns))}"
    silence = f"{words('silence')} {percent(figures.silence_share)} %"
    return " · ".join(filter(None, (date, length, turns, silence)))


def _add_findings(word: Document, report: Report) -> None:
    paragraph = word.add_paragraph()
    for part in findings(report):
        run = paragraph.add_run(part if isinstance(part, str) else part.name)
        run.bold = not isinstance(part, str)


def _add_speakers(word: Document, report: Report) -> None:
    """Add the table of speakers, whose header row is repeated on each page."""
    words = report.words
    pace = words("words" if report.figures.counts_words else "characters")
    heads = [words(key) for key in ("name", "time", "share", "turns", "longest")]
    table = word.add_table(rows=1, cols=len(heads) + 1, style="Table Grid")
    _fill(table.rows[0].cells, [*heads, pace], is_bold=True)
    _repeat_on_each_page(table.rows[0])
    for person, each in zip(report.people, report.figures.speakers, strict=True):
        texts = [
            person.name,
            short_time(each.talk_ms),
            f"{percent(each.share)} %",
            str(each.num_turns),
            "–" if each.longest is None else length_text(each.longest.duration_ms, words),
            "–" if each.pace is None else f"{each.pace:.0f}",
        ]
        _fill(table.add_row().cells, texts, is_bold=False)


def _fill(cells: Sequence[_Cell], texts: Iterable[str], *, is_bold: bool) -> None:
    for index, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        if index:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.add_run(text).bold = is_bold


def _repeat_on_each_page(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


@dataclass(frozen=True, slots=True)
class _StyleIds:
    """Style ids of turns, cached since a lookup by name takes python-docx 3 ms."""

    turn: str
    speaker: str
    time: str


def _add_turn(word: Document, spoken: SpokenTurn, ids: _StyleIds) -> None:
    """Add a paragraph with the speaker, the time and, on the next line, the text."""
    paragraph = word.add_paragraph()
    paragraph._p.style = ids.turn
    name = paragraph.add_run(spoken.person.name)
    name._r.style = ids.speaker
    if spoken.person.number:
        hue = _HUES[(spoken.person.number - 1) % len(_HUES)]
        name.font.color.rgb = RGBColor.from_string(hue)
    paragraph.add_run("  ")
    time = paragraph.add_run(short_time(spoken.turn.start_ms))
    time._r.style = ids.time
    time.add_break()
    text = ""
    for each in spoken.sentences:
        sentence = shown_text(each.text)
        text += space_between(text, sentence) + sentence
    paragraph.add_run(text)


def _set_page(word: Document) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)


def _set_styles(word: Document, language: str) -> None:
    """Set fonts and language of all styles; add the styles of turns, speakers and times."""
    _set_language(word, language)
    for name in ("Normal", "Title", "Subtitle", "Heading 1", "Caption"):
        _set_font(word.styles[name])
    _size(word.styles["Normal"], 11, _INK)
    word.styles["Normal"].paragraph_format.space_after = Pt(6)
    _size(word.styles["Title"], 22, _INK)
    _size(word.styles["Heading 1"], 14, _INK)
    for name in ("Subtitle", "Caption"):
        _size(word.styles[name], 10, _QUIET)
        word.styles[name].font.italic = word.styles[name].font.bold = False
    turn = word.styles.add_style(TURN, WD_STYLE_TYPE.PARAGRAPH)
    turn.base_style = word.styles["Normal"]
    turn.paragraph_format.space_after = Pt(10)
    turn.paragraph_format.line_spacing = 1.3
    speaker = word.styles.add_style(SPEAKER, WD_STYLE_TYPE.CHARACTER)
    speaker.font.bold = True
    time = word.styles.add_style(TIME, WD_STYLE_TYPE.CHARACTER)
    _size(time, 9, _QUIET)
    for style in (turn, speaker, time):
        style.quick_style = True


def _size(style: ParagraphStyle | CharacterStyle, points: int, color: RGBColor) -> None:
    style.font.size, style.font.color.rgb = Pt(points), color


def _set_font(style: ParagraphStyle) -> None:
    """Set the fonts of a style; Word uses the `eastAsia` font for Chinese characters."""
    style.font.name = _LATIN_FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), _CHINESE_FONT)


def _set_language(word: Document, language: str) -> None:
    """Set the document language, which Word uses for spell checking."""
    defaults = word.styles.element.find(qn("w:docDefaults"))
    (lang,) = defaults.iter(qn("w:lang"))
    lang.set(qn("w:val"), language)
    lang.set(qn("w:eastAsia"), _LANGUAGES["zh"])


def _set_properties(word: Document, report: Report) -> None:
    properties = word.core_properties
    time = report.created_at or _UNKNOWN_DATE
    properties.title = report.title[:255]  # as many as python-docx accepts
    properties.author = properties.last_modified_by = PROGRAM
    properties.comments = ""
    properties.language = _LANGUAGES[report.language]
    properties.created = properties.modified = time


def _saved(word: Document) -> bytes:
    """Save the document without timestamps, so that equal documents give equal bytes."""
    written, stable = io.BytesIO(), io.BytesIO()
    word.save(written)
    with ZipFile(written) as source, ZipFile(stable, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name, _ZIP_DATE), source.read(name), ZIP_DEFLATED)
    return stable.getvalue()
