"""Interfaces of the pipeline's exchangeable stages, as protocols."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval
from pipeline.core.options import SpeakerCount
from pipeline.core.progress import Report, ignore_report
from pipeline.core.transcript import Mark, RecognizedSegment, SpeechSegment
from pipeline.runtime.append_log import StoredRecords


class Vad(Protocol):
    """A voice activity detector."""

    def detect(self, audio: Audio, *, report: Report = ignore_report) -> tuple[SpeechSegment, ...]:
        """Return the speech segments: sorted, disjoint, inside the audio; empty without speech.

        `report` counts milliseconds of audio.
        """
        ...

    def follow(
        self,
        audio: Audio,
        *,
        report: Report = ignore_report,
        kept: StoredRecords | None = None,
    ) -> Iterator[SpeechSegment]:
        """Yield the speech segments, each as soon as enough audio has arrived.

        Args:
            audio: the recording; it may still be growing.
            report: counts milliseconds of audio and their expected total.
            kept: stored work from before an interruption.
        """
        ...


class Recognizer(Protocol):
    """A speech recogniser whose tokens have times."""

    @property
    def emits_punctuation(self) -> bool:
        """Whether tokens include punctuation."""
        ...

    @property
    def accepts_hotwords(self) -> bool:
        """Whether the recogniser accepts hotwords."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes that the recogniser accepts, Chinese first if supported."""
        ...

    @property
    def num_parallel(self) -> int:
        """Number of chunks that may be recognised in parallel, at least 1."""
        ...

    def chunks(self, segments: Iterable[SpeechSegment]) -> Iterator[tuple[SpeechSegment, ...]]:
        """Divide a recording into chunks that can be recognised independently.

        Args:
            segments: sorted, disjoint; they may arrive one by one, and a chunk is yielded as
                soon as it is complete.
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
        """Yield one result per segment in input order, with token times in recording time.

        May be called for several chunks in parallel, each from a separate thread.

        Args:
            audio: the whole recording.
            segments: the segments of one chunk; sorted, disjoint.
            language: ISO 639-1 code, or None to detect it.
            hotwords: words to favour.

        Raises:
            OptionError: the language or hotwords are not supported.
            InferenceError: the model failed on all these segments.
        """
        ...


class PunctuationStream(Protocol):
    """A predictor of punctuation for words that arrive incrementally."""

    def feed(self, words: Sequence[str]) -> tuple[Mark, ...]:
        """Process the next words; return the punctuation marks that become final.

        They follow the words marked so far; the last word never gets a mark here.
        """
        ...

    def finish(self, *, report: Report = ignore_report) -> tuple[Mark, ...]:
        """Return the marks after all words, equal to the result of `Punctuator.punctuate`."""
        ...


class Punctuator(Protocol):
    """A predictor of punctuation for a sequence of words."""

    def follow(self) -> PunctuationStream:
        """Create a punctuation stream for a recording whose words arrive incrementally."""
        ...

    def punctuate(
        self, words: Sequence[str], *, report: Report = ignore_report
    ) -> tuple[Mark, ...]:
        """Return the punctuation mark after each word; empty for no words.

        `words` are all words of a recording in order of time, without punctuation; `report`
        counts words, or pieces of words.
        """
        ...


class SpeakerEmbedder(Protocol):
    """A converter of speech windows to vectors that are close for the same speaker."""

    def embed(
        self, audio: Audio, windows: Sequence[Interval], *, report: Report = ignore_report
    ) -> NDArray[np.float32]:
        """Return one embedding per window.

        `report` counts windows.

        Returns:
            (num_windows, embedding_dim) float32, rows of unit length.
        """
        ...


class Clusterer(Protocol):
    """A method of grouping speaker embeddings by speaker."""

    def cluster(
        self, embeddings: NDArray[np.float32], num_speakers: SpeakerCount
    ) -> NDArray[np.int64]:
        """Return a speaker label for each embedding.

        Args:
            embeddings: (num_windows, embedding_dim) float32, in order of time.
            num_speakers: allowed number of labels.

        Returns:
            (num_windows,) int64: labels 0..K-1 without gaps, numbered by first appearance.
        """
        ...
