"""Parser of ELAN annotation files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from xml.parsers import expat

from pipeline.core.errors import FormatError
from pipeline.text.lines import plain_line

_ROOT = "ANNOTATION_DOCUMENT"
_MAX_DEPTH = 20  # the format needs six
_MILLISECONDS = re.compile(r"-?\d{1,12}", re.ASCII)
_UNITS_MS = {"milliseconds": 1.0, "NTSC-frames": 1_001 / 30, "PAL-frames": 40.0}
_ANNOTATIONS = frozenset({"ALIGNABLE_ANNOTATION", "REF_ANNOTATION"})
_TEXTS = frozenset({"ANNOTATION_VALUE", "CVE_VALUE"})


@dataclass(slots=True)
class FileValue:
    """An annotation in a tier of the file.

    Attributes:
        annotation_id: id by which other annotations refer to it.
        line: line where it begins, counted from 1.
        slots: ids of its borders, None in a reference annotation.
        parent: id of its parent annotation, None in one with times of its own.
        previous: id of the previous annotation of the same parent, None for the first.
        text: text on one line.
    """

    annotation_id: str
    line: int
    slots: tuple[str, str] | None
    parent: str | None
    previous: str | None
    text: str = ""


@dataclass(slots=True)
class FileTier:
    """A tier of an ELAN file."""

    name: str
    participant: str
    kind: str
    parent: str | None
    line: int
    values: list[FileValue] = field(default_factory=list)
    children: list[FileTier] = field(default_factory=list)


@dataclass(slots=True)
class AnnotationFile:
    """The parsed content of an ELAN file.

    Attributes:
        tiers: by name, in file order; none depends on itself.
        slots_ms: time slots in file order, None for those without a time.
        shift_ms: time of the first medium at which the annotations' times begin.
    """

    tiers: dict[str, FileTier] = field(default_factory=dict)
    slots_ms: dict[str, float | None] = field(default_factory=dict)
    shift_ms: int = 0

    @property
    def roots(self) -> tuple[FileTier, ...]:
        """Tiers without a parent tier."""
        return tuple(tier for tier in self.tiers.values() if tier.parent is None)


def parse_eaf(text: str) -> AnnotationFile:
    """Parse an ELAN file.

    Raises:
        FormatError: the text is not an ELAN file, or declares a document type.
    """
    parser = _EafParser()
    parser.parse(text)
    tiers = parser.file.tiers
    for tier in tiers.values():
        parent = tiers.get(tier.parent or "")
        if parent is None or _depends_on(tiers, parent, tier):
            tier.parent = None
        else:
            parent.children.append(tier)
    return parser.file


def _depends_on(tiers: dict[str, FileTier], tier: FileTier, other: FileTier) -> bool:
    """Return whether `tier` is `other` or its descendant; True also for a too deep hierarchy."""
    above: FileTier | None = tier
    for _ in range(_MAX_DEPTH):
        if above is None:
            return False
        if above is other:
            return True
        above = tiers.get(above.parent or "")
    return True


class _EafParser:
    """An XML parser for tiers and time slots, which rejects document type declarations."""

    def __init__(self) -> None:
        self.file = AnnotationFile()
        self._parser = expat.ParserCreate()
        self._tier: FileTier | None = None
        self._value: FileValue | None = None
        self._entry = ""
        self._entries: dict[str, str] = {}
        self._references: list[tuple[FileValue, str]] = []
        self._parts: list[str] | None = None
        self._has_medium = False
        self._unit_ms = 1.0
        self._depth = 0

    def parse(self, text: str) -> None:
        """Parse the whole file into tiers and time slots.

        Raises:
            FormatError: see `parse_eaf`.
        """
        parser = self._parser
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.buffer_text = True
        try:
            parser.Parse(text, True)
        except (expat.ExpatError, UnicodeEncodeError) as error:
            raise FormatError(f"The ELAN file is no well-formed XML: {error}") from error
        for value, entry in self._references:  # of a controlled vocabulary
            value.text = value.text or self._entries.get(entry, "")

    def _refuse_doctype(self, *_declaration: object) -> None:
        raise FormatError("The ELAN file declares a document type, which ELAN itself never does")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH or (self._depth == 1 and name != _ROOT):
            raise FormatError("The file is XML, but no ELAN annotation file")
        if name in _TEXTS:
            self._parts = []
        elif name in _ANNOTATIONS:
            self._add_value(attributes)
        elif (add := self._parts_of_file.get(name)) is not None:
            add(self, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._parts is None:
            return
        text = plain_line("".join(self._parts))
        self._parts = None
        if name == "CVE_VALUE":
            self._entries.setdefault(self._entry, text)
        elif self._value is not None:
            self._value.text = text

    def _characters(self, characters: str) -> None:
        if self._parts is not None:
            self._parts.append(characters)

    def _add_header(self, attributes: dict[str, str]) -> None:
        unit = attributes.get("TIME_UNITS", "milliseconds")
        if unit not in _UNITS_MS:
            raise FormatError(f"The ELAN file counts time in {plain_line(unit)[:40]!r}")
        self._unit_ms = _UNITS_MS[unit]

    def _add_medium(self, attributes: dict[str, str]) -> None:
        origin = attributes.get("TIME_ORIGIN", "")
        if not self._has_medium and _MILLISECONDS.fullmatch(origin):
            self.file.shift_ms = int(origin)
        self._has_medium = True

    def _add_slot(self, attributes: dict[str, str]) -> None:
        time = attributes.get("TIME_VALUE", "")  # ELAN omits it if nothing is aligned
        self.file.slots_ms[attributes.get("TIME_SLOT_ID", "")] = (
            int(time) * self._unit_ms if _MILLISECONDS.fullmatch(time) else None
        )

    def _add_tier(self, attributes: dict[str, str]) -> None:
        name = plain_line(attributes.get("TIER_ID", ""))
        parent = attributes.get("PARENT_REF")
        tier = FileTier(
            name,
            plain_line(attributes.get("PARTICIPANT", "")),
            plain_line(attributes.get("LINGUISTIC_TYPE_REF", "")),
            None if parent is None else plain_line(parent),
            self._parser.CurrentLineNumber,
        )
        self._tier = self.file.tiers.setdefault(name, tier)

    def _add_value(self, attributes: dict[str, str]) -> None:
        if self._tier is None:
            return
        borders = (attributes.get("TIME_SLOT_REF1"), attributes.get("TIME_SLOT_REF2"))
        first, last = borders
        self._value = FileValue(
            attributes.get("ANNOTATION_ID", ""),
            self._parser.CurrentLineNumber,
            None if first is None or last is None else (first, last),
            attributes.get("ANNOTATION_REF"),
            attributes.get("PREVIOUS_ANNOTATION"),
        )
        self._tier.values.append(self._value)
        if "CVE_REF" in attributes:
            self._references.append((self._value, attributes["CVE_REF"]))

    def _begin_entry(self, attributes: dict[str, str]) -> None:
        self._entry = attributes.get("CVE_ID", "")

    _parts_of_file: ClassVar[Mapping[str, Callable[[_EafParser, dict[str, str]], None]]] = {
        "HEADER": _add_header,
        "MEDIA_DESCRIPTOR": _add_medium,
        "TIME_SLOT": _add_slot,
        "TIER": _add_tier,
        "CV_ENTRY_ML": _begin_entry,
    }
