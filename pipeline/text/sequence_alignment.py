"""Aligns two sequences by the shortest edit script."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

MAX_CELLS = 200_000_000  # a quarter of a byte per cell during the traceback


@dataclass(frozen=True, slots=True)
class _Column:
    """Differences between neighbouring rows of one column of the edit-distance table, as bits.

    Bit `i` of `ups`: row `i + 1` is one more than row `i`; of `downs`: one less.
    """

    ups: int
    downs: int


def kept_pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[tuple[int, int], ...]:
    """Return positions (in old, in new) of the items that a shortest edit script keeps.

    Both positions are strictly increasing. Among equally short scripts, common beginnings and
    ends of the sequences are kept. Time is proportional to the product of the lengths divided by
    the machine's word size, so that ten thousand items each take a fraction of a second.
    """
    shorter = min(len(old), len(new))
    head = _common_prefix_length(old, new, shorter)
    tail = _common_prefix_length(old[::-1], new[::-1], shorter - head)
    inner = _pairs(old[head : len(old) - tail], new[head : len(new) - tail])
    return (
        *((i, i) for i in range(head)),
        *((head + i, head + j) for i, j in inner),
        *((len(old) - i, len(new) - i) for i in range(tail, 0, -1)),
    )


def _common_prefix_length(first: Sequence[Hashable], second: Sequence[Hashable], most: int) -> int:
    return next((i for i in range(most) if first[i] != second[i]), most)


def _pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    if not old or not new:
        return []
    if len(old) * len(new) <= MAX_CELLS or len(new) == 1:
        return _trace_back(old, new, _columns(old, new))
    middle = len(new) // 2  # Hirschberg: each half needs half the table
    above = _last_scores(old, new[:middle])
    below = _last_scores(old[::-1], new[middle:][::-1])[::-1]
    border = min(range(len(old) + 1), key=lambda i: above[i] + below[i])
    second = _pairs(old[border:], new[middle:])
    return [
        *_pairs(old[:border], new[:middle]),
        *((border + i, middle + j) for i, j in second),
    ]


def _columns(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[_Column]:
    """Return the table's columns, the first one without new items (Myers 1999, Hyyrö 2003)."""
    columns = [_first_column(len(old))]
    places = _places(old)
    for item in new:
        columns.append(_next_column(columns[-1], places.get(item, 0), len(old)))
    return columns


def _last_scores(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[int]:
    """Return the edit distance of each prefix of `old`, the empty one first, to all of `new`."""
    column, places = _first_column(len(old)), _places(old)
    for item in new:
        column = _next_column(column, places.get(item, 0), len(old))
    ups, downs = _bits(column.ups, len(old)), _bits(column.downs, len(old))
    scores = [len(new)]
    for up, down in zip(ups, downs, strict=True):
        scores.append(scores[-1] + (up == "1") - (down == "1"))
    return scores


def _bits(number: int, count: int) -> str:
    """Return the lowest bits of a number, least significant first."""
    return f"{number:0{count}b}"[::-1]


def _places(items: Sequence[Hashable]) -> dict[Hashable, int]:
    """Return for each item a bit mask of the rows that contain it."""
    rows: dict[Hashable, list[int]] = {}
    for row, item in enumerate(items):
        rows.setdefault(item, []).append(row)
    return {item: sum(1 << row for row in found) for item, found in rows.items()}


def _first_column(num_rows: int) -> _Column:
    return _Column(ups=(1 << num_rows) - 1, downs=0)


def _next_column(column: _Column, matches: int, num_rows: int) -> _Column:
    mask = (1 << num_rows) - 1
    ups, downs = column.ups, column.downs
    diagonal = (((matches & ups) + ups) ^ ups) | matches | downs
    right_ups = (downs | ~(diagonal | ups)) << 1 | 1
    right_downs = (diagonal & ups) << 1
    return _Column(
        ups=(right_downs | ~(diagonal | right_ups)) & mask,
        downs=right_ups & diagonal & mask,
    )


def _trace_back(
    old: Sequence[Hashable], new: Sequence[Hashable], columns: Sequence[_Column]
) -> list[tuple[int, int]]:
    """Return the pairs on a shortest path through the table, traced from its end."""
    pairs: list[tuple[int, int]] = []
    row, number = len(old), len(new)
    while row and number:
        bit = 1 << (row - 1)
        if columns[number].ups & bit:
            row -= 1
        elif columns[number - 1].downs & bit:
            number -= 1
        else:
            row, number = row - 1, number - 1
            if old[row] == new[number]:
                pairs.append((row, number))
    return pairs[::-1]
