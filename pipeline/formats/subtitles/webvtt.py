"""WebVTT subtitles (.vtt) with a cue per sentence and the speaker as voice."""

from __future__ import annotations

import html
import re

from pipeline.core.errors import FormatError
from pipeline.core.transcript import Sentence
from pipeline.formats.clock_times import subtitle_time
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.import_report import ImportLog, ProblemKind, StrictLog
from pipeline.formats.subtitles.cue_markup import MarkupRules, voiced_lines
from pipeline.formats.subtitles.cues import ARROW, may_start_cue, read_cues
from pipeline.formats.subtitles.spoken_cues import SpokenCue, document_of_cues, with_guard
from pipeline.text.lines import plain_line, text_lines

HEADER = "WEBVTT"
_HEADER_LINE = re.compile(rf"{HEADER}(?:\s|$)")
_BLOCK_WITHOUT_CUES = re.compile(r"NOTE(?:\s|$)|(?:STYLE|REGION)\s*$")
_OFFSET = "X-TIMESTAMP-MAP"  # position of a segment in the whole stream
_MARKUP = MarkupRules(has_entities=True, has_voices=True)


def write_vtt(document: TranscriptDocument) -> str:
    """Format the document as WebVTT; without sentences, each turn has the speaker as text."""
    return "\n".join([f"{HEADER}\n", *(_cue(line) for line in document.lines)])


def read_vtt(text: str, log: ImportLog | None = None) -> TranscriptDocument:
    """Parse WebVTT subtitles as sentences with speakers, without markup.

    Args:
        text: the file.
        log: receives problems; None to raise FormatError for an unreadable time line.

    Raises:
        FormatError: the header is missing or a time line cannot be read.
    """
    lines = text_lines(text)
    log = log or StrictLog()
    if not _HEADER_LINE.match(lines[0]):
        raise FormatError(f"A WebVTT file starts with {HEADER}, got {lines[0][:40]!r}")
    cues = (
        SpokenCue(
            each.start_ms, each.end_ms, each.line, voiced_lines(each.lines, _MARKUP, log, each.line)
        )
        for each in read_cues(_cue_lines(lines, log), log, has_names=True)
    )
    return document_of_cues(cues, log)


def _cue(line: Sentence) -> str:
    start, end = (subtitle_time(time_ms, ".") for time_ms in (line.start_ms, line.end_ms))
    return f"{start} {ARROW} {end}\n{_content(line)}\n"


def _content(line: Sentence) -> str:
    if line.speaker is None:
        return _escaped(with_guard(plain_line(line.text)))
    return f"<v {_escaped(line.speaker)}>{_escaped(line.text)}</v>"


def _escaped(text: str) -> str:
    """Convert a text to one line, with markup and override codes escaped as entities."""
    return html.escape(plain_line(text), quote=False).replace("{\\", "&#123;\\")


def _cue_lines(lines: list[str], log: ImportLog) -> list[str]:
    """Replace the header, comments, styles and regions by empty lines, to keep line numbers.

    Line numbers are unchanged.
    """
    num_header = _header_length(lines)
    for number, line in enumerate(lines[:num_header], start=1):
        if line.startswith(_OFFSET):
            log.note(ProblemKind.NOT_USED, line, line=number)
    kept = [""] * num_header
    is_inside = False
    for line in lines[num_header:]:
        starts_block = not kept[-1].strip() and _BLOCK_WITHOUT_CUES.match(line) is not None
        is_inside = bool(line.strip()) and (is_inside or starts_block)
        kept.append("" if is_inside else line)
    return kept


def _header_length(lines: list[str]) -> int:
    """Return the number of lines before the first empty line or the first time line."""
    length = 1
    while length < len(lines) and lines[length].strip() and not may_start_cue(lines[length]):
        length += 1
    return length
