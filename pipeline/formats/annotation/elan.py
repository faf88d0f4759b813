"""Writer of ELAN annotation files (.eaf), with a sentence tier and a word tier per speaker."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # written here, never parsed
from collections.abc import Iterable

from pipeline.formats.annotation.tiers import Annotation, SpeakerTier, speaker_tiers
from pipeline.formats.document import TranscriptDocument
from pipeline.text.lines import REPLACEMENT, plain_line

SENTENCE_TYPE = "utterance"
WORD_TYPE = "word"
_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_NO_DATE = "1970-01-01T00:00:00+00:00"  # required; the same transcript gives the same file
_INCLUDED_IN = ("Included_In", "Time alignable annotations within the parent annotation's time")
_NOT_IN_XML = re.compile("[\ufffe\uffff]")  # not allowed even as references


def write_eaf(document: TranscriptDocument) -> str:
    """Format the document as ELAN XML with the tiers of `speaker_tiers`, without a media link."""
    root = ET.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": "",
            "DATE": _NO_DATE,
            "FORMAT": "3.0",
            "VERSION": "3.0",
            "xmlns:xsi": _SCHEMA_INSTANCE,
            "xsi:noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    ET.SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    slots = ET.SubElement(root, "TIME_ORDER")
    writer = _TierWriter(root, slots)
    for tier in speaker_tiers(document):
        writer.write(tier)
    _add_type(root, SENTENCE_TYPE, {})
    _add_type(root, WORD_TYPE, {"CONSTRAINTS": _INCLUDED_IN[0]})
    ET.SubElement(
        root, "CONSTRAINT", {"STEREOTYPE": _INCLUDED_IN[0], "DESCRIPTION": _INCLUDED_IN[1]}
    )
    ET.indent(root, "  ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


class _TierWriter:
    """A writer of tiers that numbers time slots and annotations over the whole file."""

    def __init__(self, root: ET.Element, slots: ET.Element) -> None:
        self._root = root
        self._slots = slots
        self._num_annotations = 0

    def write(self, tier: SpeakerTier) -> None:
        """Add the sentence tier of a speaker, and the word tier if there are words."""
        participant = {"PARTICIPANT": _valid(tier.speaker)} if tier.speaker else {}
        self._add(tier.name, SENTENCE_TYPE, participant, tier.sentences)
        if tier.words:
            below = {**participant, "PARENT_REF": _valid(tier.name)}
            self._add(tier.words_name, WORD_TYPE, below, tier.words)

    def _add(
        self,
        name: str,
        kind: str,
        attributes: dict[str, str],
        annotations: Iterable[Annotation],
    ) -> None:
        tier = ET.SubElement(
            self._root,
            "TIER",
            {"TIER_ID": _valid(name), "LINGUISTIC_TYPE_REF": kind, **attributes},
        )
        for annotation in annotations:
            self._num_annotations += 1
            span = {
                "ANNOTATION_ID": f"a{self._num_annotations}",
                "TIME_SLOT_REF1": self._slot(annotation.start_ms),
                "TIME_SLOT_REF2": self._slot(annotation.end_ms),
            }
            around = ET.SubElement(tier, "ANNOTATION")
            aligned = ET.SubElement(around, "ALIGNABLE_ANNOTATION", span)
            ET.SubElement(aligned, "ANNOTATION_VALUE").text = _valid(annotation.text)

    def _slot(self, time_ms: int) -> str:
        slot_id = f"ts{len(self._slots) + 1}"
        ET.SubElement(
            self._slots, "TIME_SLOT", {"TIME_SLOT_ID": slot_id, "TIME_VALUE": str(time_ms)}
        )
        return slot_id


def _add_type(root: ET.Element, name: str, attributes: dict[str, str]) -> None:
    ET.SubElement(
        root,
        "LINGUISTIC_TYPE",
        {
            "LINGUISTIC_TYPE_ID": name,
            "TIME_ALIGNABLE": "true",
            "GRAPHIC_REFERENCES": "false",
            **attributes,
        },
    )


def _valid(text: str) -> str:
    return _NOT_IN_XML.sub(REPLACEMENT, plain_line(text))
