"""Sizes of the page on screens so wide that it would be hard to read as it was drawn."""

from __future__ import annotations

import re

DRAWN_FOR_PX = 2_400  # of width, at most: wider screens show everything larger
LARGEST = 1.6  # times; what 3840 pixels come to
_ROOT = f":root {{ --ss-px: clamp(1px, calc(100vw / {DRAWN_FOR_PX}), {LARGEST}px); }}\n"
_HAIRLINE_PX = 4  # below, a length is a line or a gap that does not grow
_CONDITION = re.compile(r"(@media[^{]*)")
_LENGTH = re.compile(r"(?<![\w.#-])(\d+(?:\.\d+)?)px\b")


def scaled_css(css: str) -> str:
    """A style sheet whose lengths grow with a wide screen; up to DRAWN_FOR_PX it says the same."""
    parts = _CONDITION.split(css)  # conditions at odd places: they are about the screen itself
    return _ROOT + "".join(part if i % 2 else scaled(part) for i, part in enumerate(parts))


def scaled(lengths: str) -> str:
    """Lengths of Gradio's own widgets, such as "14px", that grow likewise."""
    return _LENGTH.sub(_grow, lengths)


def _grow(length: re.Match[str]) -> str:
    if float(length[1]) < _HAIRLINE_PX:
        return length[0]
    return f"calc({length[1]} * var(--ss-px))"
