"""Writer of the dictionary that FunASR 1.x returns for a recording."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.core.transcript import Sentence, SpeakerTurn, Token, Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.json_files.json_transcript import json_text
from pipeline.formats.scoring.spoken_words import joined_text, spoken_words

NO_SPEAKER = 0  # if no speakers were distinguished, as in the reference (spec 11: always a number)


def funasr_record(
    key: str, transcript: Transcript, *, with_raw_text: bool = False
) -> dict[str, object]:
    """Convert a transcript to the dictionary that FunASR returns by default (spec 8.2).

    `timestamp` has one pair of milliseconds for each word of `raw_text`. Every entry of
    `sentence_info` has its text as `text` and `sentence`, and always a speaker as `spk`: 0 for
    the first speaker. If nothing was recognised, the entries are the speakers' turns.
    """
    tokens = tuple(token for sentence in transcript.sentences for token in sentence.tokens)
    numbers = {speaker: number for number, speaker in enumerate(transcript.speakers)}
    record: dict[str, object] = {"key": key, "text": joined_text(transcript.sentences)}
    if with_raw_text:
        record["raw_text"] = " ".join(word.text for word in spoken_words(tokens))
    record["timestamp"] = _times(tokens)
    record["sentence_info"] = [
        _entry(each, numbers) for each in transcript.sentences or transcript.turns
    ]
    return record


def funasr_failure(key: str, reason: str) -> dict[str, object]:
    """Create the dictionary for a failed recording, the only kind with an `error`."""
    return {"key": key, "text": "", "timestamp": [], "sentence_info": [], "error": reason}


def write_funasr(document: TranscriptDocument) -> str:
    """Format a transcript as a JSON list of FunASR's dictionary, with the title as key."""
    record = funasr_record(document.title, document.transcript, with_raw_text=True)
    return json_text([record], indent=1) + "\n"


def _entry(spoken: Sentence | SpeakerTurn, numbers: Mapping[str, int]) -> dict[str, object]:
    text = spoken.text if isinstance(spoken, Sentence) else ""
    return {
        "text": text,
        "sentence": text,
        "start": spoken.start_ms,
        "end": spoken.end_ms,
        "timestamp": _times(spoken.tokens) if isinstance(spoken, Sentence) else [],
        "spk": NO_SPEAKER if spoken.speaker is None else numbers[spoken.speaker],
    }


def _times(tokens: tuple[Token, ...]) -> list[list[int]]:
    return [[word.start_ms, word.end_ms] for word in spoken_words(tokens)]
