"""What becomes of the rows that a run has given so far, once its transcript is finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.core.intervals import Interval, merge_close
from pipeline.core.transcript import Sentence, Transcript
from storage.db.row_changes import Replacement, SpeakerRow, TranscriptRows, UtteranceRow, difference
from storage.db.values import new_id
from storage.edits.speaker_labels import free_label, taken_labels
from storage.history.edited_rows import EditedRows
from storage.transcripts.machine_rows import turn_rows, utterance_row
from storage.transcripts.speaker_matching import counterparts
from storage.transcripts.utterance_matching import SpokenTimes

_COVERED_SHARE = 0.5  # of a sentence: then the row that somebody worked on stands for it


@dataclass(frozen=True, slots=True)
class FinalizedRows:
    """What is done to a transcript when its run has finished.

    Attributes:
        change: of rows that nobody has touched.
        corrections: speakers of rows that people worked on without choosing who says them.
        voices: the row of each speaker by the finished transcript's label.
    """

    change: Replacement
    corrections: Replacement
    voices: Mapping[str, str]


def finalized(
    made: TranscriptRows, current: TranscriptRows, reach: EditedRows, final: Transcript
) -> FinalizedRows:
    """Put the finished transcript in the place of all that no edit has ever touched.

    Args:
        made: what the machine has given so far, as it gave it.
        current: the transcript as it stands.
        reach: what the edits speak of.
        final: what the run gave in the end.
    """
    free = _without(current, reach.touched)
    voices, speakers = _speakers(made, current, reach, final)
    sentences = _uncovered(final.sentences, _covered(made, current, reach))
    wanted = TranscriptRows(
        speakers=speakers,
        utterances=_utterances(sentences, free.utterances, voices),
        turns=turn_rows(final.turns, voices),
    )
    touched = [row for row in current.utterances if row.id in reach.touched["utterances"]]
    return FinalizedRows(
        change=difference(free, wanted),
        corrections=_corrections(touched, reach.chosen, final.sentences, voices),
        voices=voices,
    )


def _without(current: TranscriptRows, touched: Mapping[str, Collection[str]]) -> TranscriptRows:
    return TranscriptRows(
        speakers=tuple(row for row in current.speakers if row.id not in touched["speakers"]),
        utterances=tuple(row for row in current.utterances if row.id not in touched["utterances"]),
        turns=tuple(row for row in current.turns if row.id not in touched["turns"]),
    )


def _covered(
    made: TranscriptRows, current: TranscriptRows, reach: EditedRows
) -> tuple[Interval, ...]:
    """When what people worked on is said, or was before they deleted or moved it."""
    touched = reach.touched["utterances"]
    found = (row.interval for row in (*made.utterances, *current.utterances) if row.id in touched)
    return merge_close(found)


def _uncovered(
    sentences: Sequence[Sentence], covered: tuple[Interval, ...]
) -> list[tuple[int, Sentence]]:
    """The sentences that nobody has worked on, with their places in the transcript."""
    times = SpokenTimes(covered)
    return [
        (place, each)
        for place, each in enumerate(sentences)
        if sum(times.meeting(each).values()) <= _COVERED_SHARE * each.duration_ms
    ]


def _speakers(
    made: TranscriptRows, current: TranscriptRows, reach: EditedRows, final: Transcript
) -> tuple[dict[str, str], tuple[SpeakerRow, ...]]:
    """The row of each final label, and all rows of speakers that no edit has touched."""
    touched = reach.touched["speakers"]
    matched = counterparts(made.utterances, final.sentences, touched)
    voices = {
        label: (reach.speakers.lasting(matched[label], current) if label in matched else None)
        or new_id()
        for label in final.speakers
    }
    kept = [
        row for row in current.speakers if row.id in reach.named and row.id not in voices.values()
    ]
    taken = taken_labels(
        (*reach.speakers.labels, *(row.label for row in kept)),
        (row.display_name for row in current.speakers),
    )
    rows: dict[str, SpeakerRow] = {}
    for position, label in enumerate(final.speakers):
        row_id = voices[label]
        if row_id not in touched and row_id not in rows:
            fit = free_label(label, taken | {*final.speakers} - {label})
            taken.add(fit)
            rows[row_id] = SpeakerRow(row_id, position, fit)
    return voices, (*(row for row in kept if row.id not in touched), *rows.values())


def _utterances(
    sentences: Sequence[tuple[int, Sentence]],
    free: Sequence[UtteranceRow],
    voices: Mapping[str, str],
) -> tuple[UtteranceRow, ...]:
    """The sentences, each as the row that it has most time in common with, if it has any.

    A row that stays as it is keeps its position too, which decides only between rows that start
    together: who has the page open is sent what is new, and no more.
    """
    partners = _partners([each for _, each in sentences], free)
    starting = Counter(each.start_ms for _, each in sentences)
    return tuple(
        utterance_row(
            each,
            voices,
            row_id=new_id() if row is None else row.id,
            position=place if row is None or starting[each.start_ms] > 1 else row.position,
        )
        for number, (place, each) in enumerate(sentences)
        for row in (partners.get(number),)
    )


def _partners(
    sentences: Sequence[Sentence], free: Sequence[UtteranceRow]
) -> dict[int, UtteranceRow]:
    """The row of a sentence, by its number; those with most in common choose first."""
    in_order = sorted(free, key=lambda row: (row.start_ms, row.position, row.id))
    times = SpokenTimes([row.interval for row in in_order])
    shared = [
        (-shared_ms, number, index)
        for number, each in enumerate(sentences)
        for index, shared_ms in times.meeting(each).items()
    ]
    found: dict[int, UtteranceRow] = {}
    used: set[int] = set()
    for _, number, index in sorted(shared):
        if number not in found and index not in used:
            found[number] = in_order[index]
            used.add(index)
    return found


def _corrections(
    touched: Sequence[UtteranceRow],
    chosen: Collection[str],
    sentences: Sequence[Sentence],
    voices: Mapping[str, str],
) -> Replacement:
    times = SpokenTimes(sentences)
    before, after = [], []
    for row in touched:
        heard: Counter[str] = Counter()
        for index, shared_ms in times.meeting(row.interval).items():
            label = sentences[index].speaker
            if label is not None:
                heard[voices[label]] += shared_ms
        if row.id in chosen or not heard:
            continue
        speaker_id, _ = heard.most_common(1)[0]
        if speaker_id != row.speaker_id:
            before.append(row)
            after.append(replace(row, speaker_id=speaker_id))
    return Replacement(
        TranscriptRows(utterances=tuple(before)), TranscriptRows(utterances=tuple(after))
    )
