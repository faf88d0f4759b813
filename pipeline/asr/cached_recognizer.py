"""A recogniser that reuses the results stored before an interruption."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.asr.protocol import Recognizer
from pipeline.audio.samples import Audio
from pipeline.core.transcript import RecognizedSegment, SpeechSegment, Token
from pipeline.runtime.append_log import StoredRecords

_Chunk = tuple[tuple[int, int], ...]  # start and end of each segment


@dataclass(frozen=True, slots=True)
class CachedRecognizer:
    """A recogniser that returns stored results where available and stores each new result.

    Attributes:
        inner: recogniser for new chunks.
        kept: stored records, one per chunk.
    """

    inner: Recognizer
    kept: StoredRecords
    _known: dict[_Chunk, tuple[RecognizedSegment, ...]] = field(init=False)

    def __post_init__(self) -> None:
        known = map(_from_json, self.kept.read())
        object.__setattr__(self, "_known", {_key([each.segment for each in s]): s for s in known})

    @property
    def emits_punctuation(self) -> bool:
        """Whether the tokens of the inner recogniser include punctuation."""
        return self.inner.emits_punctuation

    @property
    def accepts_hotwords(self) -> bool:
        """Whether the inner recogniser accepts hotwords."""
        return self.inner.accepts_hotwords

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes that the inner recogniser accepts."""
        return self.inner.languages

    @property
    def num_parallel(self) -> int:
        """Number of chunks that may be recognised in parallel."""
        return self.inner.num_parallel

    def chunks(self, segments: Iterable[SpeechSegment]) -> Iterator[tuple[SpeechSegment, ...]]:
        """Divide the segments into chunks as the inner recogniser does."""
        return self.inner.chunks(segments)

    def recognize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        *,
        language: str | None,
        hotwords: Sequence[str] = (),
    ) -> Iterator[RecognizedSegment]:
        """Yield one result per segment in input order, from the stored results where they exist.

        A chunk is stored once all its results have been yielded.
        """
        known = self._known.pop(_key(segments), None)
        if known is not None:
            yield from known
            return
        found: list[RecognizedSegment] = []
        for each in self.inner.recognize(audio, segments, language=language, hotwords=hotwords):
            found.append(each)
            yield each
        self.kept.append(_to_json(found))


def _key(segments: Sequence[SpeechSegment]) -> _Chunk:
    return tuple((each.start_ms, each.end_ms) for each in segments)


def _to_json(chunk: Sequence[RecognizedSegment]) -> bytes:
    return json.dumps(
        [
            {
                "segment": [each.segment.start_ms, each.segment.end_ms],
                "language": each.language,
                "tokens": [
                    [
                        token.start_ms,
                        token.end_ms,
                        token.text,
                        token.confidence,
                        token.alternatives,
                        token.text_without_lm,
                    ]
                    for token in each.tokens
                ],
            }
            for each in chunk
        ],
        ensure_ascii=False,
    ).encode()


def _from_json(record: bytes) -> tuple[RecognizedSegment, ...]:
    chunk: list[dict[str, Any]] = json.loads(record)  # Any: parsed JSON
    return tuple(
        RecognizedSegment(
            SpeechSegment(*each["segment"]),
            tuple(map(_token, each["tokens"])),
            each["language"],
        )
        for each in chunk
    )


def _token(fields: Sequence[Any]) -> Token:
    """Convert a stored record to a token; earlier versions stored four or five of the fields."""
    start_ms, end_ms, text, confidence, *later = fields
    alternatives, text_without_lm, *_ = (*later, None, None)
    return Token(start_ms, end_ms, text, confidence, tuple(alternatives or ()), text_without_lm)
