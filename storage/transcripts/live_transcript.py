"""Live transcripts, which are written during their runs and completed at the end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.core.transcript import Sentence, Transcript
from storage.db.database import Connection
from storage.db.hidden_recordings import IS_VISIBLE, hide_transcript
from storage.db.records import PipelineRun, RunStatus, TranscriptRecord
from storage.db.row_changes import Replacement, SpeakerRow, TranscriptRows, UtteranceRow
from storage.db.transcript_rows import all_rows, rows_where
from storage.db.values import new_id, now_text
from storage.edit_plans.default_names import free_label, taken_labels
from storage.history.edit_history import MACHINE, EditAuthor, apply, begin_history
from storage.history.edited_rows import read_edited_rows, read_edited_speakers
from storage.history.live_log import (
    LiveTranscript,
    add_live_step,
    find_live,
    original_rows,
    unfinished_transcripts,
)
from storage.library.runs import get_run
from storage.transcripts.finalize import FinalizedRows, finalized
from storage.transcripts.machine_rows import utterance_row
from storage.transcripts.transcripts import add_transcript, get_transcript, save_machine_transcript

FINALIZE_SPEAKERS = "settle_speakers"  # kind of the edit that corrects speakers


def append_live(
    db: Connection,
    run: PipelineRun,
    first: int,
    sentences: Sequence[Sentence],
    *,
    duration_ms: int = 0,
) -> TranscriptRecord | None:
    """Append sentences of a run to its live transcript, which is created if missing.

    Existing rows and edits are unchanged.

    Args:
        db: inside a transaction.
        run: a run in progress.
        first: index of the first of these sentences in the run. Sentences that are stored
            already, because the run was resumed and reports them again, are skipped.
        sentences: with provisional speaker labels.
        duration_ms: length of the recording, as far as it is known.

    Returns:
        The transcript; None before the first sentence.

    Raises:
        NotFoundError: if there is no such run.
    """
    get_run(db, run.run_id)
    live = find_live(db, run.run_id) or (_begin(db, run) if sentences else None)
    if live is None:
        return None
    new = sentences[max(0, live.num_sentences - first) :]
    ends_ms = max((int(each.end_ms) for each in new), default=0)
    db.execute(
        "UPDATE transcripts SET duration_ms = max(duration_ms, ?) WHERE id = ?",
        [max(duration_ms, ends_ms), live.transcript_id],
    )
    if new:
        _add(db, live, first + len(sentences) - len(new), new)
    return get_transcript(db, live.transcript_id)


def begin_live(db: Connection, run: PipelineRun) -> TranscriptRecord:
    """Create the live transcript of a run before its first sentence, unless it exists.

    Args:
        db: inside a transaction.
        run: a run in progress.
    """
    live = find_live(db, run.run_id)
    if live is None:
        live = _begin(db, run)
        add_live_step(db, live, Replacement(TranscriptRows(), TranscriptRows()))
    return get_transcript(db, live.transcript_id)


def change_live_speakers(
    db: Connection, run: PipelineRun, labels: Mapping[int, str | None]
) -> None:
    """Change the speakers of sentences of a live transcript, except of edited ones.

    Args:
        db: inside a transaction.
        run: a run in progress.
        labels: {index of the sentence in the run: label of its new speaker}; None for unknown.
    """
    live = find_live(db, run.run_id)
    if live is None or not labels:
        return
    rows = _unedited_sentences(db, live.transcript_id, labels)
    voices = _voices(db, live, (labels[row.position] for row in rows))
    given = {row.id: _voice(voices, labels[row.position]) for row in rows}
    before = tuple(row for row in rows if row.speaker_id != given[row.id])
    after = tuple(replace(row, speaker_id=given[row.id]) for row in before)
    if before:
        wanted = TranscriptRows(speakers=voices.added, utterances=after)
        change = Replacement(TranscriptRows(utterances=before), wanted)
        add_live_step(db, replace(live, voices=voices.stored), change)


def _unedited_sentences(
    db: Connection, transcript_id: str, indices: Collection[int]
) -> tuple[UtteranceRow, ...]:
    """Return the rows of sentences that no edit refers to."""
    marks = ",".join("?" * len(indices))
    condition = f"transcript_id = ? AND position IN ({marks})"
    found = rows_where(db, "utterances", condition, [transcript_id, *indices]).utterances
    edited = read_edited_rows(db, transcript_id).touched["utterances"]
    return tuple(row for row in found if row.id not in edited)


def _voice(voices: _Voices, label: str | None) -> str | None:
    return None if label is None else voices.given[label]


@dataclass(frozen=True, slots=True)
class FinalizationPlan:
    """Row changes that finalize a live transcript, computed before the transaction.

    Attributes:
        live: the live transcript.
        rows: the changes of its rows.
        revision: the revision for which they are planned.
    """

    live: LiveTranscript
    rows: FinalizedRows
    revision: int


def plan_finalization(
    db: Connection, run: PipelineRun, transcript: Transcript
) -> FinalizationPlan | None:
    """Compute the row changes that `finalize` makes.

    Args:
        db: inside a reading block or a transaction.
        run: a finished run.
        transcript: its result.

    Returns:
        The plan; None if the run has no live transcript.
    """
    live = find_live(db, run.run_id)
    if live is None:
        return None
    transcript_id = live.transcript_id
    revision = get_transcript(db, transcript_id).revision
    made, current = original_rows(db, transcript_id), all_rows(db, transcript_id)
    rows = finalized(made, current, read_edited_rows(db, transcript_id), transcript)
    return FinalizationPlan(live, replace(rows, change=rows.change.prepared(revision)), revision)


def finalize(
    db: Connection,
    run: PipelineRun,
    transcript: Transcript,
    plan: FinalizationPlan | None = None,
) -> TranscriptRecord:
    """Replace the live transcript of a run by the result; save a new one if there is none.

    Edited rows stay unchanged, except that speakers not assigned by an edit are corrected by one
    edit, which can be undone. Without any edits the result equals a transcript saved at the end.

    Args:
        db: inside a transaction.
        run: a finished run.
        transcript: its result.
        plan: result of `plan_finalization`; computed again if the transcript has changed since.
    """
    if plan is None or not _is_current(db, plan):
        plan = plan_finalization(db, run, transcript)
    if plan is None:
        return save_machine_transcript(db, run, transcript)
    live, found, transcript_id = plan.live, plan.rows, plan.live.transcript_id
    finished = replace(live, num_sentences=len(transcript.sentences), voices=found.voices)
    add_live_step(db, finished, found.change)
    db.execute(
        "UPDATE transcripts SET duration_ms = ?, language = ? WHERE id = ?",
        [int(transcript.duration_ms), transcript.language, transcript_id],
    )
    if not found.corrections.changes_nothing:
        author = EditAuthor(MACHINE)
        apply(db, transcript_id, found.corrections, kind=FINALIZE_SPEAKERS, author=author)
    return get_transcript(db, transcript_id)


def drop_unreviewed(db: Connection, run_id: str) -> str | None:
    """Hide the live transcript of a run that ended early, unless it has edits.

    Args:
        db: inside a transaction.
        run_id: of a run that will not be resumed.

    Returns:
        The id of the hidden recording that now holds it, whose rows remain to be deleted; None if
        there is no live transcript or it has edits.
    """
    live = find_live(db, run_id)
    if live is None or _has_edits(db, live.transcript_id):
        return None
    db.execute(
        "INSERT OR IGNORE INTO purges (transcript_id, requested_at, reason) "
        "VALUES (?, ?, 'its run did not finish it')",
        [live.transcript_id, now_text()],
    )
    return hide_transcript(db, live.transcript_id)


def transfer_live(db: Connection, former_run_id: str, run_id: str) -> None:
    """Move the live transcript of a run, if it has one, to the run that replaces it.

    Args:
        db: inside a transaction.
        former_run_id: of a run with the same options that will not be resumed.
        run_id: of a run that reports all sentences from the beginning.
    """
    db.execute(
        "UPDATE transcripts SET run_id = :run WHERE run_id = :former "
        "AND EXISTS (SELECT 1 FROM growths WHERE transcript_id = transcripts.id)",
        {"run": run_id, "former": former_run_id},
    )


def drop_abandoned(db: Connection) -> None:
    """Hide live transcripts without edits whose runs failed or were interrupted.

    Those of cancelled runs stay, unless they were deleted with the cancellation, and so do those
    that were made during the recording.

    Args:
        db: inside a transaction, after the runs to resume are queued again.
    """
    for each in unfinished_transcripts(db):
        is_abandoned = each.status.is_final and each.status is not RunStatus.CANCELLED
        if is_abandoned and not get_run(db, each.run_id).is_recorded_live:
            drop_unreviewed(db, each.run_id)


def _begin(db: Connection, run: PipelineRun) -> LiveTranscript:
    transcript_id = add_transcript(db, run, Transcript(0, ""))
    begin_history(db, transcript_id, TranscriptRows())
    return LiveTranscript(transcript_id, 0, {})


def _add(db: Connection, live: LiveTranscript, first: int, sentences: Sequence[Sentence]) -> None:
    voices = _voices(db, live, (each.speaker for each in sentences))
    utterances = tuple(
        utterance_row(each, voices.given, row_id=new_id(), position=first + number)
        for number, each in enumerate(sentences)
    )
    change = Replacement(TranscriptRows(), TranscriptRows(voices.added, utterances))
    grown = LiveTranscript(live.transcript_id, first + len(sentences), voices.stored)
    add_live_step(db, grown, change)


@dataclass(frozen=True, slots=True)
class _Voices:
    """Speakers of new sentences of a live transcript.

    Attributes:
        given: id of each speaker's row by label; of a merged speaker the one it was merged into.
        stored: id of each speaker's own row by label, also of a merged speaker, because the merge
            may be undone.
        added: rows of the speakers to add.
    """

    given: Mapping[str, str]
    stored: Mapping[str, str]
    added: tuple[SpeakerRow, ...]


def _voices(db: Connection, live: LiveTranscript, labels: Iterable[str | None]) -> _Voices:
    """Return the speakers with these labels, and rows of those to add."""
    current = rows_where(db, "speakers", "transcript_id = ?", [live.transcript_id])
    edited = read_edited_speakers(db, live.transcript_id)
    given: dict[str, str] = {}
    added: list[SpeakerRow] = []
    taken = taken_labels(
        (*edited.labels, *(each.label for each in current.speakers)),
        (each.display_name for each in current.speakers),
    )
    place = max((each.position for each in current.speakers), default=-1) + 1
    for label in dict.fromkeys(each for each in labels if each is not None):
        known = live.voices.get(label)
        row_id = None if known is None else edited.surviving(known, current)
        if row_id is None:
            row_id = new_id()
            unused = free_label(label, taken)
            taken.add(unused)
            added.append(SpeakerRow(row_id, place + len(added), unused))
        given[label] = row_id
    new_ids = {row.id for row in added}
    kept = {label: each for label, each in live.voices.items() if given.get(label) not in new_ids}
    return _Voices(given, {**given, **kept}, tuple(added))


def _is_current(db: Connection, plan: FinalizationPlan) -> bool:
    found = db.execute(
        "SELECT revision FROM transcripts WHERE id = ? "
        f"AND {IS_VISIBLE.format(column='recording_id')}",
        [plan.live.transcript_id],
    ).fetchone()
    return found is not None and bool(found[0] == plan.revision)


def _has_edits(db: Connection, transcript_id: str) -> bool:
    found = db.execute(
        "SELECT EXISTS (SELECT 1 FROM edits WHERE transcript_id = ? AND parent_id IS NOT NULL)",
        [transcript_id],
    ).fetchone()
    return bool(found[0])
