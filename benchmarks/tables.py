"""Aligned tables in plain text, for the output of benchmarks."""

from __future__ import annotations

from collections.abc import Sequence


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print an aligned table; the first column is left-aligned, the others right-aligned."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    print(_line(header, widths))
    print("  ".join("-" * width for width in widths))
    for row in rows:
        print(_line(row, widths))


def percent(share: float) -> str:
    """Format a fraction as per cent with two decimals, without the sign."""
    return f"{100 * share:.2f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    rest = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return "  ".join([first, *rest])
