"""Computation of the changes from a live transcript to the final result of its run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.core.intervals import Interval, merge_close
from pipeline.core.transcript import Sentence, Transcript
from storage.db.row_changes import Replacement, SpeakerRow, TranscriptRows, UtteranceRow, difference
from storage.db.values import new_id
from storage.edit_plans.default_names import free_label, taken_labels
from storage.history.edited_rows import EditedRows
from storage.transcripts.machine_rows import turn_rows, utterance_row
from storage.transcripts.speaker_matching import match_speakers
from storage.transcripts.utterance_matching import IntervalIndex

_COVERED_SHARE = 0.5  # of a sentence by edited rows: a sentence covered by more is dropped


@dataclass(frozen=True, slots=True)
class FinalizedRows:
    """Row changes that turn a live transcript into the final result of its run.

    Attributes:
        change: replacement of rows without edits.
        corrections: replacement that sets the final speaker of edited rows whose speaker no edit
            assigned.
        voices: id of each speaker's row by the final label.
    """

    change: Replacement
    corrections: Replacement
    voices: Mapping[str, str]


def finalized(
    made: TranscriptRows, current: TranscriptRows, edited: EditedRows, final: Transcript
) -> FinalizedRows:
    """Return the changes that replace all unedited rows by those of the final transcript.

    Args:
        made: the machine's rows so far.
        current: the current rows.
        edited: rows that the edits refer to.
        final: result of the run.
    """
    free = _without(current, edited.touched)
    voices, speakers = _speakers(made, current, edited, final)
    sentences = _uncovered(final.sentences, _covered(made, current, edited))
    wanted = TranscriptRows(
        speakers=speakers,
        utterances=_utterances(sentences, free.utterances, voices),
        turns=turn_rows(final.turns, voices),
    )
    touched = [row for row in current.utterances if row.id in edited.touched["utterances"]]
    return FinalizedRows(
        change=difference(free, wanted),
        corrections=_corrections(touched, edited.chosen, final.sentences, voices),
        voices=voices,
    )


def _without(current: TranscriptRows, touched: Mapping[str, Collection[str]]) -> TranscriptRows:
    return TranscriptRows(
        speakers=tuple(row for row in current.speakers if row.id not in touched["speakers"]),
        utterances=tuple(row for row in current.utterances if row.id not in touched["utterances"]),
        turns=tuple(row for row in current.turns if row.id not in touched["turns"]),
    )


def _covered(
    made: TranscriptRows, current: TranscriptRows, edited: EditedRows
) -> tuple[Interval, ...]:
    """Return the merged intervals of edited utterances, before and after the edits."""
    touched = edited.touched["utterances"]
    found = (row.interval for row in (*made.utterances, *current.utterances) if row.id in touched)
    return merge_close(found)


def _uncovered(
    sentences: Sequence[Sentence], covered: tuple[Interval, ...]
) -> list[tuple[int, Sentence]]:
    """Return (position, sentence) of the sentences not covered by edited utterances."""
    times = IntervalIndex(covered)
    return [
        (place, each)
        for place, each in enumerate(sentences)
        if sum(times.overlapping(each).values()) <= _COVERED_SHARE * each.duration_ms
    ]


def _speakers(
    made: TranscriptRows, current: TranscriptRows, edited: EditedRows, final: Transcript
) -> tuple[dict[str, str], tuple[SpeakerRow, ...]]:
    """Return {final label: speaker id}, and the new rows of all speakers without edits."""
    touched = edited.touched["speakers"]
    matched = match_speakers(made.utterances, final.sentences, touched)
    voices = {
        label: (edited.speakers.surviving(matched[label], current) if label in matched else None)
        or new_id()
        for label in final.speakers
    }
    kept = [
        row for row in current.speakers if row.id in edited.named and row.id not in voices.values()
    ]
    taken = taken_labels(
        (*edited.speakers.labels, *(row.label for row in kept)),
        (row.display_name for row in current.speakers),
    )
    rows: dict[str, SpeakerRow] = {}
    for position, label in enumerate(final.speakers):
        row_id = voices[label]
        if row_id not in touched and row_id not in rows:
            unused = free_label(label, taken | {*final.speakers} - {label})
            taken.add(unused)
            rows[row_id] = SpeakerRow(row_id, position, unused)
    return voices, (*(row for row in kept if row.id not in touched), *rows.values())


def _utterances(
    sentences: Sequence[tuple[int, Sentence]],
    free: Sequence[UtteranceRow],
    voices: Mapping[str, str],
) -> tuple[UtteranceRow, ...]:
    """Return a row for each sentence, with the id of the matching unedited row or a new id.

    An unchanged row keeps its position, which only orders rows with the same start, so that an
    open page receives only changed rows.
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
    """Return {sentence index: row}, one to one; pairs with larger overlap are matched first."""
    in_order = sorted(free, key=lambda row: (row.start_ms, row.position, row.id))
    times = IntervalIndex([row.interval for row in in_order])
    shared = [
        (-shared_ms, number, index)
        for number, each in enumerate(sentences)
        for index, shared_ms in times.overlapping(each).items()
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
    times = IntervalIndex(sentences)
    before, after = [], []
    for row in touched:
        overlap_ms: Counter[str] = Counter()
        for index, shared_ms in times.overlapping(row.interval).items():
            label = sentences[index].speaker
            if label is not None:
                overlap_ms[voices[label]] += shared_ms
        if row.id in chosen or not overlap_ms:
            continue
        speaker_id, _ = overlap_ms.most_common(1)[0]
        if speaker_id != row.speaker_id:
            before.append(row)
            after.append(replace(row, speaker_id=speaker_id))
    return Replacement(
        TranscriptRows(utterances=tuple(before)), TranscriptRows(utterances=tuple(after))
    )
