"""Parsing of markup in the text of subtitle cues: tags, voices, override codes, entities."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.text.lines import plain_line

_CODE = re.compile(r"<([^<>]*)>|\{\\[^{}]*\}")
_TIMESTAMP = re.compile(r"[\d:.,]*:[\d:.,]*")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG_NAMES = (
    "b i u s c em strong strike del ins small big sub sup center tt code font span p div box ruby "
    "rt rp v lang br"
)
_KNOWN_TAGS = frozenset(_TAG_NAMES.split())
_ANNOTATED = frozenset({"v", "lang"})
_READING_AIDS = frozenset({"rt", "rp"})
_BREAKS = frozenset({"br", "p", "div"})

_MAX_NOTED = 20  # ruby annotations of a cue


@dataclass(frozen=True, slots=True)
class MarkupRules:
    """The markup that a subtitle format allows.

    Attributes:
        has_entities: whether entities such as `&lt;` are decoded.
        has_voices: whether `<v Name>` is a speaker anywhere, not only at the start of a cue.
    """

    has_entities: bool
    has_voices: bool


@dataclass(frozen=True, slots=True)
class VoicedLine:
    """A line of a cue, or the part of a line spoken by one speaker.

    Attributes:
        voice: speaker; None without markup.
        text: text without markup.
    """

    voice: str | None
    text: str


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    annotation: str
    is_end: bool


def voiced_lines(
    lines: Sequence[str], rules: MarkupRules, log: ImportLog, line: int
) -> tuple[VoicedLine, ...]:
    """Remove the markup of a cue's lines, and divide them where the speaker changes.

    Angle brackets that are not a tag of a subtitle format are kept. Ruby annotations, which
    repeat the text, are omitted and reported.

    Args:
        lines: lines of the cue.
        rules: markup of its format.
        log: receives the omitted parts.
        line: line number for reports.
    """
    reader = _MarkupReader(rules)
    reader.read("\n".join(lines))
    if reader.reading_aids:
        log.note(ProblemKind.NOT_USED, " ".join(reader.reading_aids[:_MAX_NOTED]), line=line)
    return tuple(reader.voiced)


class _MarkupReader:
    """A single-pass parser of markup in a cue's text."""

    def __init__(self, rules: MarkupRules) -> None:
        self._rules = rules
        self._voice: str | None = None
        self._last_voice: str | None = None
        self._parts: list[str] = []
        self._aid: list[str] | None = None
        self._tags: dict[str, _Tag | None] = {}
        self.voiced: list[VoicedLine] = []
        self.reading_aids: list[str] = []

    def read(self, text: str) -> None:
        has_voices = self._rules.has_voices or text.startswith(("<v ", "<v."))
        position = 0
        for code in _CODE.finditer(text):
            tag = self._tag(code[1], has_voices)
            if code[1] is not None and tag is None:
                continue  # words in angle brackets
            self._add(text[position : code.start()])
            position = code.end()
            if tag is not None:
                self._obey(tag)
        self._add(text[position:])
        self._end_line()
        if not self.voiced and self._last_voice is not None:
            self.voiced.append(VoicedLine(self._last_voice, ""))

    def _tag(self, body: str | None, has_voices: bool) -> _Tag | None:
        """Return the tag for the text in angle brackets, cached; None if it is no tag."""
        if body is not None and body not in self._tags:
            tag = _tag(body, has_voices)
            if tag is not None and tag.name == "v":
                tag = replace(tag, annotation=self._decoded(tag.annotation))
            self._tags[body] = tag
        return None if body is None else self._tags[body]

    def _obey(self, tag: _Tag) -> None:
        if tag.name == "v":
            self._end_line()
            self._voice = None if tag.is_end else (tag.annotation or None)
            self._last_voice = self._voice or self._last_voice
        elif tag.name in _READING_AIDS:
            self._end_aid()
            self._aid = None if tag.is_end else []
        elif tag.name in _BREAKS or (tag.name == "ruby" and tag.is_end):
            self._end_aid()
            self._add("\n" if tag.name in _BREAKS else "")

    def _end_aid(self) -> None:
        if self._aid is None:
            return
        reading = "".join(self._aid)
        if reading.strip(" ()（）"):
            self.reading_aids.append(reading)
        self._aid = None

    def _add(self, text: str) -> None:
        first, *others = text.split("\n")
        (self._parts if self._aid is None else self._aid).append(first)
        for each in others:
            self._end_line()
            self._parts.append(each)

    def _end_line(self) -> None:
        self._end_aid()
        text = self._decoded("".join(self._parts))
        self._parts = []
        if text:
            self.voiced.append(VoicedLine(self._voice, text))

    def _decoded(self, text: str) -> str:
        return plain_line(decode_entities(text) if self._rules.has_entities else text)


def _tag(body: str, has_voices: bool) -> _Tag | None:
    """Return the tag for the text in angle brackets, None if it is no tag of a subtitle format."""
    if _TIMESTAMP.fullmatch(body):
        return _Tag("", "", is_end=False)
    head, *others = body.removeprefix("/").split(None, 1) or [""]
    name = head.split(".", 1)[0].rstrip("/").lower()
    annotation = others[0].strip() if others else ""
    if name not in _ANNOTATED:  # a name may end with a slash, other tags are closed by it
        annotation = annotation.rstrip("/").rstrip()
    if name not in _KNOWN_TAGS or body[:1].isspace():
        return None
    is_known = has_voices if name in _ANNOTATED else (not annotation or "=" in annotation)
    return _Tag(name, annotation, body.startswith("/")) if is_known else None


def decode_entities(text: str) -> str:
    """Decode HTML entities, except those without a semicolon."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text
