"""Alignment of two sequences by a shortest edit script."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence

MAX_CELLS = 200_000_000  # a quarter of a byte each during the search for the path
MAX_EXACT_CELLS = 1_000_000_000  # 30,000 items each: half a second
ANCHOR_LENGTH = 8  # length of a run that is taken as the same if it occurs once in each sequence

Pair = tuple[int, int]

Column = tuple[int, int]
"""The differences between neighbouring rows of one column of the edit-distance table, as bits.

Bit `i` of the first number: row `i + 1` is one more than row `i`; of the second: one less.
"""


def edit_distance(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """Compute the Levenshtein distance of two sequences.

    Time: items of `second` times machine words of `first`; memory is linear.
    """
    ups, downs = _last_column(first, second)
    return len(second) + ups.bit_count() - downs.bit_count()


def kept_pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[Pair, ...]:
    """Return the (old, new) positions of the items that a shortest edit script keeps.

    Both positions increase from pair to pair. Of several shortest edits, one that keeps the common
    prefix and suffix is used. Time is the product of the lengths divided by the machine's word:
    ten thousand items each take a fraction of a second. Beyond `MAX_EXACT_CELLS` the sequences
    are first divided at runs that occur once in each; a part that is still larger has no pairs.
    Memory is linear in the lengths up to a constant of about 100 MB.
    """
    return tuple(_trimmed_pairs(old, new))


def _trimmed_pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Pair]:
    shorter = min(len(old), len(new))
    head = _common_prefix_length(old, new, shorter)
    tail = _common_prefix_length(old[::-1], new[::-1], shorter - head)
    inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
    yield from ((i, i) for i in range(head))
    yield from _shifted(_bounded_pairs(inner_old, inner_new), head, head)
    yield from ((len(old) - i, len(new) - i) for i in range(tail, 0, -1))


def _shifted(pairs: Iterable[Pair], rows: int, columns: int) -> Iterator[Pair]:
    return ((rows + i, columns + j) for i, j in pairs)


def _common_prefix_length(first: Sequence[Hashable], second: Sequence[Hashable], most: int) -> int:
    return next((i for i in range(most) if first[i] != second[i]), most)


def _bounded_pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterable[Pair]:
    if len(old) * len(new) <= MAX_EXACT_CELLS:
        return _pairs(old, new)
    return _anchored_pairs(old, new)


def _anchored_pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Pair]:
    """Yield the kept pairs of long sequences, divided at runs that occur once in each."""
    anchors = _longest_rising(_common_runs(old, new))
    if not anchors:
        return
    row = column = 0
    for i, j in [*anchors, (len(old), len(new))]:
        if row < i and column < j:
            yield from _shifted(_trimmed_pairs(old[row:i], new[column:j]), row, column)
        if i < len(old):
            yield i, j
        row, column = i + 1, j + 1


def _common_runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """Return the start positions in `old` and `new` of the runs that occur once in each."""
    starts = _unique_runs(new)
    return [(i, starts[run]) for run, i in _unique_runs(old).items() if run in starts]


def _unique_runs(items: Sequence[Hashable]) -> dict[int, int]:
    """Return {hash: start} of the runs of `ANCHOR_LENGTH` items that occur only once."""
    hashes = [
        hash(tuple(items[start : start + ANCHOR_LENGTH]))
        for start in range(len(items) - ANCHOR_LENGTH + 1)
    ]
    counts = Counter(hashes)
    return {each: start for start, each in enumerate(hashes) if counts[each] == 1}


def _longest_rising(pairs: Sequence[Pair]) -> list[Pair]:
    """Return a longest subsequence of pairs, sorted by first position, whose second increases."""
    ends: list[int] = []  # lowest second position at the end of a selection of each length
    last: list[int] = []  # number of the pair at that end
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [number]
    rising: list[Pair] = []
    number = last[-1] if last else -1
    while number >= 0:
        rising.append(pairs[number])
        number = before[number]
    return rising[::-1]


def _pairs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    if not old or not new:
        return []
    if len(old) * len(new) <= MAX_CELLS or len(new) == 1:
        return _path_back(old, new, list(_columns(old, new)))
    middle = len(new) // 2  # Hirschberg: the pairs of either half need half the table
    above = _last_scores(old, new[:middle])
    below = _last_scores(old[::-1], new[middle:][::-1])[::-1]
    border = min(range(len(old) + 1), key=lambda i: above[i] + below[i])
    second = _pairs(old[border:], new[middle:])
    return [*_pairs(old[:border], new[:middle]), *_shifted(second, border, middle)]


def _columns(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Column]:
    """Yield the columns of the edit-distance table as bits (Myers 1999, Hyyrö 2003)."""
    mask = (1 << len(old)) - 1
    rows = _rows_of(old, set(new))
    ups, downs = mask, 0
    yield ups, downs
    for item in new:
        alike = rows.get(item, 0)
        diagonal = (((alike & ups) + ups) ^ ups) | alike | downs
        right_ups = (downs | ~(diagonal | ups)) << 1 | 1
        right_downs = (diagonal & ups) << 1
        ups, downs = (right_downs | ~(diagonal | right_ups)) & mask, right_ups & diagonal & mask
        yield ups, downs


def _last_column(old: Sequence[Hashable], new: Sequence[Hashable]) -> Column:
    column = (0, 0)
    for column in _columns(old, new):  # noqa: B007 - the last one is used
        pass
    return column


def _last_scores(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[int]:
    """Return the edit distance of each prefix of `old`, the empty one first, to `new`."""
    ups, downs = (_bits(each, len(old)) for each in _last_column(old, new))
    scores = [len(new)]
    for up, down in zip(ups, downs, strict=True):
        scores.append(scores[-1] + (up == "1") - (down == "1"))
    return scores


def _bits(number: int, count: int) -> str:
    """Format the lowest `count` bits of a number as text, the lowest bit first."""
    return f"{number:0{count}b}"[::-1]


def _rows_of(items: Sequence[Hashable], wanted: set[Hashable]) -> dict[Hashable, int]:
    """Return the positions of each requested item, as the bits of a number."""
    rows: dict[Hashable, list[int]] = {}
    for row, item in enumerate(items):
        if item in wanted:
            rows.setdefault(item, []).append(row)
    return {item: _number_of(found) for item, found in rows.items()}


def _number_of(bits: Sequence[int]) -> int:
    """Return the number with the given bits set; the bits are in ascending order."""
    octets = bytearray(bits[-1] // 8 + 1)
    for bit in bits:
        octets[bit // 8] |= 1 << bit % 8
    return int.from_bytes(octets, "little")


def _path_back(
    old: Sequence[Hashable], new: Sequence[Hashable], columns: Sequence[Column]
) -> list[Pair]:
    """Trace a shortest path back through the table; return its pairs of equal items."""
    pairs: list[Pair] = []
    row, number = len(old), len(new)
    while row and number:
        ups, _ = columns[number]
        _, downs_before = columns[number - 1]
        bit = 1 << (row - 1)
        if ups & bit:
            row -= 1
        elif downs_before & bit:
            number -= 1
        else:
            row, number = row - 1, number - 1
            if old[row] == new[number]:
                pairs.append((row, number))
    return pairs[::-1]
