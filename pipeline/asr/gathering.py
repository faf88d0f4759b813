"""Results of windows, put back together segment by segment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.asr.window_packing import Part
from pipeline.transcript import RecognizedSegment, SpeechSegment, Token


class SegmentGathering:
    """Takes parts in any order, gives segments in theirs, each as soon as it is complete."""

    def __init__(self, segments: Sequence[SpeechSegment]) -> None:
        """Wait for the parts of these segments."""
        self._segments = segments
        self._done: list[dict[Part, tuple[tuple[Token, ...], str]]] = [{} for _ in segments]
        self._num_given = 0

    def add(self, part: Part, tokens: Sequence[Token], language: str) -> None:
        """A part is done.

        Args:
            part: which one.
            tokens: sorted, inside the part.
            language: in which it was recognised, "" where that failed.
        """
        self._done[part.segment][part] = (tuple(tokens), language)

    def take_complete(self, to_do: Sequence[Part]) -> Iterator[RecognizedSegment]:
        """The segments that are complete and were not given yet.

        Args:
            to_do: the parts that are still missing, sorted.
        """
        stop = to_do[0].segment if to_do else len(self._segments)
        for number in range(self._num_given, stop):
            yield self._result(number)
        self._num_given = max(self._num_given, stop)

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
