"""Text from a transcript or a person, made fit for one line of a file."""

from __future__ import annotations

import re
import unicodedata

BYTE_ORDER_MARK = "\ufeff"
REPLACEMENT = "\ufffd"
_CONTROL_CATEGORIES = frozenset({"Cc", "Cs"})
# Characters that change the order in which the rest of a line is shown (Unicode TR 9). In a
# line that starts with time and speaker they can make the text pass for either.
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def plain_line(text: str) -> str:
    """The text on one line: white space to single blanks, control characters left out.

    Lone surrogates, which no encoding can write, become the replacement character.
    """
    in_one_line = " ".join(text.split())
    shown = "".join(_shown(letter) for letter in in_one_line)
    return " ".join(_BIDI_CONTROLS.sub("", shown).replace(BYTE_ORDER_MARK, "").split())


def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    if category not in _CONTROL_CATEGORIES:
        return letter
    return REPLACEMENT if category == "Cs" else ""


def text_lines(text: str) -> list[str]:
    """The lines of a file that was read: any line ending, without a byte order mark."""
    unmarked = text.removeprefix(BYTE_ORDER_MARK)
    return unmarked.replace("\r\n", "\n").replace("\r", "\n").split("\n")
