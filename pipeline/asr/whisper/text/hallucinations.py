"""Detection and removal of Whisper's hallucinations: loops, subtitle credits, repeated prompts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from pipeline.asr.whisper.text.spoken_units import TimedPiece, spoken_units
from pipeline.text.scripts import count_syllables, is_letter_or_digit

MIN_LOOP_ROUNDS = 4  # speakers repeat a phrase three times, hardly ever four
MIN_LOOP_UNITS = 8  # 哈哈哈哈 is laughter
MAX_LOOP_PERIOD = 20  # units; longer loops repeat too rarely in 30 s to be recognised as loops
MAX_SYLLABLES_PER_S = 8  # rapid speech has seven
SPARE_SYLLABLES = 2
REPEATED_UNITS = 3
MIN_ECHO_LENGTH = 3  # characters
ECHO_SHARE = 0.7  # share of a text that must occur in its context
MIN_CONFIDENCE = 0.6  # mean probability; correctly recognised phrases are mostly above it

_MS_PER_S = 1000

# A loop inside one word, where the recogniser sets no spaces or punctuation.
_LOOP_IN_WORD = re.compile(r"(\w{2,20}?)\1{4,}")

# Closing phrases of the subtitles in Whisper's training data. Credits are never spoken; thanks
# may be, so they are removed only at low confidence.
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


def without_hallucinations(units: Sequence[TimedPiece]) -> tuple[TimedPiece, ...]:
    """Remove subtitle credits, unsure thanks to viewers, and the repetitions of looping phrases."""
    once = tuple(_without_loops(units))
    borders = tuple(accumulate((len(unit.text) for unit in once), initial=0))
    spans = list(_hallucinated_spans("".join(unit.text for unit in once), once, borders))
    return tuple(
        unit
        for unit, (start, end) in zip(once, pairwise(borders), strict=True)
        if not any(start < stop and first < end for first, stop in spans)
    )


def has_loop(units: Sequence[TimedPiece]) -> bool:
    """Return whether a phrase repeats so often that the decoder must have been in a loop."""
    return any(
        _LOOP_IN_WORD.search(unit.text) or _loop_length(units, position)
        for position, unit in enumerate(units)
    )


def without_surplus(text: str, *, duration_ms: int) -> str:
    """Cut a text off where it begins to repeat itself, if it is longer than can be spoken.

    At the end of a short clip the decoder sometimes goes on with the same phrase in other
    characters (上海家庭呢上海家庇呢), of which `has_loop` finds nothing.

    Args:
        text: decoded text of a clip.
        duration_ms: length of the clip.
    """
    longest = MAX_SYLLABLES_PER_S * duration_ms / _MS_PER_S + SPARE_SYLLABLES
    if count_syllables(text) <= longest:
        return text
    units = [unit.text for unit in spoken_units([TimedPiece(text, 0, 0, 1.0)])]
    return "".join(units[: _num_before_repeat([_bare(unit) for unit in units])])


def is_echo(text: str, context: str) -> bool:
    """Return whether most of a text occurs as one piece in the text of the decoder's prompt.

    Over noise the decoder repeats its prompt. Speakers repeat themselves as well; only decoding
    without the context separates the two. A very short text is never an echo.
    """
    spoken_text, context_text = _bare(text), _bare(context)
    if len(spoken_text) < MIN_ECHO_LENGTH:
        return False
    match = SequenceMatcher(None, spoken_text, context_text, autojunk=False).find_longest_match()
    return match.size >= ECHO_SHARE * len(spoken_text)


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
    """Return the period and length of the loop that begins at unit `start`, or None without one."""
    texts = [_bare(unit.text) for unit in units[start:]]
    for period in range(1, min(MAX_LOOP_PERIOD, len(texts) // MIN_LOOP_ROUNDS) + 1):
        length = period
        while length < len(texts) and texts[length] == texts[length - period]:
            length += 1
        if length >= max(MIN_LOOP_UNITS, MIN_LOOP_ROUNDS * period):
            return period, length
    return None


def _num_before_repeat(units: Sequence[str]) -> int:
    """Return the number of units before the first phrase that occurred before."""
    places: dict[tuple[str, ...], int] = {}
    for place in range(len(units) - REPEATED_UNITS + 1):
        phrase = tuple(units[place : place + REPEATED_UNITS])
        if place - places.setdefault(phrase, place) >= REPEATED_UNITS:
            return place
    return len(units)


def _bare(text: str) -> str:
    return "".join(filter(is_letter_or_digit, text)).lower()


def _hallucinated_spans(
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
        if spoken and sum(spoken) / len(spoken) < MIN_CONFIDENCE:
            yield thanks.span()
