"""Normalization of titles and names from user input."""

from __future__ import annotations

import unicodedata

MAX_TITLE_CHARACTERS = 200  # the page shows about sixty

# Control characters, surrogates (invalid in UTF-8), line and paragraph separators.
_UNSAFE_CATEGORIES = ("Cc", "Cs", "Zl", "Zp")
# Bidirectional controls: with them "gpj.exe" is displayed as "exe.jpg".
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_title(text: str, *, otherwise: str) -> str:
    """Return a title on one line, at most 200 characters long; `otherwise` if it is blank."""
    cleaned = "".join(" " if _is_unsafe(character) else character for character in text)
    return " ".join(cleaned.split())[:MAX_TITLE_CHARACTERS].strip() or otherwise


def _is_unsafe(character: str) -> bool:
    return character in _BIDI_CONTROLS or unicodedata.category(character) in _UNSAFE_CATEGORIES
