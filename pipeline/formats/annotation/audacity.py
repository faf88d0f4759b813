"""Audacity label tracks: one line per sentence with start, end and label, separated by tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.core.transcript import Sentence
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.subtitles.cue_markup import VoicedLine
from pipeline.formats.subtitles.spoken_cues import SpokenCue, document_of_cues, with_guard
from pipeline.text.lines import plain_line, text_lines

_MS_PER_SECOND = 1_000
_SECONDS = re.compile(r"\d{1,9}(?:[.,]\d{0,12})?", re.ASCII)
_FREQUENCIES = "\\"  # begins the line below a label with its range of frequencies
_WANTED = "'start end label' between tabs, with times in seconds"


def write_audacity_labels(document: TranscriptDocument) -> str:
    """Format the document as a label track; without sentences, turns have the speaker as label."""
    return "".join(f"{_label(line)}\n" for line in document.lines)


def read_audacity_labels(text: str, log: ImportLog) -> TranscriptDocument:
    """Parse each label as a sentence; a name at the start of its text becomes the speaker.

    Args:
        text: the file.
        log: receives lines that are not labels, labels of a point in time, and the speakers.
    """
    return document_of_cues(_cues(text, log), log)


def _cues(text: str, log: ImportLog) -> Iterator[SpokenCue]:
    for number, line in enumerate(text_lines(text), start=1):
        if not line.strip() or line.startswith(_FREQUENCIES):
            continue
        start, end, *label = [*line.split("\t", 2), "", ""][:3]
        start_ms, end_ms = _milliseconds(start), _milliseconds(end)
        if start_ms is None or end_ms is None:
            log.unreadable(line, line=number, wanted=_WANTED)
        elif start_ms >= end_ms:
            log.note(ProblemKind.NO_LENGTH, line, line=number)
        else:
            lines = (VoicedLine(None, plain_line(label[0])),)
            yield SpokenCue(start_ms, end_ms, number, lines)


def _milliseconds(seconds: str) -> int | None:
    number = seconds.strip()
    if not _SECONDS.fullmatch(number):
        return None
    return round(float(number.replace(",", ".")) * _MS_PER_SECOND)


def _label(line: Sentence) -> str:
    start_s, end_s = line.start_ms / _MS_PER_SECOND, line.end_ms / _MS_PER_SECOND
    text = plain_line(line.text)
    spoken = with_guard(text) if line.speaker is None else f"{plain_line(line.speaker)}: {text}"
    return f"{start_s:.6f}\t{end_s:.6f}\t{spoken}".rstrip(" ")
