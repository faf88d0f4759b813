"""Agreement of two annotations of a recording, and the passages in which they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.core.transcript import Sentence, SpeakerTurn
from pipeline.metrics import CharacterErrors, character_errors, diarization_errors, speaker_kappa
from storage.db.records import UtteranceStatus
from storage.db.row_changes import TranscriptRows, UtteranceRow
from storage.edit_plans.request import time_order
from storage.transcripts.speaker_matching import match_speakers
from storage.transcripts.utterance_matching import IntervalIndex

COLLAR_MS = 250  # around each border, as in the NIST Rich Transcription evaluations
MAX_BORDER_SHIFT_MS = 200  # closer starts and ends count as the same
_DECIDED = (UtteranceStatus.VERIFIED.value, UtteranceStatus.REJECTED.value)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement measures of two annotations of a recording, with the first as the reference.

    Attributes:
        cer: character error rate of the second text.
        der: diarization error rate of the second's speakers, with a collar of 250 ms.
        kappa: Cohen's kappa of the speaker over time; None if both have only the same category.
        num_characters: number of compared characters of the first text.
    """

    cer: float
    der: float
    kappa: float | None
    num_characters: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Group of overlapping sentences of two annotations and of the adjudicated transcript.

    Attributes:
        first: ids of the first annotation's sentences, in order of time.
        second: ids of the second's.
        adjudicated: ids of the adjudicated ones; empty before the adjudication.
        differs_in: those of "text", "speaker" and "times" that differ; empty if none does.
        is_decided: whether every adjudicated sentence is verified or rejected.
        start_ms: earliest start of the sentences.
        end_ms: latest end.
    """

    first: tuple[str, ...]
    second: tuple[str, ...]
    adjudicated: tuple[str, ...]
    differs_in: tuple[str, ...]
    is_decided: bool
    start_ms: int
    end_ms: int


def agreement(first: TranscriptRows, second: TranscriptRows, *, duration_ms: int) -> Agreement:
    """Compute the agreement of two annotations, without rejected sentences.

    The texts are compared passage by passage, so that the cost is linear in the length.

    Args:
        first: all rows of the first annotation, the reference.
        second: all rows of the second.
        duration_ms: length of the recording.
    """
    columns = [_accepted(first), _accepted(second)]
    texts = (["".join(each.text for each in part) for part in parts] for parts in _groups(columns))
    errors = sum((character_errors(*each) for each in texts), start=CharacterErrors())
    turns = [_turns(rows) for rows in columns]
    return Agreement(
        cer=errors.rate,
        der=diarization_errors(*turns, collar_ms=COLLAR_MS).rate,
        kappa=speaker_kappa(*turns, duration_ms=duration_ms),
        num_characters=errors.num_reference,
    )


def same_speakers(first: TranscriptRows, second: TranscriptRows) -> dict[str, str]:
    """Return {second speaker id: first speaker id}, one to one, with the largest total overlap."""
    sentences = [
        Sentence(each.start_ms, each.end_ms, "", (), each.speaker_id) for each in _accepted(second)
    ]
    return match_speakers(_accepted(first), sentences, ())


def passages(
    first: TranscriptRows, second: TranscriptRows, adjudicated: TranscriptRows
) -> tuple[Passage, ...]:
    """Return the groups of overlapping sentences of the transcripts, sorted by start.

    Sentences of different transcripts are in one passage if one covers half of the other or more.
    Rejected sentences of the two annotations do not count.

    Args:
        first: all rows of the first annotation.
        second: all rows of the second.
        adjudicated: all rows of the adjudicated transcript; none before the adjudication.
    """
    speakers = same_speakers(first, second)
    columns = [_accepted(first), _accepted(second), sorted(adjudicated.utterances, key=time_order)]
    found = [_passage(parts, speakers) for parts in _groups(columns)]
    return tuple(sorted(found, key=lambda each: (each.start_ms, each.end_ms)))


def _accepted(rows: TranscriptRows) -> list[UtteranceRow]:
    kept = (each for each in rows.utterances if each.status != UtteranceStatus.REJECTED.value)
    return sorted(kept, key=time_order)


def _turns(rows: Iterable[UtteranceRow]) -> list[SpeakerTurn]:
    return [
        SpeakerTurn(each.start_ms, each.end_ms, each.speaker_id)
        for each in rows
        if each.speaker_id is not None
    ]


def _groups(columns: Sequence[Sequence[UtteranceRow]]) -> list[list[list[UtteranceRow]]]:
    """Return the connected groups of sentences, each as one list per transcript."""
    rows = [(number, row) for number, column in enumerate(columns) for row in column]
    offsets = np.cumsum([0, *map(len, columns)])
    links = [
        (offsets[one] + here, offsets[other] + there)
        for one, other in combinations(range(len(columns)), 2)
        for here, there in _links(columns[one], columns[other])
    ]
    starts, ends = np.array(links, dtype=np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(links)), (starts, ends)), shape=(len(rows), len(rows)))
    num_groups, group_of = connected_components(graph, directed=False)
    groups: list[list[list[UtteranceRow]]] = [[[] for _ in columns] for _ in range(num_groups)]
    for group, (number, row) in zip(group_of, rows, strict=True):
        groups[group][number].append(row)
    return groups


def _links(
    first: Sequence[UtteranceRow], second: Sequence[UtteranceRow]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of indices of sentences of which one covers half of the other or more."""
    index = IntervalIndex([each.interval for each in first])
    for there, other in enumerate(second):
        for here, shared_ms in index.overlapping(other.interval).items():
            shorter_ms = min(first[here].interval.duration_ms, other.interval.duration_ms)
            if 2 * shared_ms >= shorter_ms:
                yield here, there


def _passage(parts: Sequence[Sequence[UtteranceRow]], speakers: Mapping[str, str]) -> Passage:
    first, second, adjudicated = parts
    everything = [*first, *second, *adjudicated]
    return Passage(
        first=tuple(each.id for each in first),
        second=tuple(each.id for each in second),
        adjudicated=tuple(each.id for each in adjudicated),
        differs_in=_differences(first, second, speakers),
        is_decided=bool(adjudicated) and all(each.status in _DECIDED for each in adjudicated),
        start_ms=min(each.start_ms for each in everything),
        end_ms=max(each.end_ms for each in everything),
    )


def _differences(
    first: Sequence[UtteranceRow], second: Sequence[UtteranceRow], speakers: Mapping[str, str]
) -> tuple[str, ...]:
    if len(first) != len(second):
        texts = ("".join(each.text for each in rows) for rows in (first, second))
        return ("times",) if len(set(texts)) == 1 else ("text", "times")
    pairs = list(zip(first, second, strict=True))
    found = {
        "text": any(one.text != other.text for one, other in pairs),
        "speaker": any(
            one.speaker_id != speakers.get(other.speaker_id or "") for one, other in pairs
        ),
        "times": any(_is_shifted(one, other) for one, other in pairs),
    }
    return tuple(name for name, differs in found.items() if differs)


def _is_shifted(one: UtteranceRow, other: UtteranceRow) -> bool:
    shifts = (one.start_ms - other.start_ms, one.end_ms - other.end_ms)
    return max(map(abs, shifts)) > MAX_BORDER_SHIFT_MS
