"""Audacity label tracks: start, end and label between tabs, a line a sentence."""

from __future__ import annotations

from pipeline.formats.document import TranscriptDocument
from pipeline.formats.plain_line import plain_line
from pipeline.transcript import Sentence

_MS_PER_SECOND = 1_000


def write_audacity_labels(document: TranscriptDocument) -> str:
    """Write the document; without sentences, the turns with the speaker as text."""
    return "".join(f"{_label(line)}\n" for line in document.lines)


def _label(line: Sentence) -> str:
    start_s, end_s = line.start_ms / _MS_PER_SECOND, line.end_ms / _MS_PER_SECOND
    speaker = "" if line.speaker is None else f"{plain_line(line.speaker)}: "
    return f"{start_s:.6f}\t{end_s:.6f}\t{speaker}{plain_line(line.text)}".rstrip(" ")
