"""A transcript that is there while its run is still at work: it grows, then it settles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.core.transcript import Sentence, Transcript
from storage.db.database import Connection
from storage.db.records import PipelineRun, TranscriptRecord
from storage.db.row_changes import Replacement, SpeakerRow, TranscriptRows
from storage.db.transcript_rows import all_rows, rows_where
from storage.db.values import new_id, now_text
from storage.edits.speaker_labels import free_label, taken_labels
from storage.history.edit_history import MACHINE, EditAuthor, apply, begin_history
from storage.history.edited_rows import EditedSpeakers, read_reach, read_speaker_reach
from storage.history.live_log import (
    LiveTranscript,
    add_live_step,
    find_live,
    rows_as_made,
    unfinished_transcripts,
)
from storage.library.runs import get_run
from storage.transcripts.finalize import finalized
from storage.transcripts.machine_rows import utterance_row
from storage.transcripts.transcripts import add_transcript, get_transcript, save_machine_transcript

FINALIZE_SPEAKERS = "settle_speakers"  # the kind of the edit


def append_live(
    db: Connection,
    run: PipelineRun,
    first: int,
    sentences: Sequence[Sentence],
    *,
    duration_ms: int = 0,
) -> TranscriptRecord | None:
    """Add the next sentences of a run to its transcript, which is begun with the first of them.

    Nothing that people have done is changed by it, and what they have seen stays as it is.

    Args:
        db: inside a transaction.
        run: which is at work.
        first: how many sentences the run had found before these. Those that are there already,
            because the run is continued and tells everything again, are skipped.
        sentences: with the labels that the run gives to the speakers for the time being.
        duration_ms: length of the recording, as far as it is known.

    Returns:
        The transcript; None while nothing has been found.

    Raises:
        NotFoundError: if the run is not there (any more).
    """
    get_run(db, run.run_id)
    growing = find_live(db, run.run_id) or (_begin(db, run) if sentences else None)
    if growing is None:
        return None
    new = sentences[max(0, growing.num_sentences - first) :]
    ends_ms = max((int(each.end_ms) for each in new), default=0)
    db.execute(
        "UPDATE transcripts SET duration_ms = max(duration_ms, ?) WHERE id = ?",
        [max(duration_ms, ends_ms), growing.transcript_id],
    )
    if new:
        _add(db, growing, first + len(sentences) - len(new), new)
    return get_transcript(db, growing.transcript_id)


def finalize(db: Connection, run: PipelineRun, transcript: Transcript) -> TranscriptRecord:
    """Have a run's transcript be what the run gave in the end.

    What people have worked on stays as they left it. Of that, a speaker whom nobody chose is put
    right by one edit, which can be taken back like any other. Where nobody has done anything, the
    transcript is as if it had been saved at the end as a whole.

    Args:
        db: inside a transaction.
        run: which has finished.
        transcript: what it made.
    """
    growing = find_live(db, run.run_id)
    if growing is None:
        return save_machine_transcript(db, run, transcript)
    transcript_id = growing.transcript_id
    made, current = rows_as_made(db, transcript_id), all_rows(db, transcript_id)
    found = finalized(made, current, read_reach(db, transcript_id), transcript)
    grown = replace(growing, num_sentences=len(transcript.sentences), voices=found.voices)
    add_live_step(db, grown, found.change)
    db.execute(
        "UPDATE transcripts SET duration_ms = ?, language = ? WHERE id = ?",
        [int(transcript.duration_ms), transcript.language, transcript_id],
    )
    if not found.corrections.changes_nothing:
        signature = EditAuthor(MACHINE)
        apply(db, transcript_id, found.corrections, kind=FINALIZE_SPEAKERS, signature=signature)
    return get_transcript(db, transcript_id)


def drop_unreviewed(db: Connection, run_id: str) -> bool:
    """Remove what a run has given that ended before it was done, unless people worked on it.

    Args:
        db: inside a transaction.
        run_id: of a run that will not go on.

    Returns:
        Whether a transcript is left, which stays unfinished.
    """
    growing = find_live(db, run_id)
    if growing is None:
        return False
    if _is_worked_on(db, growing.transcript_id):
        return True
    db.execute(
        "INSERT OR IGNORE INTO purges (transcript_id, requested_at, reason) "
        "VALUES (?, ?, 'its run did not finish it')",
        [growing.transcript_id, now_text()],
    )
    db.execute("DELETE FROM transcripts WHERE id = ?", [growing.transcript_id])
    return False


def hand_on(db: Connection, former_run_id: str, run_id: str) -> None:
    """Let a run grow the transcript that another one has not finished; nothing where there is none.

    Args:
        db: inside a transaction.
        former_run_id: of a run with the same options that will not go on.
        run_id: of a run that tells everything from the beginning.
    """
    db.execute(
        "UPDATE transcripts SET run_id = :run WHERE run_id = :former "
        "AND EXISTS (SELECT 1 FROM growths WHERE transcript_id = transcripts.id)",
        {"run": run_id, "former": former_run_id},
    )


def drop_abandoned(db: Connection) -> None:
    """Remove, when the program starts, what runs have given that will not go on.

    Args:
        db: inside a transaction, after the runs that will go on are queued again.
    """
    for each in unfinished_transcripts(db):
        if each.status.is_final:
            drop_unreviewed(db, each.run_id)


def _begin(db: Connection, run: PipelineRun) -> LiveTranscript:
    transcript_id = add_transcript(db, run, Transcript(0, ""))
    begin_history(db, transcript_id, TranscriptRows())
    return LiveTranscript(transcript_id, 0, {})


def _add(
    db: Connection, growing: LiveTranscript, first: int, sentences: Sequence[Sentence]
) -> None:
    transcript_id = growing.transcript_id
    speakers = rows_where(db, "speakers", "transcript_id = ?", [transcript_id])
    reach = read_speaker_reach(db, transcript_id)
    given, added = _voices(growing.voices, sentences, speakers, reach)
    utterances = tuple(
        utterance_row(each, given, row_id=new_id(), position=first + number)
        for number, each in enumerate(sentences)
    )
    # Who was merged away stays noted: taken back, the merge counts no more.
    ids = {row.id for row in added}
    voices = {**given, **{k: v for k, v in growing.voices.items() if given.get(k) not in ids}}
    change = Replacement(TranscriptRows(), TranscriptRows(added, utterances))
    add_live_step(db, LiveTranscript(transcript_id, first + len(sentences), voices), change)


def _voices(
    known: Mapping[str, str],
    sentences: Sequence[Sentence],
    current: TranscriptRows,
    reach: EditedSpeakers,
) -> tuple[dict[str, str], tuple[SpeakerRow, ...]]:
    """The row of each label that is heard, and the rows of those who appear, or who had gone.

    Whom people have merged into another is that other.
    """
    voices: dict[str, str] = {}
    added: list[SpeakerRow] = []
    taken = taken_labels(
        (*reach.labels, *(each.label for each in current.speakers)),
        (each.display_name for each in current.speakers),
    )
    place = max((each.position for each in current.speakers), default=-1) + 1
    for label in dict.fromkeys(each.speaker for each in sentences if each.speaker is not None):
        row_id = reach.lasting(known[label], current) if label in known else None
        if row_id is None:
            row_id = new_id()
            fit = free_label(label, taken)
            taken.add(fit)
            added.append(SpeakerRow(row_id, place + len(added), fit))
        voices[label] = row_id
    return voices, tuple(added)


def _is_worked_on(db: Connection, transcript_id: str) -> bool:
    found = db.execute(
        "SELECT EXISTS (SELECT 1 FROM edits WHERE transcript_id = ? AND parent_id IS NOT NULL)",
        [transcript_id],
    ).fetchone()
    return bool(found[0])
