"""Names that come from outside, made fit to be stored and shown on one line."""

from __future__ import annotations

import unicodedata

MAX_TITLE_CHARACTERS = 200  # longer than any name a person types; a page shows about sixty

# Control characters, halves of surrogate pairs (no valid text), line and paragraph ends.
_UNFIT_CATEGORIES = ("Cc", "Cs", "Zl", "Zp")
# Marks that turn the direction of writing: with them "gpj.exe" shows as "exe.jpg".
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_title(text: str, *, otherwise: str) -> str:
    """One line of at most 200 characters; `otherwise` if nothing is left of the text."""
    fit = "".join(" " if _is_unfit(character) else character for character in text)
    return " ".join(fit.split())[:MAX_TITLE_CHARACTERS].strip() or otherwise


def _is_unfit(character: str) -> bool:
    return character in _DIRECTION_MARKS or unicodedata.category(character) in _UNFIT_CATEGORIES
