"""The protocol of speech recognisers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from pipeline.audio.samples import Audio
from pipeline.core.transcript import RecognizedSegment, SpeechSegment


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
