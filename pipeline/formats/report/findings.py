"""Sentences of a report: key findings, and a note on how the figures were obtained."""

from __future__ import annotations

import re

from pipeline.formats.report.report import Person, Report, length_text, percent, short_time

_PLACE = re.compile(r"\{(\w+)\}")

Part = str | Person  # a person is shown by name, in bold


def findings(report: Report) -> list[Part]:
    """Compose the sentence with the key findings, in parts."""
    words = report.words
    if not report.people:
        return [words("found_nothing")]
    clauses = (_most_talkative(report), _busiest_pair(report), _longest_turn(report))
    joint: list[Part] = [words("found_joint")]
    parts = [part for clause in clauses if clause for part in (*clause, *joint)]
    return [*parts[:-1], words("found_end")]


def origin_text(report: Report) -> str:
    """Compose the note on how the figures were obtained, with the share of verified sentences."""
    words, count = report.words, report.num_verified
    if count is None or not report.num_sentences:
        return words("origin_unknown")
    shown = 100 * count // report.num_sentences  # rounded down, as in the list of recordings
    return words("origin").format(all=report.num_sentences, verified=count, percent=shown)


def _most_talkative(report: Report) -> list[Part]:
    key = "found_only" if len(report.people) == 1 else "found_most"
    share = percent(report.figures.speakers[0].share)
    return _filled(report.words(key), name=report.people[0], share=share)


def _busiest_pair(report: Report) -> list[Part]:
    pair = report.figures.busiest_pair
    if pair is None:
        return []
    one, other, count = pair
    key = "found_two" if len(report.people) == 2 else "found_pair"  # noqa: PLR2004 - two people
    people = report.people
    return _filled(report.words(key), one=people[one], other=people[other], count=str(count))


def _longest_turn(report: Report) -> list[Part]:
    longest = report.figures.longest_turn
    if longest is None:
        return []
    index = [each.speaker for each in report.figures.speakers].index(longest.speaker)
    return _filled(
        report.words("found_longest"),
        name=report.people[index],
        time=short_time(longest.start_ms),
        length=length_text(longest.duration_ms, report.words),
    )


def _filled(words: str, **values: Part) -> list[Part]:
    """Split a template at placeholders such as `{name}` and insert their values."""
    pieces = _PLACE.split(words)  # odd pieces are names of places
    return [values[piece] if i % 2 else piece for i, piece in enumerate(pieces)]
