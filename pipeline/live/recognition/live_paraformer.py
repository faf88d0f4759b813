"""Paraformer for live recordings: streaming model for interim, offline model for final text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.asr.paraformer.paraformer import ParaformerRecognizer
from pipeline.asr.paraformer_streaming.streaming_paraformer import (
    ParaformerStream,
    StreamingParaformer,
)
from pipeline.audio.samples import SAMPLES_PER_MS, Audio
from pipeline.core.errors import OptionError
from pipeline.core.intervals import Interval
from pipeline.core.transcript import Mark, RecognizedSegment, Sentence, SpeechSegment
from pipeline.live.events import PassingState
from pipeline.live.options import LiveOptions
from pipeline.live.recognition.passing_tails import PassingTails
from pipeline.live.recognition.recognizer import Hypothesis, RecognizerState
from pipeline.live.segmenter import ClosedSegment, OpenSegment
from pipeline.models.recognizer_choice import PARAFORMER_LANGUAGES
from pipeline.punctuation.ct_transformer.ct_transformer import CtTransformerPunctuator
from pipeline.punctuation.marked_tokens import with_marks, with_western_marks, words_of
from pipeline.punctuation.punctuated import unpunctuated_sentences
from pipeline.punctuation.sentences import sentences_from

_MAX_WORDS = 200  # before the segment, that the punctuation model reads again
_WORDS, _MARK = "words", "mark"  # names of the contexts
_FORCED_END = Mark.FULL_STOP


@dataclass(frozen=True, slots=True)
class ParaformerModels:
    """The models of a Mandarin recogniser for live recordings.

    Attributes:
        recognizer: recogniser of the final texts.
        streaming: recogniser of the interim text; None to use `recognizer` for it.
        punctuator: adds punctuation; None for none.
    """

    recognizer: ParaformerRecognizer
    streaming: StreamingParaformer | None = None
    punctuator: CtTransformerPunctuator | None = None


class LiveParaformer:
    """A `LiveRecognizer` with Paraformer."""

    def __init__(self, models: ParaformerModels, options: LiveOptions) -> None:
        """Create the recogniser of a new recording.

        Raises:
            OptionError: another language than Chinese, or hotwords for a model without them.
        """
        _check(models.recognizer, options)
        self._recognizer = models.recognizer
        self._hotwords = options.hotwords
        self._marks = RunningMarks(models.punctuator)
        self._passing: StreamedText | PassingTails = (
            PassingTails(self._decode)
            if models.streaming is None
            else StreamedText(models.streaming)
        )

    @property
    def passing_state(self) -> PassingState:
        """The rate of interim text; see `LiveRecognizer.passing_state`."""
        return self._passing.state

    @property
    def state(self) -> RecognizerState:
        """The state on which later segments depend; see `LiveRecognizer.state`."""
        words = "\n".join(self._marks.words)
        return RecognizerState(((_MARK, self._marks.last.value), (_WORDS, words)))

    def restore(self, state: RecognizerState) -> None:
        """Continue from a state taken after a segment; see `LiveRecognizer.restore`."""
        contexts = dict(state.contexts)
        words = contexts[_WORDS]
        self._marks.words = tuple(words.split("\n")) if words else ()
        self._marks.last = Mark(contexts[_MARK])

    def passing(self, audio: Audio, segment: OpenSegment, *, lag_ms: int) -> Hypothesis | None:
        """Return the interim text of the open segment; see `LiveRecognizer.passing`."""
        return self._passing.passing(audio, segment, lag_ms=lag_ms)

    def final(self, audio: Audio, segment: ClosedSegment) -> tuple[Sentence, ...]:
        """Return the final sentences of a segment; see `LiveRecognizer.final`."""
        recognized = self._recognize(audio, segment)
        return self._marks.sentences_of(recognized, is_end=segment.ends_recording)

    def _decode(self, audio: Audio, span: Interval) -> str | None:
        tokens = self._recognize(audio, span).tokens
        return "".join(token.text for token in tokens).strip() or None

    def _recognize(self, audio: Audio, span: Interval) -> RecognizedSegment:
        (found,) = self._recognizer.recognize(
            audio,
            [SpeechSegment(span.start_ms, span.end_ms)],
            language=None,
            hotwords=self._hotwords,
        )
        return found


class StreamedText:
    """The interim text of one recording from the streaming model; all of it is stable."""

    def __init__(self, model: StreamingParaformer) -> None:
        """Create the interim text stream of a new recording."""
        self._model = model
        self._stream: ParaformerStream | None = None
        self._number = -1  # of the segment to which the stream belongs
        self._next_sample = 0
        self._text = ""

    @property
    def state(self) -> PassingState:
        """Always "on", since the streaming model is fast and cannot skip speech."""
        return "on"

    def passing(self, audio: Audio, segment: OpenSegment, *, lag_ms: int) -> Hypothesis | None:  # noqa: ARG002 - see above
        """Return the interim text of the open segment; see `LiveRecognizer.passing`."""
        if self._stream is None or segment.number != self._number:
            self._stream, self._number, self._text = self._model.open(), segment.number, ""
            self._next_sample = segment.start_ms * SAMPLES_PER_MS
        samples = audio.read(self._next_sample, audio.num_samples)
        self._next_sample += len(samples)
        pieces = self._stream.feed(samples)
        more = "".join(piece.text for piece in pieces)
        if not more:
            return None
        self._text += more
        return Hypothesis(self._text, len(self._text), segment.start_ms + pieces[-1].heard_ms)


class RunningMarks:
    """Punctuation of segments that are sent one by one.

    The model reads each segment together with the words since the last sentence end. Punctuation
    that it then predicts between earlier words is ignored, because these words were already sent.

    Attributes:
        words: words since the last sentence end.
        last: punctuation after the last of these words.
    """

    def __init__(self, punctuator: CtTransformerPunctuator | None) -> None:
        """Create the punctuation state of a new recording.

        Args:
            punctuator: adds punctuation; None for none.
        """
        self._punctuator = punctuator
        self.words: tuple[str, ...] = ()
        self.last = Mark.FULL_STOP

    def sentences_of(self, segment: RecognizedSegment, *, is_end: bool) -> tuple[Sentence, ...]:
        """Divide the next segment into sentences with punctuation.

        Args:
            segment: the segment, which may have no words.
            is_end: whether the recording ends with it, so that its last word ends a sentence.
        """
        if self._punctuator is None:
            return unpunctuated_sentences([segment])
        words = words_of([segment])
        if not words:
            return ()
        marks = self._punctuator.guess((*self.words, *words))[len(self.words) :]
        if is_end and not marks[-1].ends_sentence:
            marks = (*marks[:-1], _FORCED_END)
        marked = with_marks([segment], marks, before=self.last)
        self._remember(words, marks)
        return tuple(with_western_marks(each) for each in sentences_from(marked))

    def _remember(self, words: Sequence[str], marks: Sequence[Mark]) -> None:
        ends = [place for place, mark in enumerate(marks, start=1) if mark.ends_sentence]
        kept = words[ends[-1] :] if ends else (*self.words, *words)
        self.words = tuple(kept)[-_MAX_WORDS:]
        self.last = marks[-1]


def _check(recognizer: ParaformerRecognizer, options: LiveOptions) -> None:
    if options.language not in PARAFORMER_LANGUAGES:
        raise OptionError(
            f"Paraformer recognises Chinese, not '{options.language}'. Choose zh as the "
            "language, or another recogniser."
        )
    if options.hotwords and not recognizer.accepts_hotwords:
        raise OptionError(
            "This Paraformer does not accept hotwords: only the SeACo model has the graph "
            "for them. Leave the hotwords out, or install that model."
        )
