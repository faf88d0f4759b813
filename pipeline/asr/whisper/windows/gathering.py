"""Collection of window results, grouped by speech segment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.asr.whisper.windows.window_packing import Part
from pipeline.core.transcript import RecognizedSegment, SpeechSegment, Token


class SegmentGathering:
    """A buffer that takes parts of segments in any order and returns complete segments in order."""

    def __init__(self, segments: Sequence[SpeechSegment]) -> None:
        """Create an empty buffer for the results of these segments."""
        self._segments = segments
        self._done: list[dict[Part, tuple[tuple[Token, ...], str]]] = [{} for _ in segments]
        self._num_yielded = 0

    def add(self, part: Part, tokens: Sequence[Token], language: str) -> None:
        """Store the result of one part.

        Args:
            part: the finished part.
            tokens: sorted, inside the part.
            language: recognised language, "" if recognition failed.
        """
        self._done[part.segment][part] = (tuple(tokens), language)

    def take_complete(self, to_do: Sequence[Part]) -> Iterator[RecognizedSegment]:
        """Yield the newly completed segments in order.

        Args:
            to_do: the parts that are not done yet, sorted.
        """
        stop = to_do[0].segment if to_do else len(self._segments)
        for number in range(self._num_yielded, stop):
            yield self._result(number)
        self._num_yielded = max(self._num_yielded, stop)

    def _result(self, number: int) -> RecognizedSegment:
        parts = sorted(self._done[number].items(), key=lambda each: each[0].start_ms)
        spoken_ms: dict[str, int] = {}
        for part, (_, language) in parts:
            spoken_ms[language] = spoken_ms.get(language, 0) + part.duration_ms
        return RecognizedSegment(
            segment=self._segments[number],
            tokens=tuple(token for _, (tokens, _) in parts for token in tokens),
            language=max(spoken_ms, key=lambda each: spoken_ms[each], default=""),
        )
