"""Agreement of each pair of annotators over their recordings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pipeline.core.intervals import total_ms
from storage.annotation.agreement import Agreement, agreement
from storage.annotation.second_annotations import SecondAnnotation, list_second_annotations
from storage.db.database import Connection
from storage.db.transcript_rows import all_rows
from storage.statistics.annotators import annotators_work
from storage.transcripts.transcripts import get_transcript

MOST_RECORDINGS = 200  # the newest; a comparison takes about 1 s for an hour of speech


@dataclass(frozen=True, slots=True)
class AnnotatorPair:
    """Agreement measures of two annotators over the recordings that both annotated.

    Attributes:
        first: name of the first annotator, who made most edits of the first transcript; "" if
            nobody edited it.
        second: name of the second annotator; "" without a name.
        num_recordings: number of recordings.
        cer: character errors per character of the first annotator's texts.
        der: mean diarization error rate, weighted by the speaking time.
        kappa: mean Cohen's kappa of the speaker over time, weighted by the speaking time; None if
            no recording has one.
    """

    first: str
    second: str
    num_recordings: int
    cer: float
    der: float
    kappa: float | None


def annotator_pairs(db: Connection) -> tuple[AnnotatorPair, ...]:
    """Compute the agreement of all pairs of annotators, sorted by name."""
    found: dict[tuple[str, str], list[tuple[Agreement, int]]] = defaultdict(list)
    for pair in list_second_annotations(db)[-MOST_RECORDINGS:]:
        found[_first_annotator(db, pair), pair.annotator].append(_figures(db, pair))
    return tuple(_summed(*names, figures) for names, figures in sorted(found.items()))


def _first_annotator(db: Connection, pair: SecondAnnotation) -> str:
    work = annotators_work(db, pair.first_id)
    most = max(work, key=lambda each: sum(count for _, count in each.num_edits), default=None)
    return "" if most is None else most.author


def _figures(db: Connection, pair: SecondAnnotation) -> tuple[Agreement, int]:
    """Return the agreement on a recording and the speaking time of its first annotation in ms."""
    first, second = all_rows(db, pair.first_id), all_rows(db, pair.transcript_id)
    duration_ms = get_transcript(db, pair.first_id).duration_ms
    spoken_ms = total_ms([each.interval for each in first.utterances])
    return agreement(first, second, duration_ms=duration_ms), spoken_ms


def _summed(first: str, second: str, figures: list[tuple[Agreement, int]]) -> AnnotatorPair:
    num_characters = sum(each.num_characters for each, _ in figures)
    errors = sum(each.cer * each.num_characters for each, _ in figures)
    kappas = [(each.kappa, spoken_ms) for each, spoken_ms in figures if each.kappa is not None]
    return AnnotatorPair(
        first=first,
        second=second,
        num_recordings=len(figures),
        cer=errors / max(1, num_characters),
        der=_weighted([(each.der, spoken_ms) for each, spoken_ms in figures]),
        kappa=_weighted(kappas) if kappas else None,
    )


def _weighted(values: list[tuple[float, int]]) -> float:
    return sum(value * weight for value, weight in values) / max(
        1, sum(weight for _, weight in values)
    )
