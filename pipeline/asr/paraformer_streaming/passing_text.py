"""Text of tokens that arrive in pieces, joined over the borders of the pieces."""

from __future__ import annotations

from pipeline.asr.paraformer.detokenize import SILENT_TOKENS, space_before
from pipeline.asr.paraformer.vocabulary import CONTINUES


class PassingText:
    """Conversion of tokens to the text that each of them appends.

    A token that ends in `@@` continues in the next one, also in that of the next piece. Words of
    scripts with spaces get the space in the text of the second word.
    """

    def __init__(self) -> None:
        """Start an utterance."""
        self._previous = ""
        self._continues = False

    def add(self, token: str) -> str:
        """Return the text that a token appends; "" for a token without text."""
        if token in SILENT_TOKENS:
            return ""
        text = token.removesuffix(CONTINUES)
        space = "" if self._continues else space_before(text, previous=self._previous)
        self._continues = text != token
        self._previous = text or self._previous
        return space + text
