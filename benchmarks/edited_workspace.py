"""Seeded test data for edit benchmarks, with a long transcript and a long edit history."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from storage.db.database import Database, open_database
from storage.db.records import Speaker, Utterance
from storage.edit_plans.boundaries import InsertUtterance, MergeUtterances, SplitUtterance
from storage.edit_plans.request import EditRequest
from storage.edit_plans.review_status import Flag, Verify
from storage.edit_plans.speakers import AssignSpeaker
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor
from storage.library.recordings import add_recording
from storage.library.runs import queue_run
from storage.transcripts.changes import TranscriptChanges
from storage.transcripts.edit_application import edit
from storage.transcripts.transcripts import save_machine_transcript

UTTERANCE_MS = 3_000
NUM_SPEAKERS = 6
EDITS_A_TRANSACTION = 500
_CHARACTERS = "我们今天来讨论一下这个项目的进展情况大家有什么问题可以随时提出会议结束以后再说明"


def open_with_transcript(path: Path, *, num_utterances: int) -> tuple[Database, str]:
    """Create a database with one transcript of random Chinese sentences.

    Returns:
        The database and the transcript's id.
    """
    database = open_database(path)
    with database.transaction() as db:
        recording = add_recording(db, title="long", source_name="long.wav", audio_sha256="0" * 64)
        run = queue_run(db, recording.recording_id, options=())
        record = save_machine_transcript(db, run, made_transcript(num_utterances))
    return database, record.transcript_id


def add_history(
    database: Database, transcript_id: str, opened: TranscriptChanges, *, num_edits: int
) -> None:
    """Add random edits to a transcript, which correct sentences or assign speakers."""
    chance = random.Random(1)
    author = EditAuthor("past")
    done = 0
    while done < num_edits:
        with database.transaction() as db:
            for _ in range(min(EDITS_A_TRANSACTION, num_edits - done)):
                wish = (
                    CorrectText(chance.choice(opened.utterances).utterance_id, a_text(chance))
                    if chance.random() < 0.7
                    else _assignment(chance, opened.utterances, opened.speakers)
                )
                edit(db, transcript_id, wish, author=author)
                done += 1


def a_text(chance: random.Random) -> str:
    """Return a random Chinese sentence of 12 to 18 characters and a full stop."""
    return "".join(chance.choices(_CHARACTERS, k=chance.randint(12, 18))) + "。"


def a_wish(
    chance: random.Random,
    utterances: tuple[Utterance, ...],
    speakers: tuple[Speaker, ...],
    duration_ms: int,
) -> EditRequest:
    """Return a random edit request, of kinds in proportions typical of an annotator."""
    first = chance.randrange(len(utterances) - 1)
    row = utterances[first]
    start_ms = chance.randrange(duration_ms - UTTERANCE_MS)
    wishes: list[tuple[int, Callable[[], EditRequest]]] = [
        (50, lambda: CorrectText(row.utterance_id, a_text(chance))),
        (15, lambda: _assignment(chance, utterances, speakers)),
        (15, lambda: Verify((row.utterance_id,))),
        (5, lambda: Flag((row.utterance_id,), "listen again")),
        (7, lambda: SplitUtterance(row.utterance_id, at_character=4)),
        (5, lambda: MergeUtterances((row.utterance_id, utterances[first + 1].utterance_id))),
        (3, lambda: InsertUtterance(start_ms, start_ms + 500, a_text(chance))),
    ]
    (chosen,) = chance.choices([each for _, each in wishes], [weight for weight, _ in wishes])
    return chosen()


def _assignment(
    chance: random.Random, utterances: tuple[Utterance, ...], speakers: tuple[Speaker, ...]
) -> EditRequest:
    row = chance.choice(utterances)
    return AssignSpeaker((row.utterance_id,), chance.choice(speakers).speaker_id)


def made_transcript(num_utterances: int) -> Transcript:
    """Return a transcript of random Chinese sentences by six speakers, one every three seconds."""
    chance = random.Random(0)
    sentences = []
    for number in range(num_utterances):
        start_ms = number * UTTERANCE_MS
        text = a_text(chance)
        step_ms = (UTTERANCE_MS - 200) // len(text)
        tokens = tuple(
            Token(start_ms + n * step_ms, start_ms + (n + 1) * step_ms, each, 0.9)
            for n, each in enumerate(text)
        )
        speaker = f"S{chance.randrange(NUM_SPEAKERS) + 1}"
        sentences.append(Sentence(start_ms, tokens[-1].end_ms, text, tokens, speaker))
    turns = tuple(SpeakerTurn(s.start_ms, s.end_ms, s.speaker or "S1") for s in sentences)
    return Transcript(num_utterances * UTTERANCE_MS, "zh", tuple(sentences), turns)
