"""What is said in one packed window, and what it leaves to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pipeline.asr.chinese_text import SimplifiedChinese
from pipeline.asr.coverage import HeardUnit, count_heard_parts
from pipeline.asr.inventions import has_loop, without_inventions
from pipeline.asr.spoken_units import TimedPiece, spoken_units
from pipeline.asr.whisper_model import EncodedWindow, Hypothesis, WhisperNet
from pipeline.asr.window_packing import PackedWindow, Placed
from pipeline.audio import Audio
from pipeline.transcript import Token

CHINESE = "zh"
PROMPTS = {CHINESE: " 以下是普通话的句子。"}  # makes simplified characters and marks likelier
SURE_OF_LANGUAGE = 0.5  # below it the next window is asked as well

_MS_PER_S = 1000
_SPARE_TOKENS = 16  # a window of a second may hold a word of many tokens
_FORBIDDEN_REPEAT = 5  # tokens; about three Chinese characters


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """How windows are packed and searched; the defaults are measured on development data.

    Attributes:
        num_beams: width of the search.
        pad_ms: silence kept on either side of speech.
        longest_part_ms: speech of more than this length may be divided between windows.
        context_tokens: how much of the text before is shown to the decoder.
        min_log_probability: a window below this mean per token is tried again.
        max_repetitiveness: a window that compresses better than this is tried again.
        silent_probability: a window above it that is unlikely as well holds no speech.
        max_tokens_per_s: where a search that does not end is ended.
    """

    num_beams: int = 5
    pad_ms: int = 200
    longest_part_ms: int = 8_000
    context_tokens: int = 200
    min_log_probability: float = -1.0
    max_repetitiveness: float = 2.4
    silent_probability: float = 0.6
    max_tokens_per_s: int = 12


@dataclass(frozen=True, slots=True)
class Memory:
    """What one window leaves to the next.

    Attributes:
        text: what was said, the newest last; empty after a window that went wrong.
        was_cut_short: whether parts of the window were put off.
    """

    text: str = ""
    was_cut_short: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one window.

    Attributes:
        num_parts: how many of its parts are done, at least 1.
        language: in which it was decoded, as the model spells it.
        is_sure: whether that language may be kept for the recording.
        tokens: (part of the window, token), sorted, of the parts that are done.
        memory: for the next window.
    """

    num_parts: int
    language: str
    is_sure: bool
    tokens: tuple[tuple[int, Token], ...] = ()
    memory: Memory = field(default_factory=Memory)


class WindowListener:
    """Runs the network on windows and judges what comes of it."""

    def __init__(self, net: WhisperNet, *, options: WhisperOptions) -> None:
        """Keep the network, load the conversion to simplified Chinese."""
        self._net = net
        self._options = options
        self._simplified = SimplifiedChinese()

    def listen(
        self, audio: Audio, window: PackedWindow, *, language: str | None, memory: Memory
    ) -> Heard:
        """Write down a window.

        Args:
            audio: the recording.
            window: which of its parts to hear.
            language: as the model spells it, None to find out.
            memory: what the window before left.
        """
        encoded = self._net.encode(np.concatenate([audio.cut(part.heard) for part in window.parts]))
        probability = 1.0
        if language is None:
            language, probability = self._likeliest_language(encoded)
        units, is_good = self._search(encoded, window, language, memory)
        placed = _place(units, window)
        num_parts = count_heard_parts(
            window,
            [
                HeardUnit(place.part, unit.start_ms, unit.end_ms)
                for unit, place in zip(units, placed, strict=True)
            ],
            mind_holes=not memory.was_cut_short,
        )
        kept = [
            (place, unit)
            for unit, place in zip(units, placed, strict=True)
            if place.part < num_parts
        ]
        text = memory.text + "".join(unit.text for _, unit in kept) if is_good else ""
        return Heard(
            num_parts=num_parts,
            language=language,
            is_sure=probability >= SURE_OF_LANGUAGE,
            tokens=tuple((place.part, _token(place, unit)) for place, unit in kept),
            memory=Memory(
                text=text[-self._options.context_tokens :],  # a token has a character or more
                was_cut_short=num_parts < len(window.parts),
            ),
        )

    def _likeliest_language(self, encoded: EncodedWindow) -> tuple[str, float]:
        probabilities = self._net.language_probabilities(encoded)
        likeliest = max(probabilities, key=lambda tag: probabilities[tag])
        return likeliest, probabilities[likeliest]

    def _search(
        self, encoded: EncodedWindow, window: PackedWindow, language: str, memory: Memory
    ) -> tuple[tuple[TimedPiece, ...], bool]:
        """Units of the best hypothesis, and whether it may serve as context."""
        tried: list[Hypothesis] = []
        for hypothesis in self._attempts(encoded, window, language, memory):
            if self._is_good(hypothesis):
                return self._units(encoded, hypothesis, language), True
            tried.append(hypothesis)
        best = max(tried, key=lambda each: (not self._loops(each), each.mean_log_probability))
        if self._is_silence(best):
            return (), False
        return self._units(encoded, best, language), False

    def _attempts(
        self, encoded: EncodedWindow, window: PackedWindow, language: str, memory: Memory
    ) -> Iterator[Hypothesis]:
        """Hypotheses in the order to try them: with context, without, with repeats forbidden.

        Sampling, the usual last resort, would give another text each time.
        """
        prompt = self._net.ids_of(PROMPTS.get(language, ""), language=language)
        said = self._net.ids_of(memory.text, language=language)[-self._options.context_tokens :]
        contexts = [prompt + said, prompt, prompt] if said else [prompt, prompt]
        for attempt, context in enumerate(contexts, start=1):
            yield self._net.decode(
                encoded,
                language=language,
                context=context,
                num_beams=self._options.num_beams,
                max_new_tokens=_SPARE_TOKENS
                + window.duration_ms * self._options.max_tokens_per_s // _MS_PER_S,
                no_repeat_ngram=_FORBIDDEN_REPEAT if attempt == len(contexts) else 0,
            )

    def _is_good(self, hypothesis: Hypothesis) -> bool:
        return (
            hypothesis.mean_log_probability >= self._options.min_log_probability
            and not self._loops(hypothesis)
        )

    def _loops(self, hypothesis: Hypothesis) -> bool:
        return hypothesis.repetitiveness > self._options.max_repetitiveness or has_loop(
            spoken_units([TimedPiece(hypothesis.text, 0, 0, 1.0)])
        )

    def _is_silence(self, hypothesis: Hypothesis) -> bool:
        return (
            hypothesis.no_speech_probability > self._options.silent_probability
            and hypothesis.mean_log_probability < self._options.min_log_probability
        )

    def _units(
        self, encoded: EncodedWindow, hypothesis: Hypothesis, language: str
    ) -> tuple[TimedPiece, ...]:
        units = spoken_units(self._net.align(encoded, hypothesis, language=language))
        if language == CHINESE:
            texts = self._simplified.rewrite([unit.text for unit in units])
            units = tuple(replace(unit, text=text) for unit, text in zip(units, texts, strict=True))
        return without_inventions(units)


def _place(units: Sequence[TimedPiece], window: PackedWindow) -> list[Placed]:
    """Where each unit lies in the recording; never in a part before the unit before."""
    placed: list[Placed] = []
    for unit in units:
        earliest = placed[-1].part if placed else 0
        placed.append(window.place(unit.start_ms, unit.end_ms, earliest_part=earliest))
    return placed


def _token(place: Placed, unit: TimedPiece) -> Token:
    return Token(
        place.interval.start_ms, place.interval.end_ms, unit.text, confidence=unit.probability
    )
