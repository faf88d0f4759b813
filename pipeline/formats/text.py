"""Writer of plain text with a line per sentence, which begins with time and speaker."""

from __future__ import annotations

from pipeline.core.transcript import Sentence
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.plain_line import clock_time, plain_line


def write_txt(document: TranscriptDocument) -> str:
    """Return a line per sentence; without sentences, a line per turn with the speaker as text."""
    return "".join(f"{_line(line)}\n" for line in document.lines)


def _line(line: Sentence) -> str:
    speaker = "" if line.speaker is None else f"{plain_line(line.speaker)}: "
    return f"[{clock_time(line.start_ms)}] {speaker}{plain_line(line.text)}".rstrip()
