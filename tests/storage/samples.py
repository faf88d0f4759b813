"""Recordings and transcripts for the tests of the storage."""

from __future__ import annotations

import hashlib

from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from storage.db.database import Connection
from storage.db.hidden_recordings import delete_hidden, hide_recording
from storage.db.records import PipelineRun, Recording
from storage.library.recordings import add_recording
from storage.library.runs import queue_run

HOSTILE_TEXTS = (
    "'; DROP TABLE utterances; --",
    "${alert(1)}",
    "<img src=x onerror=alert(1)>",
    "a\x00b",
    "\u202egpj.exe",
    "👩\u200d👩\u200d👧 汉字 \U0002070e",
    '"]}, null, [1',
    "line\r\nline\u2028line",
)

DIALOGUE = Transcript(
    duration_ms=9_000,
    language="zh",
    sentences=(
        Sentence(
            500,
            2_000,
            "你好。",
            (Token(500, 900, "你", 0.75), Token(900, 2_000, "好", None)),
            "S1",
        ),
        Sentence(2_100, 4_000, "Hello there.", (Token(2_100, 4_000, " Hello", 1.0),), "S2"),
        Sentence(5_000, 6_000, "谁？"),
    ),
    turns=(
        SpeakerTurn(500, 2_000, "S1"),
        SpeakerTurn(1_800, 4_000, "S2"),
        SpeakerTurn(7_000, 8_000, "S3"),
    ),
)


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def add_sample(db: Connection, name: str = "meeting", owner: str | None = None) -> Recording:
    return add_recording(
        db,
        title=name,
        source_name=f"{name}.wav",
        audio_sha256=sha256_of(name),
        owner=owner,
    )


def add_sample_run(db: Connection, name: str = "meeting") -> PipelineRun:
    recording = add_sample(db, name)
    return queue_run(db, recording.recording_id, options=(("speakers", "auto"),))


def delete_rows(db: Connection, recording_id: str) -> None:
    """Delete a recording with the program's steps, but in one transaction."""
    hide_recording(db, recording_id)
    delete_hidden(db)
