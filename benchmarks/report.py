"""Command that updates the table and the chart of docs/benchmarks.md from a results file.

python -m benchmarks.report [benchmarks/results/FILE.json]      the newest file by itself
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bar_picture import Bars, draw
from benchmarks.dev_recordings import REPOSITORY
from benchmarks.measurements import OURS, Bound, Limit, Measurement, Results, read_results
from benchmarks.tables import print_table

PAGE = REPOSITORY / "docs" / "benchmarks.md"
PICTURE = REPOSITORY / "docs" / "images" / "benchmarks.svg"
RESULTS_FOLDER = REPOSITORY / "benchmarks" / "results"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
_MINUTES = re.compile(r"[\d.]+ min")
PICTURED = ("speed", "peak memory")
HEADER = ("what", "of whom", "figure", "least to most", "must reach")


def main() -> None:
    """Insert the results into docs/benchmarks.md and write the chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", nargs="?", type=Path, help="default: the newest")
    chosen = parser.parse_args()
    path = chosen.results or max(RESULTS_FOLDER.glob("*.json"), default=None)
    if path is None:
        sys.exit("There are no results. Run: make bench")
    results = read_results(path)
    PICTURE.write_text(picture(results), encoding="utf-8")
    PAGE.write_text(with_figures(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")
    print_results(results)


def print_results(results: Results) -> None:
    """Print the machine, the table of results and the remarks as plain text."""
    print(f"{results.date}, {results.machine.in_words()}")
    print_table(HEADER, list(_rows(results)))
    for part, words in _remarks(results):
        print(f"{part}: {words}")


def with_figures(page: str, results: Results) -> str:
    """Return the text of a page with the results inserted between its markers.

    Raises:
        ValueError: if the markers are missing.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the text needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{markdown(results)}\n{END}{after}"


def markdown(results: Results) -> str:
    """Return a Markdown description of the machine, with chart, table and remarks."""
    table = [_line(HEADER), _line(("---",) * len(HEADER)), *map(_line, _rows(results))]
    remarks = [f"*{part}*: {words}" for part, words in _remarks(results)]
    picture_at = PICTURE.relative_to(REPOSITORY).as_posix()
    return "\n".join(
        [
            f"Measured on {results.date} on {results.machine.in_words()}.{_loads(results)}",
            "",
            f"![Speed and memory beside the peers]({picture_at})",
            "",
            *table,
            *(["", "; ".join(remarks)] if remarks else []),
        ]
    )


def picture(results: Results) -> str:
    """Return an SVG bar chart of selected quantities, for the longest recording of each task."""
    groups: dict[str, list[Measurement]] = {}
    for each in results.measurements:
        if each.what.rpartition(": ")[2] in PICTURED:
            groups.setdefault(each.what, []).append(each)
    longest: dict[tuple[str, ...], str] = {}
    for what in groups:
        longest[tuple(_MINUTES.split(what))] = what  # the last is the longest
    shown = {what: groups[what] for what in longest.values()}
    return draw(
        f"{results.date}, {results.machine.processor}, {results.machine.cores} cores",
        [
            Bars(
                f"{what} ({group[0].unit}, less is better)",
                tuple((each.who, each.value, _number(each.value)) for each in group),
                highlighted=OURS,
            )
            for what, group in shown.items()
        ],
    )


def _remarks(results: Results) -> Iterator[tuple[str, str]]:
    """Yield (part, remark) for measurements and for quantities that were not measured."""
    yield from dict.fromkeys((each.part, each.note) for each in results.measurements if each.note)
    yield from results.left_out


def _rows(results: Results) -> Iterator[tuple[str, ...]]:
    for each in results.measurements:
        yield (
            each.what,
            each.who,
            f"{_number(each.value)} {each.unit}".rstrip()
            + (" (95 %)" if each.statistic.value == "p95" else ""),
            _spread(each),
            _reached(each, each.limit),
        )


def _spread(each: Measurement) -> str:
    if len(each.values) == 1:
        return "one run"
    spread = f"{_number(min(each.values))} to {_number(max(each.values))}"
    return f"{spread}, {len(each.values)} runs"


def _reached(each: Measurement, limit: Limit | None) -> str:
    if limit is None:
        return ""
    sign = "≤" if limit.bound is Bound.AT_MOST else "≥"
    return f"{sign} {_number(limit.value)}{'' if limit.holds(each.value) else ' (missed)'}"


def _loads(results: Results) -> str:
    busy = [f"{part} {load:.1f}" for part, load in results.loads if load > 1.0]
    return (
        f" Other work ran beside some parts (load before them: {', '.join(busy)})." if busy else ""
    )


def _number(value: float) -> str:
    """Format a number without an exponent, with 0, 2 or 4 decimals by its size."""
    if value == 0 or value >= 100:
        return f"{value:,.0f}"
    digits = 2 if value >= 1 else 4
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
