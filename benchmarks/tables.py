"""Rows as an aligned table of plain text."""

from __future__ import annotations

from collections.abc import Sequence


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a header, a line and the rows; the first column is left-aligned, the others right."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    print(_line(header, widths))
    print("  ".join("-" * width for width in widths))
    for row in rows:
        print(_line(row, widths))


def percent(share: float) -> str:
    """Return a fraction in per cent with two decimals."""
    return f"{100 * share:.2f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    rest = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return "  ".join([first, *rest])
