"""Answers to transcription requests in all formats."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from string import ascii_uppercase
from typing import Any  # the dictionaries are JSON

from starlette.responses import JSONResponse, PlainTextResponse, Response

from pipeline.core.transcript import Sentence, Token
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.scoring.spoken_words import joined_text
from pipeline.formats.subtitles.subrip import write_srt
from pipeline.formats.subtitles.webvtt import write_vtt
from pipeline.formats.words import words_of
from pipeline.text.lines import plain_line
from webui.openai.transcription_request import Granularity, ResponseFormat, TranscriptionRequest
from webui.routes.handler import DATA_HEADERS

UNKNOWN_SPEAKER = "unknown"
SEGMENT_EVENT = "transcript.text.segment"
_MS_PER_S = 1_000
_MS_PER_SEEK_STEP = 10
_LEAST_PROBABILITY = 1e-10

Answer = Callable[[TranscriptDocument, TranscriptionRequest], Response]


def answer_of(document: TranscriptDocument, request: TranscriptionRequest) -> Response:
    """Return a transcript in the requested format.

    Args:
        document: the transcript.
        request: the format, and the times that it contains.
    """
    return _ANSWERS[request.response_format](document, request)


def text_of(document: TranscriptDocument) -> str:
    """Return the whole text of a transcript on one line."""
    return joined_text(_spoken(document))


def diarized_segments(document: TranscriptDocument) -> list[dict[str, Any]]:
    """Return the JSON of the sentences with speakers, also used as events of a stream."""
    names = _speaker_names(document)
    return [
        {
            "type": SEGMENT_EVENT,
            "id": f"seg_{number:03d}",
            **_times(each),
            "text": each.text,
            "speaker": UNKNOWN_SPEAKER if each.speaker is None else names[each.speaker],
        }
        for number, each in enumerate(_spoken(document), 1)
    ]


def _json(document: TranscriptDocument, _: TranscriptionRequest) -> Response:
    return _as_json({"text": text_of(document), "usage": _usage(document)})


def _diarized_json(document: TranscriptDocument, _: TranscriptionRequest) -> Response:
    return _as_json(
        {
            "task": "transcribe",
            "duration": _seconds(document.transcript.duration_ms),
            "text": text_of(document),
            "segments": diarized_segments(document),
            "usage": _usage(document),
        }
    )


def _verbose_json(document: TranscriptDocument, request: TranscriptionRequest) -> Response:
    sentences = _spoken(document)
    content: dict[str, Any] = {
        "task": "transcribe",
        "language": document.transcript.language,
        "duration": _seconds(document.transcript.duration_ms),
        "text": joined_text(sentences),
        "usage": _usage(document),
    }
    if Granularity.SEGMENT in request.granularities:
        content["segments"] = [_segment(*each) for each in enumerate(sentences)]
    if Granularity.WORD in request.granularities:
        content["words"] = [
            {"word": word.text, **_times(word)}
            for sentence in sentences
            for word in words_of(sentence)
        ]
    return _as_json(content)


def _text(document: TranscriptDocument, _: TranscriptionRequest) -> Response:
    return _as_text(f"{text_of(document)}\n", "text/plain")


def _srt(document: TranscriptDocument, _: TranscriptionRequest) -> Response:
    return _as_text(write_srt(_without_speakers(document)), "text/plain")


def _vtt(document: TranscriptDocument, _: TranscriptionRequest) -> Response:
    return _as_text(write_vtt(_without_speakers(document)), "text/vtt")


_ANSWERS: dict[ResponseFormat, Answer] = {
    ResponseFormat.JSON: _json,
    ResponseFormat.TEXT: _text,
    ResponseFormat.SRT: _srt,
    ResponseFormat.VTT: _vtt,
    ResponseFormat.VERBOSE_JSON: _verbose_json,
    ResponseFormat.DIARIZED_JSON: _diarized_json,
}


def _spoken(document: TranscriptDocument) -> tuple[Sentence, ...]:
    """Return the sentences that have text, each on one line."""
    lines = ((each, plain_line(each.text)) for each in document.transcript.sentences)
    return tuple(replace(each, text=text) for each, text in lines if text)


def _without_speakers(document: TranscriptDocument) -> TranscriptDocument:
    """Return the document without speakers and turns, for subtitles without names."""
    sentences = tuple(replace(each, speaker=None) for each in _spoken(document))
    return replace(document, transcript=replace(document.transcript, sentences=sentences, turns=()))


def _speaker_names(document: TranscriptDocument) -> dict[str, str]:
    """Return each speaker's given name, or else A, B, … in order of appearance, by label."""
    given = {label: plain_line(name) for label, name in document.given_names}
    labels = dict.fromkeys(each.speaker for each in _spoken(document) if each.speaker is not None)
    letters = _letters(set(given.values()))
    return {label: given.get(label) or next(letters) for label in labels}


def _letters(taken: set[str]) -> Iterator[str]:
    """Yield A to Z, AA to ZZ and so on, without the names that are taken."""
    names: Sequence[str] = [""]
    while True:
        names = [before + letter for before in names for letter in ascii_uppercase]
        yield from (each for each in names if each not in taken)


def _segment(number: int, sentence: Sentence) -> dict[str, Any]:
    encoded = sentence.text.encode()
    return {
        "id": number,
        "seek": sentence.start_ms // _MS_PER_SEEK_STEP,
        **_times(sentence),
        "text": sentence.text,
        "tokens": [],  # numbers in a vocabulary of OpenAI's
        "temperature": 0.0,
        "avg_logprob": _mean_log_probability(sentence.tokens),
        "compression_ratio": round(len(encoded) / len(zlib.compress(encoded)), 4),
        "no_speech_prob": 0.0,
    }


def _mean_log_probability(tokens: Sequence[Token]) -> float:
    """Return the mean log probability of tokens; 0 if the recogniser gives none."""
    known = [each.confidence for each in tokens if each.confidence is not None]
    if not known:
        return 0.0
    return round(sum(math.log(max(each, _LEAST_PROBABILITY)) for each in known) / len(known), 4)


def _times(part: Sentence | Token) -> dict[str, float]:
    return {"start": _seconds(part.start_ms), "end": _seconds(part.end_ms)}


def _seconds(time_ms: int) -> float:
    return int(time_ms) / _MS_PER_S


def _usage(document: TranscriptDocument) -> dict[str, Any]:
    return {"type": "duration", "seconds": _seconds(document.transcript.duration_ms)}


def _as_json(content: dict[str, Any]) -> Response:
    return JSONResponse(content, headers=DATA_HEADERS)


def _as_text(content: str, media_type: str) -> Response:
    return PlainTextResponse(content, media_type=media_type, headers=DATA_HEADERS)
