"""ELAN annotation files read back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from pipeline.errors import FormatError
from pipeline.formats.document import TranscriptDocument, document_of_sentences
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.plain_line import plain_line
from pipeline.formats.tiers import Annotation, ReadTier, sentences_of_tiers

_ROOT = "ANNOTATION_DOCUMENT"
_MAX_DEPTH = 20  # the format needs six
_MAX_DIGITS = 12  # of a time in milliseconds
_WORDS = " [words]"


@dataclass(slots=True)
class _Value:
    """An annotation as it stands in the file: ids of its borders, parts of its text."""

    first_slot: str | None
    last_slot: str | None
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return plain_line("".join(self.parts))


@dataclass(slots=True)
class _Tier:
    """A tier as it stands in the file."""

    name: str
    participant: str
    is_below_another: bool
    values: list[_Value] = field(default_factory=list)


class _EafParser:
    """Gathers tiers and time slots; refuses what a file could do harm with."""

    def __init__(self) -> None:
        self.tiers: list[_Tier] = []
        self.slots_ms: dict[str, int] = {}
        self._depth = 0
        self._is_in_value = False

    def parse(self, text: str) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.buffer_text = True
        try:
            parser.Parse(text, True)
        except expat.ExpatError as error:
            raise FormatError(f"The ELAN file is no well-formed XML: {error}") from error

    def _refuse_doctype(self, *_declaration: object) -> None:
        raise FormatError("The ELAN file declares a document type, which ELAN itself never does")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH or (self._depth == 1 and name != _ROOT):
            raise FormatError("The file is XML, but no ELAN annotation file")
        if name == "TIME_SLOT":
            self._add_slot(attributes)
        elif name == "TIER":
            self.tiers.append(
                _Tier(
                    plain_line(attributes.get("TIER_ID", "")),
                    plain_line(attributes.get("PARTICIPANT", "")),
                    "PARENT_REF" in attributes,
                )
            )
        elif name in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION") and self.tiers:
            value = _Value(attributes.get("TIME_SLOT_REF1"), attributes.get("TIME_SLOT_REF2"))
            self.tiers[-1].values.append(value)
        self._is_in_value = name == "ANNOTATION_VALUE"

    def _end(self, _name: str) -> None:
        self._depth -= 1
        self._is_in_value = False

    def _characters(self, characters: str) -> None:
        if self._is_in_value and self.tiers and self.tiers[-1].values:
            self.tiers[-1].values[-1].parts.append(characters)

    def _add_slot(self, attributes: dict[str, str]) -> None:
        time = attributes.get("TIME_VALUE", "")  # ELAN leaves it out where nothing is aligned
        if time.isascii() and time.isdigit() and len(time) <= _MAX_DIGITS:
            self.slots_ms[attributes.get("TIME_SLOT_ID", "")] = int(time)


def read_eaf(text: str, log: ImportLog) -> TranscriptDocument:
    """Read each independent tier as a speaker, its annotations as sentences.

    Tiers that depend on others hold translations, glosses and the like; those named `[words]`
    apart they are noted and left out, and so are annotations without times or text.

    Raises:
        FormatError: where it is no ELAN file, or declares a document type.
    """
    parser = _EafParser()
    parser.parse(text)
    tiers = []
    for tier in parser.tiers:
        if tier.is_below_another and not tier.name.endswith(_WORDS):
            log.note(ProblemKind.NOT_USED, tier.name)
            continue
        annotations = tuple(_annotations(tier, parser.slots_ms, log))
        tiers.append(ReadTier(tier.name, tier.participant or None, annotations))
    return document_of_sentences(sentences_of_tiers(tiers, log))


def _annotations(tier: _Tier, slots_ms: dict[str, int], log: ImportLog) -> Iterator[Annotation]:
    for value in tier.values:
        start_ms, end_ms = (
            slots_ms.get(slot or "") for slot in (value.first_slot, value.last_slot)
        )
        found = f"{tier.name}: {value.text}"
        if start_ms is None or end_ms is None:
            log.note(ProblemKind.UNREADABLE, found)
        elif start_ms >= end_ms:
            log.note(ProblemKind.NO_LENGTH, found)
        elif value.text:
            yield Annotation(start_ms, end_ms, value.text)
