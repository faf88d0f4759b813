"""SubRip subtitles (.srt): a cue a sentence, the speaker in brackets before its text."""

from __future__ import annotations

import re

from pipeline.formats.clock_time import subtitle_time
from pipeline.formats.cues import ARROW, Cue, read_cues
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import ImportLog, StrictLog
from pipeline.formats.plain_line import plain_line, text_lines
from pipeline.transcript import Sentence

_SPEAKER = re.compile(r"\[([^\[\]]+)\](?: (.*))?")
# SubRip has no way to escape: players take these for tags, for positions and, after two hyphens,
# for a time line. The full-width signs, usual in Chinese text, look alike and mean nothing.
_LOOKALIKES = str.maketrans({"<": "＜", ">": "＞", "{": "｛", "}": "｝"})
_NAME_LOOKALIKES = str.maketrans({"[": "(", "]": ")"})
# Two times in one line make a new cue for lenient readers, with an arrow or without.
_TIME = re.compile(r"\d\s*:\s*\d{1,2}\s*:\s*\d{1,2}\s*[.,]\s*\d")
_NOT_A_NAME = "\u200b"  # a zero-width space before text that would read as a speaker


def write_srt(document: TranscriptDocument) -> str:
    """Write the document; without sentences, the turns with the speaker as text."""
    cues = (_cue(number, line) for number, line in enumerate(document.lines, start=1))
    return "\n".join(cues)


def read_srt(text: str, log: ImportLog | None = None) -> TranscriptDocument:
    """Read sentences with their speakers.

    Args:
        text: the file.
        log: takes what does not fit; without one, a time line that cannot be read is refused.

    Raises:
        FormatError: for a time line that cannot be read.
    """
    cues = read_cues(text_lines(text), log or StrictLog())
    return document_of_sentences(tuple(_sentence(cue) for cue in cues))


def srt_text(text: str) -> str:
    """The text as a cue can carry it: one line, nothing in it that a player would obey."""
    without_tags = plain_line(text).translate(_LOOKALIKES)
    return _TIME.sub(lambda match: match[0].replace(":", "："), without_tags)


def _cue(number: int, line: Sentence) -> str:
    start, end = (subtitle_time(time_ms, ",") for time_ms in (line.start_ms, line.end_ms))
    return f"{number}\n{start} {ARROW} {end}\n{_content(line)}\n"


def _content(line: Sentence) -> str:
    text = srt_text(line.text)
    if line.speaker is not None:
        name = srt_text(line.speaker).translate(_NAME_LOOKALIKES)
        return f"[{name}] {text}".strip()
    return f"{_NOT_A_NAME}{text}" if _SPEAKER.fullmatch(text.lstrip(_NOT_A_NAME)) else text


def _sentence(cue: Cue) -> Sentence:
    match = _SPEAKER.fullmatch(cue.text)
    if match is not None:
        return Sentence(cue.start_ms, cue.end_ms, text=match[2] or "", speaker=match[1])
    text = cue.text
    if _SPEAKER.fullmatch(text.lstrip(_NOT_A_NAME)):
        text = text.removeprefix(_NOT_A_NAME)
    return Sentence(cue.start_ms, cue.end_ms, text=text)
