"""JSON of second annotations and comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any  # the dictionaries are JSON

from storage.annotation.annotator_pairs import AnnotatorPair
from storage.annotation.comparison import Comparison
from storage.annotation.second_annotations import SecondAnnotation

_RATE_DIGITS = 4


def second_annotation_view(pair: SecondAnnotation) -> dict[str, Any]:
    """Return the JSON of a second annotation."""
    return {
        "first_id": pair.first_id,
        "second_id": pair.transcript_id,
        "adjudicated_id": pair.adjudicated_id,
        "starts_from": pair.starts_from,
        "annotator": pair.annotator,
    }


def annotator_pairs_view(pairs: Iterable[AnnotatorPair]) -> dict[str, Any]:
    """Return the JSON of the figures of each pair of annotators."""
    return {
        "pairs": [
            {
                "first": each.first,
                "second": each.second,
                "num_recordings": each.num_recordings,
                "cer": round(each.cer, _RATE_DIGITS),
                "der": round(each.der, _RATE_DIGITS),
                "kappa": _rounded(each.kappa),
            }
            for each in pairs
        ]
    }


def comparison_view(found: Comparison) -> dict[str, Any]:
    """Return the JSON of a comparison; equal passages have no sentences."""
    figures = found.agreement
    return {
        "pair": second_annotation_view(found.pair),
        "first_annotators": list(found.first_annotators),
        "revision": found.revision,
        "figures": {
            "cer": round(figures.cer, _RATE_DIGITS),
            "der": round(figures.der, _RATE_DIGITS),
            "kappa": _rounded(figures.kappa),
        },
        "speakers": [{"label": each.label, "name": each.display_name} for each in found.speakers],
        "passages": [
            {
                "start_ms": each.start_ms,
                "end_ms": each.end_ms,
                "differs_in": list(each.differs_in),
                "is_decided": each.is_decided,
                "adjudicated_ids": list(each.adjudicated),
                "first": _sentences(found, each.first if each.differs_in else ()),
                "second": _sentences(found, each.second if each.differs_in else ()),
                "adjudicated": _sentences(found, each.adjudicated if each.differs_in else ()),
            }
            for each in found.passages
        ],
    }


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, _RATE_DIGITS)


def _sentences(found: Comparison, ids: Iterable[str]) -> list[dict[str, Any]]:
    rows = [found.sentences[each] for each in ids]
    return [
        {
            "id": each.id,
            "start_ms": each.start_ms,
            "end_ms": each.end_ms,
            "speaker": None if each.speaker_id is None else found.speaker_of[each.speaker_id],
            "text": each.text,
            "parts": [[part.text, part.is_changed] for part in found.parts.get(each.id, ())],
        }
        for each in rows
    ]
