"""Reader of SubStation Alpha subtitles (.ass, .ssa) as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.formats.clock_times import parse_subtitle_time
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.subtitles.cue_markup import VoicedLine
from pipeline.formats.subtitles.spoken_cues import SpokenCue, document_of_cues
from pipeline.text.lines import plain_line, text_lines

_USUAL_FIELDS = "layer start end style name marginl marginr marginv effect text"
_NEEDED_FIELDS = frozenset({"start", "end", "text"})
_NAME_FIELDS = ("name", "actor")
_OVERRIDE = re.compile(r"\{([^{}]*)\}")
_DRAWING = re.compile(r"\\p(\d{1,3})")
_LINE_BREAK = re.compile(r"\\[Nn]")
_MAX_BREAKS = 50  # further lines are joined
_WANTED = "'Dialogue: layer,start,end,style,name,…,text' with times such as 0:00:01.50"


def read_ass(text: str, log: ImportLog) -> TranscriptDocument:
    """Parse the dialogue lines as sentences with speakers, without override codes.

    Args:
        text: the file.
        log: receives unreadable lines, comments, drawings, and lines that are displayed twice at
            the same time, for example as a shadow.
    """
    reader = _Reader(log)
    cues = list(reader.cues(text_lines(text)))
    return document_of_cues(cues, log, title=reader.title)


@dataclass(slots=True)
class _Reader:
    """A parser of the lines of a SubStation Alpha file.

    Attributes:
        log: receives omitted parts.
        title: title of the script.
        section: section of the current line.
        fields: fields of a dialogue line, in order.
        shown: cues parsed so far.
    """

    log: ImportLog
    title: str = ""
    section: str = ""
    fields: list[str] = field(default_factory=_USUAL_FIELDS.split)
    shown: set[tuple[object, ...]] = field(default_factory=set)

    def cues(self, lines: list[str]) -> Iterator[SpokenCue]:
        for number, line in enumerate(lines, start=1):
            if line.startswith("["):
                self.section = line.strip().lower()
                continue
            key, _, value = line.partition(":")
            kind = key.strip().lower()
            if kind == "dialogue":
                yield from self._dialogue(line, value.lstrip(), number)
            elif kind == "comment":
                self.log.note(ProblemKind.NOT_USED, line, line=number)
            else:
                self._describe(kind, value.strip(), number)

    def _describe(self, kind: str, value: str, number: int) -> None:
        if kind == "title" and self.section == "[script info]":
            self.title = plain_line(value)
        elif kind == "format" and self.section == "[events]":
            fields = [each.strip().lower() for each in value.split(",")]
            if set(fields) >= _NEEDED_FIELDS:
                self.fields = fields
            else:
                self.log.unreadable(value, line=number, wanted="'Format: …, Start, End, …, Text'")

    def _dialogue(self, line: str, value: str, number: int) -> Iterator[SpokenCue]:
        values = dict(zip(self.fields, value.split(",", len(self.fields) - 1), strict=False))
        start_ms, end_ms = (parse_subtitle_time(values.get(key, "")) for key in ("start", "end"))
        if start_ms is None or end_ms is None or len(values) < len(set(self.fields)):
            self.log.unreadable(line, line=number, wanted=_WANTED)
        elif max(0, start_ms) >= end_ms:
            self.log.note(ProblemKind.NO_LENGTH, line, line=number)
        else:
            lines = tuple(self._lines(values, number))
            cue = SpokenCue(max(0, start_ms), end_ms, number, lines)
            if self._is_new(cue):
                yield cue

    def _is_new(self, cue: SpokenCue) -> bool:
        content = (cue.start_ms, cue.end_ms, cue.lines)
        if content in self.shown and any(each.text for each in cue.lines):
            self.log.note(ProblemKind.REPEATED, cue.lines[0].text, line=cue.line)
            return False
        self.shown.add(content)
        return True

    def _lines(self, values: dict[str, str], number: int) -> Iterator[VoicedLine]:
        name = next((values[key] for key in _NAME_FIELDS if values.get(key, "").strip()), "")
        words, drawings = _without_overrides(values["text"])
        if drawings.strip():
            self.log.note(ProblemKind.NOT_USED, drawings, line=number)
            if not words.strip():
                return
        voice = plain_line(name) or None
        for each in _LINE_BREAK.split(words.replace("\\h", " "), maxsplit=_MAX_BREAKS):
            yield VoicedLine(voice, plain_line(_LINE_BREAK.sub(" ", each)))


def _without_overrides(text: str) -> tuple[str, str]:
    """Return the text of a dialogue line without override codes, and the drawings in it."""
    parts: tuple[list[str], list[str]] = ([], [])
    position, is_drawing = 0, False
    for override in _OVERRIDE.finditer(text):
        parts[is_drawing].append(text[position : override.start()])
        position = override.end()
        scale = _DRAWING.search(override[1])
        is_drawing = is_drawing if scale is None else int(scale[1]) > 0
    parts[is_drawing].append(text[position:])
    return "".join(parts[0]), "".join(parts[1])
