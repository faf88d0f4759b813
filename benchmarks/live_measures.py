"""Delays, stability and errors of a live transcription, from the times of its events."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.live.events import FinalText, LiveEvent, PassingText
from pipeline.metrics import character_errors, spoken_characters


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """Event with the time of its output by the recogniser, in seconds of the recording."""

    at_s: float
    event: LiveEvent


@dataclass(frozen=True, slots=True)
class SpokenCharacter:
    """Character of the reference with the time of its end in the recording."""

    text: str
    at_s: float


@dataclass(frozen=True, slots=True)
class Shown:
    """Text shown at one time.

    Attributes:
        at_s: time from which it is shown.
        text: spoken characters of the final texts and the interim text.
        num_firm: number of leading characters in final texts or the firm part.
        num_final: number of leading characters in final texts.
    """

    at_s: float
    text: str
    num_firm: int
    num_final: int


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """Measures of one recording; delays are in seconds, one per character.

    Attributes:
        errors: character error rate of the last text.
        num_characters: length of the last text.
        first: delays until a character is shown in any form.
        settled: delays until it is shown in its last form.
        firm: delays until it is in its last form within a final text or a firm part.
        final: delays until it is in a final text.
        segments: delays from the last speech of a segment to its final text.
        erased: characters removed again, per character of the last text.
        firm_erased: firm characters removed again, per character of the last text.
    """

    errors: float
    num_characters: int
    first: tuple[float, ...]
    settled: tuple[float, ...]
    firm: tuple[float, ...]
    final: tuple[float, ...]
    segments: tuple[float, ...]
    erased: float
    firm_erased: float


def shown_texts(events: Iterable[TimedEvent]) -> list[Shown]:
    """Return the text shown after each interim or final text."""
    shown: list[Shown] = []
    finals = ""
    for each in events:
        passing, num_firm = "", 0
        if isinstance(each.event, FinalText):
            finals += "".join(sentence.text for sentence in each.event.sentences)
        elif isinstance(each.event, PassingText):
            passing, num_firm = each.event.text, each.event.num_firm
        else:
            continue
        num_final = len(spoken_characters(finals))
        shown.append(
            Shown(
                each.at_s,
                spoken_characters(finals + passing),
                len(spoken_characters(finals + passing[:num_firm])),
                num_final,
            )
        )
    return shown


def measure(
    reference: Sequence[SpokenCharacter],
    events: Sequence[TimedEvent],
    *,
    speech_ends_s: Sequence[float],
) -> LiveFigures:
    """Compute the measures of one recording.

    Args:
        reference: characters of the reference text.
        events: events in order of time.
        speech_ends_s: last speech of each segment, in order.
    """
    shown = shown_texts(events)
    last = shown[-1].text if shown else ""
    said = "".join(each.text for each in reference)
    spoken_at = _times_of(last, reference)
    counterparts = [_alignment(each.text, last) for each in shown]
    finals = [each.at_s for each in events if isinstance(each.event, FinalText)]

    def delays(times_s: Sequence[float | None]) -> tuple[float, ...]:
        pairs = zip(times_s, spoken_at, strict=True)
        return tuple(at - spoken for at, spoken in pairs if at is not None and spoken is not None)

    return LiveFigures(
        errors=character_errors(said, last).rate,
        num_characters=len(last),
        first=delays(_first_times(shown, counterparts, len(last))),
        settled=delays(_settled_times(shown, counterparts, last, lambda each: len(each.text))),
        firm=delays(_settled_times(shown, counterparts, last, lambda each: each.num_firm)),
        final=delays(_final_times(shown, len(last))),
        segments=tuple(at - end for at, end in zip(finals, speech_ends_s, strict=False)),
        erased=_erased([each.text for each in shown]) / max(1, len(last)),
        firm_erased=_erased([each.text[: each.num_firm] for each in shown]) / max(1, len(last)),
    )


def percentiles(values: Sequence[float]) -> str:
    """Return the 50th, 90th and 95th percentile as text."""
    if not values:
        return "-"
    return "/".join(f"{np.percentile(values, share):.2f}" for share in (50, 90, 95))


def _times_of(last: str, reference: Sequence[SpokenCharacter]) -> list[float | None]:
    said = "".join(each.text for each in reference)
    return [None if place < 0 else reference[place].at_s for place in _alignment(said, last)]


def _first_times(
    shown: Sequence[Shown], counterparts: Sequence[Sequence[int]], length: int
) -> list[float | None]:
    times: list[float | None] = [None] * length
    for each, places in zip(shown, counterparts, strict=True):
        for number, place in enumerate(places):
            if place >= 0 and times[number] is None:
                times[number] = each.at_s
    return times


def _settled_times(
    shown: Sequence[Shown],
    counterparts: Sequence[Sequence[int]],
    last: str,
    reach: Callable[[Shown], int],
) -> list[float | None]:
    times: list[float | None] = [None] * len(last)
    for each, places in zip(shown, counterparts, strict=True):
        for number, place in enumerate(places):
            is_settled = 0 <= place < reach(each) and each.text[place] == last[number]
            if not is_settled:
                times[number] = None
            elif times[number] is None:
                times[number] = each.at_s
    return times


def _final_times(shown: Sequence[Shown], length: int) -> list[float | None]:
    times: list[float | None] = [None] * length
    done = 0
    for each in shown:
        for number in range(done, min(each.num_final, length)):
            times[number] = each.at_s
        done = max(done, each.num_final)
    return times


def _erased(texts: Sequence[str]) -> int:
    total, before = 0, ""
    for text in texts:
        total += len(before) - len(os.path.commonprefix([before, text]))  # noqa: RUF071 - of text
        before = text
    return total


def _alignment(source: str, target: str) -> list[int]:
    """Return for each character of `target` its position in `source`, -1 for an inserted one.

    Of several best alignments, the one with the latest insertions is returned, because a text that
    is still being spoken lacks its end.
    """
    costs = _costs(source, target)
    places = [-1] * len(target)
    i, j = len(source), len(target)
    while i and j:
        if costs[i, j] == costs[i, j - 1] + 1:
            j -= 1
        elif costs[i, j] == costs[i - 1, j] + 1:
            i -= 1
        else:
            i, j = i - 1, j - 1
            places[j] = i
    return places


def _costs(source: str, target: str) -> NDArray[np.int64]:
    """Return the edit distances of all prefixes of two texts."""
    letters = np.array(list(target), dtype="<U1")
    places = np.arange(len(target) + 1)
    costs = np.zeros((len(source) + 1, len(target) + 1), dtype=np.int64)
    costs[0] = places
    for number, letter in enumerate(source, start=1):
        best = np.minimum(costs[number - 1, :-1] + (letters != letter), costs[number - 1, 1:] + 1)
        steps = np.concatenate(([number], best)) - places
        costs[number] = np.minimum.accumulate(steps) + places
    return costs
