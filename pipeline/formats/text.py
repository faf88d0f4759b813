"""Writers of human-readable text: plain text (.txt) and Markdown (.md)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from pipeline.core.transcript import Sentence
from pipeline.formats.clock_times import clock_time
from pipeline.formats.document import TranscriptDocument
from pipeline.text.lines import plain_line

UNTITLED = "Transcript"
# CommonMark allows escaping any ASCII punctuation; these characters have a meaning inside a
# line, others only at its start. A colon or point before a slash or "www" makes a link.
_MARKUP = re.compile(r"[\\`*_\[\]<>&~|$#{}]")
_BLOCK_START = re.compile(r"^(\d{0,9})([-+=.)!:])")
_BARE_LINK = re.compile(r"(?i)(?<=http)(?=s?://)|(?<=www)(?=\.)|(?<=ftp)(?=://)|(?=@)")
_UNLINKED = "\u2060"  # an invisible word joiner that breaks links
_SPACED = re.compile(r"[!-~]")


def write_txt(document: TranscriptDocument) -> str:
    """Format one line per sentence; without sentences, one line per turn with its speaker."""
    return "".join(f"{_line(line)}\n" for line in document.lines)


def _line(line: Sentence) -> str:
    speaker = "" if line.speaker is None else f"{plain_line(line.speaker)}: "
    return f"[{clock_time(line.start_ms)}] {speaker}{plain_line(line.text)}".rstrip()


def write_markdown(document: TranscriptDocument) -> str:
    """Format the document as Markdown; without sentences, each turn has its speaker as text."""
    heading = f"# {markdown_text(document.title) or UNTITLED}\n"
    runs = itertools.groupby(document.lines, key=lambda line: line.speaker)
    return "\n".join([heading, *(_paragraph(speaker, lines) for speaker, lines in runs)])


def markdown_text(text: str) -> str:
    """Convert a text to one line, escaped so that it contains no markup, HTML or links."""
    escaped = _MARKUP.sub(lambda match: f"\\{match[0]}", plain_line(text))
    unlinked = _BARE_LINK.sub(_UNLINKED, escaped)
    return _BLOCK_START.sub(r"\1\\\2", unlinked)


def _paragraph(speaker: str | None, lines: Iterable[Sentence]) -> str:
    spoken = tuple(lines)
    name = "" if speaker is None else f"**{markdown_text(speaker)}** "
    text = _joined(plain_line(line.text) for line in spoken)
    return f"{name}`{clock_time(spoken[0].start_ms)}`\n\n{markdown_text(text)}\n"


def _joined(texts: Iterable[str]) -> str:
    """Join sentences, with a space only between Latin letters or punctuation."""
    joined = ""
    for text in filter(None, texts):
        joined += space_between(joined, text) + text
    return joined


def space_between(before: str, after: str) -> str:
    """Return a space if Latin letters or punctuation of two texts would touch, else ""."""
    touches = before and after and _SPACED.match(before[-1]) and _SPACED.match(after[0])
    return " " if touches else ""
