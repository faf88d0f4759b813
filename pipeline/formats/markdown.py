"""Markdown (.md): a heading, then a paragraph for each stretch of one speaker."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from pipeline.core.transcript import Sentence
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.plain_line import clock_time, plain_line

UNTITLED = "Transcript"
# CommonMark lets any ASCII punctuation be escaped; these are the ones that mean something inside
# a line, the rest do at its start alone. A colon or a point before a slash or "www" makes a link.
_MARKUP = re.compile(r"[\\`*_\[\]<>&~|$#{}]")
_BLOCK_START = re.compile(r"^(\d{0,9})([-+=.)!:])")
_BARE_LINK = re.compile(r"(?i)(?<=http)(?=s?://)|(?<=www)(?=\.)|(?<=ftp)(?=://)|(?=@)")
_UNLINKED = "\u2060"  # a word joiner, invisible: no address any more
_SPACED = re.compile(r"[!-~]")


def write_markdown(document: TranscriptDocument) -> str:
    """Write the document; without sentences, the turns with the speaker as text."""
    heading = f"# {markdown_text(document.title) or UNTITLED}\n"
    stretches = itertools.groupby(document.lines, key=lambda line: line.speaker)
    return "\n".join([heading, *(_paragraph(speaker, lines) for speaker, lines in stretches)])


def markdown_text(text: str) -> str:
    """The text on one line, shown as it stands: no markup, no HTML, no link."""
    escaped = _MARKUP.sub(lambda match: f"\\{match[0]}", plain_line(text))
    unlinked = _BARE_LINK.sub(_UNLINKED, escaped)
    return _BLOCK_START.sub(r"\1\\\2", unlinked)


def _paragraph(speaker: str | None, lines: Iterable[Sentence]) -> str:
    spoken = tuple(lines)
    name = "" if speaker is None else f"**{markdown_text(speaker)}** "
    text = _joined(plain_line(line.text) for line in spoken)
    return f"{name}`{clock_time(spoken[0].start_ms)}`\n\n{markdown_text(text)}\n"


def _joined(texts: Iterable[str]) -> str:
    """Sentences in a row; a blank only where Latin letters or marks would touch."""
    joined = ""
    for text in filter(None, texts):
        touches = joined and _SPACED.match(joined[-1]) and _SPACED.match(text[0])
        joined += f" {text}" if touches else text
    return joined
