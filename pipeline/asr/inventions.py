"""Text that a recogniser invents over noise: loops, credits, thanks to viewers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from pipeline.asr.spoken_units import TimedPiece
from pipeline.writing import is_letter_or_digit

MIN_LOOP_ROUNDS = 4  # people say a thing three times over, hardly ever four
MIN_LOOP_UNITS = 8  # 哈哈哈哈 is laughter
MAX_LOOP_PERIOD = 20  # units; longer loops repeat so seldom in 30 s that they are no loops
MIN_ECHO_LENGTH = 3  # characters
ECHO_SHARE = 0.7  # of a text that must be in its context
UNSURE = 0.6  # mean probability of a phrase that was said and understood is mostly above

# The same inside one word, where the recogniser sets no spaces or marks.
_LOOP_IN_WORD = re.compile(r"(\w{2,20}?)\1{4,}")

# Phrases that close the subtitles Whisper has learnt from. Credits are never spoken; thanks may
# be, so they go only where the recogniser is unsure of them.
_CREDITS = re.compile(
    r"字幕由[^，。]{0,20}提供|(?:中文)?字幕(?:志愿者|组|提供|制作)[^，。]{0,20}|"
    r"请不吝点赞[^。]{0,40}|明镜(?:与点点|需要您的支持)[^。]{0,20}|优优独播剧场[^。]{0,20}|"
    r"(?:subtitles|captions|transcribed) by [^.]{0,40}|[^.，。]{0,20}amara\.org[^.，。]{0,20}",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:谢谢|感谢)(?:大家|您|你|你们|各位)?(?:的)?(?:收看|观看|收听)|"
    r"(?:thanks|thank you)(?: so much| very much)? for (?:watching|listening)|please subscribe",
    re.IGNORECASE,
)


def without_inventions(units: Sequence[TimedPiece]) -> tuple[TimedPiece, ...]:
    """The units without loops but for their first round, credits, and doubtful thanks."""
    once = tuple(_without_loops(units))
    borders = tuple(accumulate((len(unit.text) for unit in once), initial=0))
    spans = list(_invented_spans("".join(unit.text for unit in once), once, borders))
    return tuple(
        unit
        for unit, (start, end) in zip(once, pairwise(borders), strict=True)
        if not any(start < stop and first < end for first, stop in spans)
    )


def has_loop(units: Sequence[TimedPiece]) -> bool:
    """Whether a phrase is repeated without end."""
    return any(
        _LOOP_IN_WORD.search(unit.text) or _loop_length(units, position)
        for position, unit in enumerate(units)
    )


def is_echo(text: str, context: str) -> bool:
    """Whether most of a text is said in its context already, in one piece.

    Over noise the decoder repeats what it was shown. People do so as well; only listening without
    the context tells.
    """
    said, shown = _bare(text), _bare(context)
    if len(said) < MIN_ECHO_LENGTH:
        return False
    match = SequenceMatcher(None, said, shown, autojunk=False).find_longest_match()
    return match.size >= ECHO_SHARE * len(said)


def _without_loops(units: Sequence[TimedPiece]) -> Iterator[TimedPiece]:
    position = 0
    while position < len(units):
        found = _loop_length(units, position)
        if found is None:
            unit = units[position]
            yield replace(unit, text=_LOOP_IN_WORD.sub(r"\1", unit.text))
            position += 1
        else:
            period, length = found
            yield from units[position : position + period]
            position += length


def _loop_length(units: Sequence[TimedPiece], start: int) -> tuple[int, int] | None:
    """Period and whole length, in units, of the loop that begins at a unit."""
    texts = [_bare(unit.text) for unit in units[start:]]
    for period in range(1, min(MAX_LOOP_PERIOD, len(texts) // MIN_LOOP_ROUNDS) + 1):
        length = period
        while length < len(texts) and texts[length] == texts[length - period]:
            length += 1
        if length >= max(MIN_LOOP_UNITS, MIN_LOOP_ROUNDS * period):
            return period, length
    return None


def _bare(text: str) -> str:
    return "".join(filter(is_letter_or_digit, text)).lower()


def _invented_spans(
    text: str, units: Sequence[TimedPiece], borders: Sequence[int]
) -> Iterator[tuple[int, int]]:
    for credit in _CREDITS.finditer(text):
        yield credit.span()
    for thanks in _THANKS.finditer(text):
        spoken = [
            unit.probability
            for unit, start in zip(units, borders, strict=False)
            if thanks.start() <= start < thanks.end()
        ]
        if spoken and sum(spoken) / len(spoken) < UNSURE:
            yield thanks.span()
