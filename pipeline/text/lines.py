"""Conversion of text to a single line, and splitting of text into lines."""

from __future__ import annotations

import re

BYTE_ORDER_MARK = "\ufeff"
REPLACEMENT = "\ufffd"
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")  # category Cc
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
# Characters that change the display order of the rest of a line (Unicode TR 9). In a line that
# starts with time and speaker they could disguise the text as either.
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def plain_line(text: str) -> str:
    """Convert text to one line, with single spaces and without control characters.

    Lone surrogates, which cannot be encoded, become the replacement character.
    """
    in_one_line = " ".join(text.split())
    if in_one_line.isprintable():
        return in_one_line
    shown = _CONTROLS.sub("", in_one_line)
    shown = _LONE_SURROGATES.sub(REPLACEMENT, shown)
    return " ".join(_BIDI_CONTROLS.sub("", shown).replace(BYTE_ORDER_MARK, "").split())


def text_lines(text: str) -> list[str]:
    """Split a file's text into lines at any line ending, without the byte order mark.

    Two carriage returns before a line feed, the result of a double conversion, are one line ending.
    """
    unmarked = text.removeprefix(BYTE_ORDER_MARK).replace("\r\r\n", "\n")
    return unmarked.replace("\r\n", "\n").replace("\r", "\n").split("\n")
