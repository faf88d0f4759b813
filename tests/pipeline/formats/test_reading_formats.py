"""Tables and documents, read by readers that are not ours."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipeline.core.transcript import Sentence, Transcript
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.tables import safe_cell, write_csv, write_tsv
from pipeline.formats.text import write_markdown
from pipeline.text.lines import plain_line
from tests.pipeline.formats.documents import CONVERSATION, HOSTILE_TEXTS, TURNS_ONLY, sentences

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "－1",
    '=HYPERLINK("x")',
    " =1",
)
MARKUP = (
    *HOSTILE_TEXTS,
    "# heading",
    "1. item",
    "12) item",
    "- item",
    "+ item",
    "===",
    "---",
    "> quote",
    "```code",
    "~~~",
    "*bold* _it_ **b**",
    "![x](javascript:alert(1))",
    "[x]: http://evil",
    "https://example.org www.example.org me@example.org",
    "| a | b |",
    "&copy; &#x41;",
    "a  \\",
    "    indented",
    ": definition",
)


def rows_of(table: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table, newline=""), delimiter=delimiter))


def test_a_table_has_a_row_a_sentence() -> None:
    table = write_csv(CONVERSATION).encode().decode("utf-8-sig")

    assert rows_of(table, ",")[:2] == [
        ["start", "end", "start_ms", "end_ms", "speaker", "text"],
        ["00:00:01.200", "00:00:03.400", "1200", "3400", "S1", "大家好。"],
    ]


def test_without_sentences_the_table_holds_the_turns() -> None:
    assert [row[2:] for row in rows_of(write_tsv(TURNS_ONLY), "\t")[1:]] == [
        ["0", "5000", "", "S1"],
        ["4000", "9000", "", "S2"],
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_is_never_a_formula(text: str) -> None:
    document = document_of_sentences((Sentence(0, 1_000, text, speaker=text),))

    for table, delimiter in ((write_csv(document), ","), (write_tsv(document), "\t")):
        cells = rows_of(table, delimiter)[1]
        assert cells[4:] == [f"'{plain_line(text)}"] * 2


@settings(max_examples=60)
@given(st.lists(sentences(), max_size=6))
def test_tables_carry_times_speakers_and_text(items: list[Sentence]) -> None:
    document = document_of_sentences(tuple(items))

    rows = rows_of(write_tsv(document), "\t")[1:]

    assert [row[2:] for row in rows] == [
        [str(each.start_ms), str(each.end_ms), safe_cell(each.speaker or ""), safe_cell(each.text)]
        for each in document.lines
    ]


class ShownText(HTMLParser):
    """The text of a page and the tags around it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(markdown: str) -> ShownText:
    page = ShownText()
    page.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
    return page


def test_markdown_is_a_heading_and_a_paragraph_for_each_stretch_of_one_speaker() -> None:
    sentences = (
        Sentence(0, 1_000, "一。", speaker="S1"),
        Sentence(1_000, 2_000, "Two.", speaker="S1"),
        Sentence(2_000, 3_000, "Three.", speaker="S1"),
        Sentence(61_000, 62_000, "four", speaker="S2"),
    )
    document = TranscriptDocument("周会", Transcript(0, "", sentences=sentences))

    assert write_markdown(document) == (
        "# 周会\n\n**S1** `00:00:00`\n\n一。Two. Three.\n\n**S2** `00:01:01`\n\nfour\n"
    )


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_a_transcript_is_shown_as_text(text: str) -> None:
    document = TranscriptDocument(
        text, Transcript(0, "", sentences=(Sentence(0, 1_000, text, speaker=text),))
    )

    page = shown(write_markdown(document))

    wanted = plain_line(text)
    blocks = [tag for tag in page.tags if tag not in ("strong", "code")]
    assert blocks == ["h1", "p", "p"] if wanted else ["h1", "p"]
    texts = [line for line in page.text.replace("\u2060", "").split("\n") if line.strip()]
    assert texts[0] == (wanted or "Transcript")
    assert texts[2:] == ([wanted] if wanted else [])
