"""A recogniser that does not hear again what it has heard before an interruption."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.audio import Audio
from pipeline.record_log import KeptRecords
from pipeline.stages import Recognizer
from pipeline.transcript import RecognizedSegment, SpeechSegment, Token

_Stretch = tuple[tuple[int, int], ...]  # start and end of each segment


@dataclass(frozen=True, slots=True)
class RememberingRecognizer:
    """Looks stretches up among those that were kept, and keeps those that are finished.

    Attributes:
        inner: hears what is new.
        kept: a record for each stretch.
    """

    inner: Recognizer
    kept: KeptRecords
    _known: dict[_Stretch, tuple[RecognizedSegment, ...]] = field(init=False)

    def __post_init__(self) -> None:
        known = map(_read, self.kept.read())
        object.__setattr__(self, "_known", {_key([each.segment for each in s]): s for s in known})

    @property
    def emits_punctuation(self) -> bool:
        """Whether token texts carry punctuation already."""
        return self.inner.emits_punctuation

    @property
    def accepts_hotwords(self) -> bool:
        """Whether it can listen for given words."""
        return self.inner.accepts_hotwords

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes it can be asked for."""
        return self.inner.languages

    @property
    def num_parallel(self) -> int:
        """How many stretches are best recognised at the same time."""
        return self.inner.num_parallel

    def stretches(self, segments: Iterable[SpeechSegment]) -> Iterator[tuple[SpeechSegment, ...]]:
        """The stretches of the recogniser itself."""
        return self.inner.stretches(segments)

    def recognize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
    ) -> Iterator[RecognizedSegment]:
        """One result per segment, in the order given; see `Recognizer.recognize`.

        A stretch is kept when all of it has been handed over.
        """
        known = self._known.pop(_key(segments), None)
        if known is not None:
            yield from known
            return
        found: list[RecognizedSegment] = []
        for each in self.inner.recognize(audio, segments, language=language, hotwords=hotwords):
            found.append(each)
            yield each
        self.kept.append(_written(found))


def _key(segments: Sequence[SpeechSegment]) -> _Stretch:
    return tuple((each.start_ms, each.end_ms) for each in segments)


def _written(stretch: Sequence[RecognizedSegment]) -> bytes:
    return json.dumps(
        [
            {
                "segment": [each.segment.start_ms, each.segment.end_ms],
                "language": each.language,
                "tokens": [
                    [token.start_ms, token.end_ms, token.text, token.confidence]
                    for token in each.tokens
                ],
            }
            for each in stretch
        ],
        ensure_ascii=False,
    ).encode()


def _read(record: bytes) -> tuple[RecognizedSegment, ...]:
    stretch: list[dict[str, Any]] = json.loads(record)  # Any: as JSON has it
    return tuple(
        RecognizedSegment(
            SpeechSegment(*each["segment"]),
            tuple(Token(*token) for token in each["tokens"]),
            each["language"],
        )
        for each in stretch
    )
