"""Whisper for live recordings: fast passes over the open segment, a full decoding at its end."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.asr.whisper.prompts import PROMPTS
from pipeline.asr.whisper.spoken_languages import (
    CHINESE,
    NextWindow,
    choose_main_language,
    choose_part_language,
)
from pipeline.asr.whisper.text.chinese_text import SimplifiedChinese
from pipeline.asr.whisper.text.hallucinations import without_surplus
from pipeline.asr.whisper.whisper import ISO_SPELLING, MODEL_SPELLING
from pipeline.asr.whisper.whisper_model import EncodedWindow, WhisperNet
from pipeline.asr.whisper.whisper_model import Hypothesis as Decoded
from pipeline.asr.whisper.window_decoder import WhisperOptions, WindowDecoder
from pipeline.asr.whisper.windows.window_packing import PackedWindow, Part
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.errors import OptionError
from pipeline.core.intervals import Interval
from pipeline.core.transcript import RecognizedSegment, Sentence, SpeechSegment
from pipeline.live.events import PassingState
from pipeline.live.recognition.passing_tails import PassingTails
from pipeline.live.recognition.recognizer import Hypothesis, RecognizerState
from pipeline.live.segmenter import ClosedSegment, OpenSegment
from pipeline.punctuation.sentences import sentences_from

_MIN_LOG_PROBABILITY = -1.3  # a pass below this does not replace the text before
_MAX_REPETITIVENESS = 2.4
_MAX_NO_SPEECH = 0.8
_SPARE_TOKENS = 16
_TOKENS_PER_S = 12
_FORBIDDEN_REPEAT = 5
_CONTEXT_TOKENS = 100
_SILENCE_MS = 3_000  # after a pass; with 2.5 s a third more is taken back, 5 s cost more
_SURE_LENGTH_MS = 2_000  # in shorter speech the language is not detected


class LiveWhisper:
    """A `LiveRecognizer` with Whisper.

    Only speech that was cut without a pause has the preceding text as context. A short segment
    after a pause is often another speaker or subject, and errors of the context are repeated in it:
    on recordings of many readers it raised the errors from 17 to 19-22 %, once from 27 to 45 %.
    """

    def __init__(
        self, net: WhisperNet, *, language: str | None, hotwords: Sequence[str] = ()
    ) -> None:
        """Create the recogniser of a new recording.

        Args:
            net: the network.
            language: ISO 639-1 code, None to detect it.
            hotwords: words that final sentences favour.

        Raises:
            OptionError: the model does not support the language.
        """
        self._given = None if language is None else MODEL_SPELLING.get(language, language)
        if self._given is not None and self._given not in net.languages:
            raise OptionError(
                f"The recogniser does not support the language '{language}'. "
                "Choose a two-letter code such as zh, en or ja, or automatic detection."
            )
        self._net = net
        self._hotwords = tuple(hotwords)
        self._decoder = WindowDecoder(net, options=WhisperOptions())
        self._simplified = SimplifiedChinese()
        self._contexts: dict[str, str] = {}  # the piece before in the same speech, by language
        self._language: str | None = self._given
        self._tails = PassingTails(self._decode)

    @property
    def passing_state(self) -> PassingState:
        """The rate of interim text; see `LiveRecognizer.passing_state`."""
        return self._tails.state

    @property
    def state(self) -> RecognizerState:
        """The state on which later segments depend; see `LiveRecognizer.state`."""
        return RecognizerState(tuple(sorted(self._contexts.items())), self._language)

    def restore(self, state: RecognizerState) -> None:
        """Continue from a state taken after a segment; see `LiveRecognizer.restore`."""
        self._contexts = dict(state.contexts)
        self._language = state.language

    def passing(self, audio: Audio, segment: OpenSegment, *, lag_ms: int) -> Hypothesis | None:
        """Return the interim text of the open segment; see `LiveRecognizer.passing`."""
        return self._tails.passing(audio, segment, lag_ms=lag_ms)

    def final(self, audio: Audio, segment: ClosedSegment) -> tuple[Sentence, ...]:
        """Return the final sentences of a segment; see `LiveRecognizer.final`."""
        contexts, self._contexts = self._contexts, {}
        encoded = self._net.encode(audio.cut(segment.padded))
        language = self._language = self._language_of(encoded, segment.padded)
        part = Part(segment.padded.start_ms, segment.padded.end_ms, 0, segment.padded)
        decoded = self._decoder.decode(
            NextWindow(PackedWindow((part,)), language, encoded),
            audio,
            context=contexts.get(language, ""),
            hotwords=self._hotwords,
        )
        if not segment.ends_run:
            self._contexts = {language: decoded.context}
        tokens = tuple(word.token for word in decoded.words)
        spoken = SpeechSegment(part.start_ms, part.end_ms)
        code = ISO_SPELLING.get(language, language)
        return sentences_from([RecognizedSegment(spoken, tokens, code)])

    def _decode(self, audio: Audio, span: Interval) -> str | None:
        """Decode a piece of audio with one beam; return None if the result is unreliable."""
        samples = audio.cut(span)
        encoded = self._net.encode(samples, silence_ms=_SILENCE_MS)
        language = self._language or self._language_of(encoded, span)
        context = PROMPTS.get(language, "") + self._contexts.get(language, "")
        decoded = self._net.decode(
            encoded,
            language=language,
            context=self._net.ids_of(context, language=language)[-_CONTEXT_TOKENS:],
            num_beams=1,
            max_new_tokens=_TOKENS_PER_S * len(samples) // SAMPLE_RATE_HZ + _SPARE_TOKENS,
            no_repeat_ngram=_FORBIDDEN_REPEAT,
        )
        if not _is_trusted(decoded):
            return None
        text = without_surplus(decoded.text, duration_ms=span.duration_ms)
        return self._simplified.rewrite([text])[0] if language == CHINESE else text

    def _language_of(self, encoded: EncodedWindow, span: Interval) -> str:
        """Return the language of a piece of audio as the model's tag, detected unless given."""
        if self._given is not None:
            return self._given
        if self._language is not None and span.duration_ms < _SURE_LENGTH_MS:
            return self._language
        probabilities = self._net.language_probabilities(encoded)
        if self._language is None:
            return choose_main_language(probabilities)
        return choose_part_language(probabilities, main=self._language)


def _is_trusted(decoded: Decoded) -> bool:
    return (
        decoded.mean_log_probability >= _MIN_LOG_PROBABILITY
        and decoded.repetitiveness <= _MAX_REPETITIVENESS
        and decoded.no_speech_probability <= _MAX_NO_SPEECH
    )
