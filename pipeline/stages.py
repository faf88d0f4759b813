"""The roles of the pipeline. Implementations satisfy a role by shape, not by inheritance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.audio import Audio
from pipeline.intervals import Interval
from pipeline.marks import Mark
from pipeline.options import SpeakerCount
from pipeline.progress import Report, ignore_report
from pipeline.record_log import KeptRecords
from pipeline.transcript import RecognizedSegment, SpeechSegment


class Vad(Protocol):
    """Finds where somebody speaks."""

    def detect(self, audio: Audio, *, report: Report = ignore_report) -> tuple[SpeechSegment, ...]:
        """Speech regions: sorted, disjoint, inside the audio; none where nobody speaks.

        `report` counts milliseconds of audio.
        """
        ...

    def follow(
        self,
        audio: Audio,
        *,
        report: Report = ignore_report,
        kept: KeptRecords | None = None,
    ) -> Iterator[SpeechSegment]:
        """The same regions, each as soon as the audio that decides about it is there.

        Args:
            audio: the recording; it may still be growing.
            report: counts milliseconds of audio, of as many as are expected at the time.
            kept: what was found before an interruption.
        """
        ...


class Recognizer(Protocol):
    """Turns speech into tokens with times."""

    @property
    def emits_punctuation(self) -> bool:
        """Whether token texts carry punctuation already."""
        ...

    @property
    def accepts_hotwords(self) -> bool:
        """Whether it can listen for given words."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes it can be asked for, Chinese first where it speaks it."""
        ...

    @property
    def num_parallel(self) -> int:
        """How many stretches are best recognised at the same time, at least 1."""
        ...

    def stretches(self, segments: Iterable[SpeechSegment]) -> Iterator[tuple[SpeechSegment, ...]]:
        """Divides a recording into stretches that are recognised independently of each other.

        Args:
            segments: sorted, disjoint; they may arrive one by one, and a stretch is given as soon
                as it is complete.
        """
        ...

    def recognize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
    ) -> Iterator[RecognizedSegment]:
        """One result per segment, in the order given; token times count from the recording.

        May be called for several stretches at the same time, each from a thread of its own.

        Args:
            audio: the whole recording.
            segments: those of one stretch; sorted, disjoint.
            language: ISO 639-1 code, or None to find out.
            hotwords: words to listen for.

        Raises:
            OptionError: it does not know the language, or cannot listen for hotwords.
            InferenceError: it can work on none of these segments.
        """
        ...


class PunctuationStream(Protocol):
    """Finds where sentences and clauses end in words that come little by little."""

    def feed(self, words: Sequence[str]) -> tuple[Mark, ...]:
        """The marks that are settled by the next words.

        They are for the words after those that have got one already, never for the last word.
        """
        ...

    def finish(self, *, report: Report = ignore_report) -> tuple[Mark, ...]:
        """The mark after each of all words, as `Punctuator.punctuate` gives them."""
        ...


class Punctuator(Protocol):
    """Finds where sentences and clauses end in a row of words."""

    def follow(self) -> PunctuationStream:
        """Begin a recording whose words come little by little."""
        ...

    def punctuate(
        self, words: Sequence[str], *, report: Report = ignore_report
    ) -> tuple[Mark, ...]:
        """The mark after each word; no words give no marks.

        `words` are all words of a recording in order of time, without marks; `report` counts
        words, or pieces of words.
        """
        ...


class SpeakerEmbedder(Protocol):
    """Turns excerpts of speech into points whose distance tells voices apart."""

    def embed(
        self, audio: Audio, windows: Sequence[Interval], *, report: Report = ignore_report
    ) -> NDArray[np.float32]:
        """One embedding per window.

        `report` counts windows.

        Returns:
            (num_windows, embedding_dim) float32, each row of length 1.
        """
        ...


class Clusterer(Protocol):
    """Groups embeddings by voice."""

    def cluster(
        self, embeddings: NDArray[np.float32], num_speakers: SpeakerCount
    ) -> NDArray[np.int64]:
        """A label per embedding.

        Args:
            embeddings: (num_windows, embedding_dim) float32, in order of time.
            num_speakers: how many labels there may be.

        Returns:
            (num_windows,) int64: labels 0..K-1 without gaps, numbered by first appearance.
        """
        ...
