"""Scaling of CSS lengths on very wide screens."""

from __future__ import annotations

import re

DRAWN_FOR_PX = 2_400  # screen width of the design; wider screens scale up
LARGEST = 1.6  # maximum factor, reached at 3840 pixels
_ROOT = f":root {{ --ss-px: clamp(1px, calc(100vw / {DRAWN_FOR_PX}), {LARGEST}px); }}\n"
_HAIRLINE_PX = 4  # shorter lengths are lines and gaps, which do not grow
_CONDITION = re.compile(r"(@media[^{]*)")
_LENGTH = re.compile(r"(?<![\w.#-])(\d+(?:\.\d+)?)px\b")


def scaled_css(css: str) -> str:
    """Rewrite a style sheet so that its lengths grow above a screen width of DRAWN_FOR_PX."""
    parts = _CONDITION.split(css)  # odd parts are media conditions, which stay as they are
    return _ROOT + "".join(part if i % 2 else scaled(part) for i, part in enumerate(parts))


def scaled(lengths: str) -> str:
    """Rewrite CSS lengths such as "14px" so that they grow on wide screens."""
    return _LENGTH.sub(_grow, lengths)


def _grow(length: re.Match[str]) -> str:
    if float(length[1]) < _HAIRLINE_PX:
        return length[0]
    return f"calc({length[1]} * var(--ss-px))"
