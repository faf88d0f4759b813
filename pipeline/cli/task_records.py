"""Formatting of single-task records as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any  # values of a record are of several types

import numpy as np

from pipeline.compat.auto_model_tasks import Record
from pipeline.core.transcript import SpeakerTurn, Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.scoring.rttm import write_rttm

_TURNS = "turns"


def turns_record(key: str, transcript: Transcript) -> Record:
    """Return the speaker turns of a recording as a record."""
    turns = [
        {"start_ms": turn.start_ms, "end_ms": turn.end_ms, "speaker": turn.speaker}
        for turn in transcript.turns
    ]
    return {"key": key, "duration_ms": transcript.duration_ms, _TURNS: turns}


def as_json(record: Record) -> str:
    """Return a record as one line of JSON; arrays become lists."""
    return json.dumps(record, ensure_ascii=False, default=lambda array: array.tolist()) + "\n"


def segment_lines(record: Mapping[str, Any]) -> str:
    """Return a line per segment of speech: key, start and end in milliseconds."""
    return "".join(f"{record['key']}\t{start}\t{end}\n" for start, end in record["value"])


def text_line(record: Mapping[str, Any]) -> str:
    """Return the recognised or punctuated text of a record."""
    return f"{record['text']}\n"


def token_lines(record: Mapping[str, Any]) -> str:
    """Return a line per token: key, start and end in milliseconds, text."""
    words = zip(record["timestamp"], record["text"].split(), strict=True)
    return "".join(f"{record['key']}\t{start}\t{end}\t{word}\n" for (start, end), word in words)


def turn_lines(record: Mapping[str, Any]) -> str:
    """Return the speaker turns as RTTM."""
    turns = tuple(SpeakerTurn(**turn) for turn in record[_TURNS])
    transcript = Transcript(record["duration_ms"], "", turns=turns)
    return write_rttm(TranscriptDocument(record["key"], transcript))


def embedding_line(record: Mapping[str, Any]) -> str:
    """Format an embedding as a Kaldi text vector, or a similarity score as a number."""
    if "score" in record:
        return f"{record['score']:.5f}\t{record['text']}\n"
    numbers = " ".join(f"{value:.6g}" for value in np.ravel(record["spk_embedding"]))
    return f"{record['key']}  [ {numbers} ]\n"
