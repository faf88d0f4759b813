"""The punctuation marks that a punctuator may put after a word."""

from __future__ import annotations

from enum import Enum


class Mark(str, Enum):
    """What follows a word; the value is the mark as it is written in Chinese."""

    NONE = ""
    COMMA = "，"
    FULL_STOP = "。"
    QUESTION = "？"
    ENUMERATION_COMMA = "、"

    @property
    def ends_sentence(self) -> bool:
        """Whether a sentence is over, not merely a clause."""
        return self in {Mark.FULL_STOP, Mark.QUESTION}
