"""A recogniser that runs any offline model of the sherpa-onnx library from a folder."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any  # results of the library, which has no types

import numpy as np

from pipeline.asr.paraformer.detokenize import TimedText, space_before, words_from
from pipeline.asr.paraformer.vocabulary import CONTINUES
from pipeline.asr.sherpa.model_kinds import SherpaKind, find_model
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.errors import (
    InferenceError,
    ModelIntegrityError,
    ModelUnavailableError,
    OptionError,
)
from pipeline.core.options import RuntimeOptions
from pipeline.core.transcript import RecognizedSegment, SpeechSegment, Token
from pipeline.runtime.parallel_map import count_workers
from pipeline.text.text_units import text_units

_WORD_START = "▁"
_LONGEST_TOKEN_MS = 600
_MS_PER_S = 1000

_log = logging.getLogger(__name__)


class SherpaRecognizer:
    """A recogniser of the sherpa-onnx library, one segment after another."""

    def __init__(self, library: Any, kind: SherpaKind) -> None:
        """Store the opened recogniser of the library and its kind."""
        self._library = library
        self._kind = kind

    @property
    def emits_punctuation(self) -> bool:
        """Whether tokens include punctuation."""
        return self._kind.has_marks

    @property
    def accepts_hotwords(self) -> bool:
        """Always False, since hotwords are not passed to the library."""
        return False

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes that the model recognises."""
        return self._kind.languages

    @property
    def num_parallel(self) -> int:
        """Always 1, since the library uses several threads for each segment."""
        return 1

    def chunks(self, segments: Iterable[SpeechSegment]) -> Iterator[tuple[SpeechSegment, ...]]:
        """Yield each segment as a separate chunk."""
        yield from ((segment,) for segment in segments)

    def recognize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
    ) -> Iterator[RecognizedSegment]:
        """Yield one result per segment in input order.

        A segment on which the library fails gets no tokens and a warning in the log.

        Raises:
            OptionError: the language is not supported, or there are hotwords.
        """
        if language is not None and language not in self.languages:
            raise OptionError(
                f"This model of sherpa-onnx recognises {', '.join(self.languages)}, not "
                f"'{language}'. Choose another language or recogniser"
            )
        if hotwords:
            raise OptionError("A model of sherpa-onnx accepts no hotwords here: leave them out")
        return self._recognize(audio, segments, language or self.languages[0])

    def _recognize(
        self, audio: Audio, segments: Sequence[SpeechSegment], language: str
    ) -> Iterator[RecognizedSegment]:
        for segment in segments:
            try:
                result = self._decode(audio, segment)
            except InferenceError as error:
                _log.warning(
                    "No text from %d ms to %d ms: %s", segment.start_ms, segment.end_ms, error
                )
                yield RecognizedSegment(segment, (), language)
                continue
            spoken = _language_of(result, self.languages) or language
            yield RecognizedSegment(segment, tokens_of(result, segment), spoken)

    def _decode(self, audio: Audio, segment: SpeechSegment) -> Any:
        try:
            stream = self._library.create_stream()
            stream.accept_waveform(SAMPLE_RATE_HZ, np.ascontiguousarray(audio.cut(segment)))
            self._library.decode_stream(stream)
        except (RuntimeError, ValueError) as error:
            raise InferenceError(f"sherpa-onnx failed: {error}") from error
        return stream.result


def open_sherpa(folder: Path, *, runtime: RuntimeOptions | None = None) -> SherpaRecognizer:
    """Open a model of sherpa-onnx as a recogniser.

    Raises:
        ModelUnavailableError: the library or the model is missing.
        ModelIntegrityError: the library cannot load the model.
    """
    try:
        import sherpa_onnx  # noqa: PLC0415 - an optional requirement
    except ImportError as error:
        raise ModelUnavailableError(
            "The library sherpa-onnx is not installed. Run: python -m pip install sherpa-onnx"
        ) from error
    model = find_model(folder)
    open_model = getattr(sherpa_onnx.OfflineRecognizer, f"from_{model.kind.factory}", None)
    if open_model is None:
        raise ModelUnavailableError(
            f"The installed sherpa-onnx is too old for the model in '{folder}'. Run: python -m "
            "pip install --upgrade sherpa-onnx"
        )
    threads = count_workers(runtime or RuntimeOptions())
    try:
        library = open_model(**model.arguments, num_threads=threads)
    except (RuntimeError, ValueError) as error:
        raise ModelIntegrityError(f"sherpa-onnx cannot load '{folder}': {error}") from error
    return SherpaRecognizer(library, model.kind)


def tokens_of(result: Any, segment: SpeechSegment) -> tuple[Token, ...]:
    """Return the tokens of a result with times in the recording, inside the segment."""
    pieces = [str(each) for each in result.tokens]
    starts_ms = [round(float(each) * _MS_PER_S) for each in result.timestamps]
    if not pieces or len(pieces) != len(starts_ms):  # models that give no times
        pieces = [unit.text for unit in text_units(str(result.text).strip())]
        step_ms = segment.duration_ms / max(len(pieces), 1)
        starts_ms = [round(place * step_ms) for place in range(len(pieces))]
    spoken = list(_timed(pieces, starts_ms, _confidences(result, len(pieces)), segment))
    if any(piece.endswith(CONTINUES) for piece in pieces):
        spoken = list(_joined(spoken))
    tokens: list[Token] = []
    earliest_ms = segment.start_ms
    for each in spoken:
        start_ms = min(max(segment.start_ms + each.start_ms, earliest_ms), segment.end_ms - 1)
        end_ms = min(max(segment.start_ms + each.end_ms, start_ms + 1), segment.end_ms)
        tokens.append(Token(start_ms, end_ms, each.text, each.confidence))
        earliest_ms = start_ms
    return tuple(tokens)


def _timed(
    pieces: Sequence[str],
    starts_ms: Sequence[int],
    confidences: Sequence[float],
    segment: SpeechSegment,
) -> Iterator[TimedText]:
    ends_ms = [*starts_ms[1:], segment.duration_ms]
    for piece, start_ms, end_ms, confidence in zip(
        pieces, starts_ms, ends_ms, confidences, strict=True
    ):
        text = piece.replace(_WORD_START, " ")
        if text.strip() and not (piece.startswith("<") and piece.endswith(">")):
            yield TimedText(text, start_ms, min(end_ms, start_ms + _LONGEST_TOKEN_MS), confidence)


def _joined(pieces: Sequence[TimedText]) -> Iterator[TimedText]:
    """Join pieces that end in `@@` into words; yield these with the spaces between them."""
    words = words_from(pieces)
    previous = ["", *(word.text for word in words)]
    for word, (before, _) in zip(words, pairwise([*previous, ""]), strict=False):
        text = space_before(word.text, previous=before) + word.text
        yield TimedText(text, word.start_ms, word.end_ms, word.confidence)


def _confidences(result: Any, count: int) -> list[float]:
    log_probabilities = list(getattr(result, "ys_log_probs", ()))
    if len(log_probabilities) != count:
        return [1.0] * count
    return [math.exp(min(float(each), 0.0)) for each in log_probabilities]


def _language_of(result: Any, languages: Sequence[str]) -> str:
    """Return the language that the model detected, such as zh of `<|zh|>`; "" if none."""
    found = str(getattr(result, "lang", "")).strip("<|>")
    return found if found in languages else ""
