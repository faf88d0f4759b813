"""Conversion of tokens to words by the reference system's rules, errors included (spec 4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.asr.paraformer.detokenize import SILENT_TOKENS, TimedText, join_spelled
from pipeline.asr.paraformer.vocabulary import CONTINUES


def reference_words(tokens: Sequence[TimedText]) -> tuple[TimedText, ...]:
    """Join tokens into words with times exactly as the reference system does.

    After an unknown token every time is one token early; a piece without a continuation joins the
    next English word or is dropped. Only signs such as `&`, which get no time in the reference
    system, keep their own time here, so that every word has one.
    """
    spoken = [token for token in tokens if token.text not in SILENT_TOKENS]
    shifted = [
        replace(token, start_ms=timed.start_ms, end_ms=timed.end_ms)
        for token, timed in zip(spoken, tokens, strict=False)
    ]
    return tuple(join_spelled(_join_pieces(shifted)))


@dataclass
class _OpenWord:
    """A partially assembled word, whose time may be complete before its text."""

    text: str = ""
    greedy_text: str = ""
    times: tuple[int, int] | None = None
    confidences: list[float] = field(default_factory=list)

    def read(self, token: TimedText) -> None:
        start_ms = token.start_ms if self.times is None else self.times[0]
        self.times = (start_ms, token.end_ms)
        self.text += token.text.replace(CONTINUES, "")
        self.greedy_text += token.greedy_text.replace(CONTINUES, "")
        self.confidences.append(token.confidence)

    def close(self) -> TimedText:
        assert self.times is not None
        word = TimedText(
            self.text,
            *self.times,
            sum(self.confidences) / len(self.confidences),
            text_without_lm=None if self.greedy_text == self.text else self.greedy_text,
        )
        self.text, self.greedy_text, self.times, self.confidences = "", "", None, []
        return word


def _join_pieces(tokens: Sequence[TimedText]) -> Iterator[TimedText]:
    word = _OpenWord()
    for token in tokens:
        if all(_counts_as_chinese(each) for each in token.text):
            yield token if word.times is None else _with_times(token, word.times)
            word.times = None
        elif CONTINUES in token.text:
            word.read(token)
        elif all(each.isalpha() or each == "'" for each in token.text):
            word.read(token)
            yield word.close()
        else:
            yield token


def _with_times(token: TimedText, times: tuple[int, int]) -> TimedText:
    return replace(token, start_ms=times[0], end_ms=times[1])


def _counts_as_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" or "0" <= character <= "9" or character == "@"
