"""SubRip subtitles (.srt) with one cue per sentence and the speaker in brackets."""

from __future__ import annotations

import re

from pipeline.core.transcript import Sentence
from pipeline.formats.clock_times import subtitle_time
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.import_report import ImportLog, StrictLog
from pipeline.formats.subtitles.cue_markup import MarkupRules, voiced_lines
from pipeline.formats.subtitles.cues import ARROW, read_cues
from pipeline.formats.subtitles.speaker_prefixes import bracketed_name
from pipeline.formats.subtitles.spoken_cues import (
    SpokenCue,
    document_of_cues,
    with_guard,
)
from pipeline.text.lines import plain_line, text_lines

_MARKUP = MarkupRules(has_entities=False, has_voices=False)
# SubRip has no escaping: players parse these as tags, positions and, after two hyphens, a time
# line. The full-width signs, usual in Chinese text, look alike and have no meaning.
_LOOKALIKES = str.maketrans({"<": "＜", ">": "＞", "{": "｛", "}": "｝"})
_NAME_LOOKALIKES = str.maketrans({"[": "(", "]": ")"})
# Lenient readers start a new cue at two times in one line, with or without an arrow.
_TIME = re.compile(r"\d\s*:\s*\d{1,2}\s*:\s*\d{1,2}\s*[.,]\s*\d")


def write_srt(document: TranscriptDocument) -> str:
    """Format the document as SubRip; without sentences, each turn has the speaker as text."""
    cues = (_cue(number, line) for number, line in enumerate(document.lines, start=1))
    return "\n".join(cues)


def read_srt(text: str, log: ImportLog | None = None) -> TranscriptDocument:
    """Parse SubRip subtitles as sentences with speakers, without markup.

    Args:
        text: the file.
        log: receives problems; None to raise FormatError for an unreadable time line.

    Raises:
        FormatError: a time line cannot be read.
    """
    log = log or StrictLog()
    cues = (
        SpokenCue(
            each.start_ms, each.end_ms, each.line, voiced_lines(each.lines, _MARKUP, log, each.line)
        )
        for each in read_cues(text_lines(text), log)
    )
    return document_of_cues(cues, log)


def srt_text(text: str) -> str:
    """Convert a text to one line, with full-width characters for those that players interpret."""
    without_tags = plain_line(text).translate(_LOOKALIKES)
    return _TIME.sub(lambda match: match[0].replace(":", "："), without_tags)


def _cue(number: int, line: Sentence) -> str:
    start, end = (subtitle_time(time_ms, ",") for time_ms in (line.start_ms, line.end_ms))
    return f"{number}\n{start} {ARROW} {end}\n{_content(line)}\n"


def _content(line: Sentence) -> str:
    text = srt_text(line.text)
    if line.speaker is None:
        return with_guard(text)
    name = srt_text(line.speaker).translate(_NAME_LOOKALIKES)
    return f"[{bracketed_name(name, stands_alone=not text)}] {text}".strip()
