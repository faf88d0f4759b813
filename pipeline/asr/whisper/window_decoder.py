"""Transcription of one window, with checks that decide which speech is decoded again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.asr.whisper.prompts import PROMPTS, WindowContext, style_of
from pipeline.asr.whisper.spoken_languages import CHINESE, NextWindow, cut_window
from pipeline.asr.whisper.text.alternatives import with_alternatives
from pipeline.asr.whisper.text.chinese_text import SimplifiedChinese
from pipeline.asr.whisper.text.hallucinations import has_loop, is_echo, without_hallucinations
from pipeline.asr.whisper.text.hotword_merge import adopt_hotwords
from pipeline.asr.whisper.text.spoken_units import TimedPiece, spoken_units
from pipeline.asr.whisper.whisper_model import Hypothesis, WhisperNet
from pipeline.asr.whisper.windows.aligned_words import AlignedWord, fill_hole, place_units, text_of
from pipeline.asr.whisper.windows.coverage import judge_coverage, uncovered_end
from pipeline.asr.whisper.windows.window_packing import PackedWindow
from pipeline.audio.samples import Audio

_MS_PER_S = 1000
_SPARE_TOKENS = 16  # a window of a second may hold a word of many tokens
_FORBIDDEN_REPEAT = 5  # tokens; about three Chinese characters


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """Settings of packing speech into windows and decoding them, tuned on development data.

    Attributes:
        num_beams: beam width.
        pad_ms: silence kept on either side of speech.
        longest_window_ms: maximum speech in a window; the trailing silence must fit as well.
        longest_part_ms: longer speech may be divided between windows.
        context_tokens: length of the preceding text given to the decoder.
        min_log_probability: a window below this mean per token is decoded again.
        max_repetitiveness: a window with a higher compression ratio is decoded again.
        hopeless_log_probability: a window that stays below this gets no text.
        doubtful_log_probability: the same limit if the network detects no speech.
        silent_probability: no-speech probability above which no speech is detected.
        max_tokens_per_s: limit at which decoding stops.
    """

    num_beams: int = 5
    pad_ms: int = 200
    longest_window_ms: int = 17_000
    longest_part_ms: int = 8_000
    context_tokens: int = 100  # twice as many cost a seventh more to decode without any gain
    min_log_probability: float = -1.0
    max_repetitiveness: float = 2.4
    hopeless_log_probability: float = -1.5
    doubtful_log_probability: float = -0.6
    silent_probability: float = 0.6
    max_tokens_per_s: int = 12


@dataclass(frozen=True, slots=True)
class DecodedWindow:
    """The words of one decoded window.

    Attributes:
        num_parts: number of finished parts, at least 1.
        words: words of the finished parts, in order.
        context: text for the next window in this language, "" if decoding went wrong.
    """

    num_parts: int
    words: tuple[AlignedWord, ...]
    context: str


class WindowDecoder:
    """A decoder of windows that checks each text and decodes failed windows and parts again."""

    def __init__(self, net: WhisperNet, *, options: WhisperOptions) -> None:
        """Store the network and load the conversion to simplified Chinese."""
        self._net = net
        self._options = options
        self._simplified = SimplifiedChinese()

    def decode(
        self, chosen: NextWindow, audio: Audio, *, context: str, hotwords: Sequence[str] = ()
    ) -> DecodedWindow:
        """Transcribe one window; check the text and decode skipped speech again.

        Args:
            chosen: the window.
            audio: the recording.
            context: preceding text in the same language.
            hotwords: words to favour, as many as fit in the prompt.

        Raises:
            InferenceError: the network failed.
        """
        shown = WindowContext(context, tuple(hotwords))
        words, is_good = self._decode_best(chosen, shown)
        coverage = judge_coverage(chosen.window, [word.timed_unit for word in words])
        words = [each for each in words if each.place.part < coverage.num_parts]
        for hole in coverage.holes:
            words = self._decode_hole(words, hole, chosen, audio, shown)
        said = context + text_of(words) if is_good else ""
        return DecodedWindow(
            num_parts=coverage.num_parts,
            words=tuple(words),
            context=said[-self._options.context_tokens :],  # a token has at least one character
        )

    def _decode_hole(
        self,
        words: Sequence[AlignedWord],
        hole: tuple[int, int],
        chosen: NextWindow,
        audio: Audio,
        context: WindowContext,
    ) -> list[AlignedWord]:
        """Decode a skipped range of parts separately and insert its words."""
        alone = PackedWindow(chosen.window.parts[hole[0] : hole[1]])
        before = text_of([word for word in words if word.place.part < hole[0]])
        found = self._decode_to_end(alone, chosen.language, audio, context.after(before))
        return fill_hole(words, found, hole=hole, window=chosen.window)

    def _decode_to_end(
        self, window: PackedWindow, language: str, audio: Audio, context: WindowContext
    ) -> list[AlignedWord]:
        """Return the words of a window; decode its remainder again if the decoder stopped early."""
        encoded = self._net.encode(cut_window(audio, window))
        words, is_good = self._decode_best(NextWindow(window, language, encoded), context)
        rest = uncovered_end(window, [word.timed_unit for word in words])
        if rest is None or not is_good:
            return words
        more = self._decode_to_end(rest, language, audio, context.after(text_of(words)))
        skipped = len(window.parts) - len(rest.parts)
        return [*words, *(word.in_later_part(skipped) for word in more)]

    def _decode_best(
        self, chosen: NextWindow, context: WindowContext
    ) -> tuple[list[AlignedWord], bool]:
        """Return the words of the best hypothesis, and whether they may serve as context."""
        tried: list[tuple[bool, float, Hypothesis]] = []
        for hypothesis, shown in self._attempts(chosen, context.text):
            if self._is_acceptable(hypothesis, shown):
                best, is_good = hypothesis, not self._is_silence(hypothesis)
                break
            is_hallucinated = self._is_hallucinated(hypothesis, shown)
            tried.append((not is_hallucinated, hypothesis.mean_log_probability, hypothesis))
        else:
            best, is_good = max(tried, key=lambda each: each[:2])[2], False
        if self._is_silence(best):
            return [], is_good
        favoured = self._with_hotwords(chosen, context, best) if is_good else best
        return self._words(chosen, favoured), is_good

    def _attempts(self, chosen: NextWindow, context: str) -> Iterator[tuple[Hypothesis, str]]:
        """Yield (hypothesis, context text), each decoded with another prompt.

        With context, without context, and at last without any prompt but with repeats forbidden.
        Sampling, the usual last resort, would not be reproducible.
        """
        prompt = PROMPTS.get(chosen.language, "")
        tries = ((prompt, context, 0), (prompt, "", 0), ("", "", _FORBIDDEN_REPEAT))
        for style, before, no_repeat_ngram in dict.fromkeys(tries):
            yield self._decode(chosen, style, before, no_repeat_ngram), style + before

    def _with_hotwords(
        self, chosen: NextWindow, context: WindowContext, plain: Hypothesis
    ) -> Hypothesis:
        """Decode again with a hotword prompt; return `plain` with the hotwords recognised so."""
        style = style_of(chosen.language, context.hotwords, self._net)
        if style == PROMPTS.get(chosen.language, ""):
            return plain
        favoured = self._decode(chosen, style, context.text)
        if not self._is_acceptable(favoured, style + context.text):
            return plain
        before, after = plain.text, favoured.text
        if chosen.language == CHINESE:
            before, after = (self._simplified.rewrite([text])[0] for text in (before, after))
        merged = adopt_hotwords(before, after, context.hotwords)
        if merged == before:
            return plain
        ids = self._net.ids_of(merged, language=chosen.language)
        return replace(plain, text=merged, ids=ids)

    def _decode(
        self, chosen: NextWindow, style: str, before: str, no_repeat_ngram: int = 0
    ) -> Hypothesis:
        longest = chosen.window.duration_ms * self._options.max_tokens_per_s // _MS_PER_S
        return self._net.decode(
            chosen.encoded,
            language=chosen.language,
            context=self._prompt_ids(style, before, chosen.language),
            num_beams=self._options.num_beams,
            max_new_tokens=_SPARE_TOKENS + longest,
            no_repeat_ngram=no_repeat_ngram,
        )

    def _prompt_ids(self, style: str, before: str, language: str) -> tuple[int, ...]:
        ids = self._net.ids_of(style, language=language) if style else ()
        if not before:
            return ids
        return ids + self._net.ids_of(before, language=language)[-self._options.context_tokens :]

    def _is_acceptable(self, hypothesis: Hypothesis, shown: str) -> bool:
        is_likely = hypothesis.mean_log_probability >= self._options.min_log_probability
        return is_likely and not self._is_hallucinated(hypothesis, shown)

    def _is_hallucinated(self, hypothesis: Hypothesis, shown: str) -> bool:
        return self._is_loop(hypothesis) or is_echo(hypothesis.text, shown)

    def _is_loop(self, hypothesis: Hypothesis) -> bool:
        return hypothesis.repetitiveness > self._options.max_repetitiveness or has_loop(
            spoken_units([TimedPiece(hypothesis.text, 0, 0, 1.0)])
        )

    def _is_silence(self, hypothesis: Hypothesis) -> bool:
        likelihood = hypothesis.mean_log_probability
        return likelihood < self._options.hopeless_log_probability or (
            hypothesis.no_speech_probability > self._options.silent_probability
            and likelihood < self._options.doubtful_log_probability
        )

    def _words(self, chosen: NextWindow, hypothesis: Hypothesis) -> list[AlignedWord]:
        pieces = self._net.align(chosen.encoded, hypothesis, language=chosen.language)
        units = spoken_units(pieces)
        if chosen.language == CHINESE:
            texts = self._simplified.rewrite([unit.text for unit in units])
            units = tuple(replace(unit, text=text) for unit, text in zip(units, texts, strict=True))
            others = [self._simplified.rewrite([each])[0] for each in hypothesis.other_texts]
            units = with_alternatives(units, others)
        return place_units(without_hallucinations(units), chosen.window)
