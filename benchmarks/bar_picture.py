"""Horizontal bar charts as SVG, readable on white and on black backgrounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 820
_NAMES_END, _BARS_BEGIN, _BARS_END = 200, 210, 720
_BAR, _STEP, _GROUP_GAP, _TOP = 16, 22, 40, 34
_OURS, _OTHERS, _WORDS = "#0f766e", "#94a3b8", "#64748b"


@dataclass(frozen=True, slots=True)
class Bars:
    """Group of bars with a common scale.

    Attributes:
        title: text above the bars.
        bars: (name, length, label) of each bar.
        highlighted: name of the bar in the strong colour.
    """

    title: str
    bars: tuple[tuple[str, float, str], ...]
    highlighted: str


def draw(caption: str, groups: Sequence[Bars]) -> str:
    """Return an SVG image of bar groups one below the other, with the caption at the bottom."""
    body, y = [], _TOP
    for group in groups:
        body += list(_group(group, y))
        y += _STEP * len(group.bars) + _GROUP_GAP
    body.append(_text(10, y, caption, anchor="start", size=11))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 14}" '
            'font-family="system-ui, sans-serif">',
            *body,
            "</svg>\n",
        ]
    )


def _group(group: Bars, y: int) -> Iterator[str]:
    yield _text(10, y - 8, group.title, anchor="start", size=13)
    most = max((length for _, length, _ in group.bars), default=0.0) or 1.0
    for number, (name, length, written) in enumerate(group.bars):
        top = y + number * _STEP
        width = max(1.0, (_BARS_END - _BARS_BEGIN) * length / most)
        colour = _OURS if name == group.highlighted else _OTHERS
        yield _text(_NAMES_END, top + 13, name, anchor="end", size=12)
        yield (
            f'<rect x="{_BARS_BEGIN}" y="{top}" width="{width:.1f}" height="{_BAR}" rx="2" '
            f'fill="{colour}"/>'
        )
        yield _text(round(_BARS_BEGIN + width + 6), top + 13, written, anchor="start", size=12)


def _text(x: int, y: int, words: str, *, anchor: str, size: int) -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" fill="{_WORDS}">'
        f"{escape(words)}</text>"
    )
