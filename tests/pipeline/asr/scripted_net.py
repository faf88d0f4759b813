"""A network that hears levels: every stretch of constant level is an utterance of a script."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.whisper.text.spoken_units import TimedPiece
from pipeline.asr.whisper.whisper_model import EncodedWindow, Hypothesis
from pipeline.audio.samples import PCM_16_SCALE, SAMPLES_PER_MS, Audio
from pipeline.core.errors import InferenceError
from pipeline.core.transcript import SpeechSegment

LEVEL_STEP = 100  # utterance n is a level of n steps; silence is 0


@dataclass(frozen=True)
class Utterance:
    """What one stretch of speech is.

    Attributes:
        text: a character every `character_ms`; spaced words are pieces with the space before them.
        language: what the network takes it for.
    """

    text: str
    language: str = "zh"

    @property
    def character_ms(self) -> int:
        """A Chinese character is a syllable; a letter is less."""
        return 250 if self.language == "zh" else 200


@dataclass(frozen=True)
class Run:
    """A stretch of one utterance in a window, in milliseconds of the window."""

    number: int
    start_ms: int
    end_ms: int


@dataclass
class ScriptedNet:
    """Has the methods of WhisperNet and says what its script says.

    Attributes:
        script: utterances 1, 2, ...
        leaves_out: which of the utterances of a window the decoder passes over.
        rewrites: what the decoder makes of the text of a window, given its context.
        fails: whether the encoder fails on a window with these utterances.
        calls: what was decoded: (utterances, language, context).
    """

    script: Sequence[Utterance]
    leaves_out: Callable[[tuple[int, ...]], set[int]] = lambda numbers: set()
    rewrites: Callable[[str, str], str] = lambda text, context: text
    fails: Callable[[tuple[int, ...]], bool] = lambda numbers: False
    languages: tuple[str, ...] = ("en", "zh", "ja", "jw", "haw")
    calls: list[tuple[tuple[int, ...], str, str]] = field(default_factory=list)
    num_language_questions: int = 0

    def encode(self, samples: NDArray[np.float32], *, silence_ms: int = 5_000) -> EncodedWindow:
        levels = np.rint(samples[::SAMPLES_PER_MS] * PCM_16_SCALE / LEVEL_STEP).astype(int)
        runs: list[Run] = []
        at_ms = 0
        for level, group in groupby(levels.tolist()):
            length_ms = len(list(group))
            if level:
                runs.append(Run(level, at_ms, at_ms + length_ms))
            at_ms += length_ms
        if self.fails(tuple(run.number for run in runs)):
            raise InferenceError("the encoder failed")
        return EncodedWindow(tuple(runs), at_ms // 10)

    def language_probabilities(self, window: EncodedWindow) -> dict[str, float]:
        self.num_language_questions += 1
        lengths_ms: dict[str, int] = {}
        for run in window.states:
            language = self.script[run.number - 1].language
            lengths_ms[language] = lengths_ms.get(language, 0) + run.end_ms - run.start_ms
        total_ms = sum(lengths_ms.values())
        return {language: length / total_ms for language, length in lengths_ms.items()}

    def ids_of(self, text: str, *, language: str) -> tuple[int, ...]:
        return tuple(ord(character) for character in text)

    def decode(
        self,
        window: EncodedWindow,
        *,
        language: str,
        context: Sequence[int] = (),
        num_beams: int,
        max_new_tokens: int,
        no_repeat_ngram: int = 0,
    ) -> Hypothesis:
        numbers = tuple(run.number for run in window.states)
        said = "".join(chr(each) for each in context)
        self.calls.append((numbers, language, said))
        heard = [n for n in numbers if n not in self.leaves_out(numbers)]
        text = self.rewrites("".join(self.script[n - 1].text for n in heard), said)
        return Hypothesis(text, tuple(heard), -0.2, 0.0, 1.0)

    def align(
        self, window: EncodedWindow, hypothesis: Hypothesis, *, language: str
    ) -> tuple[TimedPiece, ...]:
        starts = {run.number: run.start_ms for run in window.states}
        if max(hypothesis.ids, default=0) > len(self.script):  # from `ids_of`
            first = window.states[0]
            step_ms = self.script[first.number - 1].character_ms
            return tuple(
                TimedPiece(chr(each), at_ms, at_ms + step_ms, 0.9)
                for at_ms, each in zip(count(first.start_ms, step_ms), hypothesis.ids, strict=False)
            )
        said = [self.script[number - 1] for number in hypothesis.ids]
        spans = [
            (start_ms, start_ms + each.character_ms)
            for number, each in zip(hypothesis.ids, said, strict=True)
            for start_ms in (starts[number] + each.character_ms * i for i in range(len(each.text)))
        ]
        last_ms = spans[-1][0] if spans else 0
        made_up = len(hypothesis.text) - len(spans)  # what was made up has no time of its own
        spans += [(last_ms, last_ms + 200)] * made_up
        return tuple(
            TimedPiece(piece[0], spans[piece.start()][0], spans[piece.end() - 1][1], 0.9)
            for piece in re.finditer(r" ?[a-z]+|.", hypothesis.text)
        )


def recording(segments: Sequence[SpeechSegment], duration_ms: int) -> Audio:
    """Silence, with utterance n in segment n."""
    pcm = np.zeros(duration_ms * SAMPLES_PER_MS, np.int16)
    for number, segment in enumerate(segments, start=1):
        chunk = slice(segment.start_ms * SAMPLES_PER_MS, segment.end_ms * SAMPLES_PER_MS)
        pcm[chunk] = number * LEVEL_STEP
    return Audio(pcm)
