"""WebVTT subtitles (.vtt): a cue a sentence, the speaker as its voice."""

from __future__ import annotations

import html
import re

from pipeline.errors import FormatError
from pipeline.formats.clock_time import subtitle_time
from pipeline.formats.cues import ARROW, Cue, read_cues
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import ImportLog, StrictLog
from pipeline.formats.plain_line import plain_line, text_lines
from pipeline.transcript import Sentence

HEADER = "WEBVTT"
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"<[^>]*>?")
_BLOCKS_WITHOUT_CUES = ("NOTE", "STYLE", "REGION")


def write_vtt(document: TranscriptDocument) -> str:
    """Write the document; without sentences, the turns with the speaker as text."""
    return "\n".join([f"{HEADER}\n", *(_cue(line) for line in document.lines)])


def read_vtt(text: str, log: ImportLog | None = None) -> TranscriptDocument:
    """Read sentences with their speakers; other tags are left out.

    Args:
        text: the file.
        log: takes what does not fit; without one, a time line that cannot be read is refused.

    Raises:
        FormatError: where the header is missing or a time line cannot be read.
    """
    lines = text_lines(text)
    if not re.match(rf"{HEADER}(?:\s|$)", lines[0]):
        raise FormatError(f"A WebVTT file starts with {HEADER}, got {lines[0][:40]!r}")
    cues = read_cues(_without_comments(lines), log or StrictLog())
    return document_of_sentences(tuple(_sentence(cue) for cue in cues))


def _cue(line: Sentence) -> str:
    start, end = (subtitle_time(time_ms, ".") for time_ms in (line.start_ms, line.end_ms))
    return f"{start} {ARROW} {end}\n{_content(line)}\n"


def _content(line: Sentence) -> str:
    text = _escaped(line.text)
    return text if line.speaker is None else f"<v {_escaped(line.speaker)}>{text}</v>"


def _escaped(text: str) -> str:
    return html.escape(plain_line(text), quote=False)


def _sentence(cue: Cue) -> Sentence:
    voice = _VOICE.search(cue.text)
    return Sentence(
        cue.start_ms,
        cue.end_ms,
        text=plain_line(html.unescape(_TAG.sub("", cue.text))),
        speaker=None if voice is None else plain_line(html.unescape(voice[1])),
    )


def _without_comments(lines: list[str]) -> list[str]:
    """The lines, those of comments, styles and regions emptied so that numbers stay right."""
    kept: list[str] = []
    is_inside = False
    for line in lines:
        starts_block = not kept or not kept[-1].strip()
        is_inside = bool(line.strip()) and (
            is_inside or (starts_block and line.startswith(_BLOCKS_WITHOUT_CUES))
        )
        kept.append("" if is_inside else line)
    return kept
