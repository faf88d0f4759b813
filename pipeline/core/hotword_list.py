"""The words that a person wants the recogniser to listen for."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.core.errors import OptionError

MAX_HOTWORDS = 1_000  # more are outside of what the models were made for (spec 3.7)
MAX_LENGTH = 100  # characters; the models hear the first ten pieces


def parse_hotwords(text: str) -> tuple[str, ...]:
    """The hotwords of a text with one on each line; a hotword may be several words.

    Raises:
        OptionError: there are too many, or one is too long or holds what cannot be shown.
    """
    hotwords = tuple(dict.fromkeys(" ".join(line.split()) for line in text.splitlines()))
    return check_hotwords(tuple(each for each in hotwords if each))


def check_hotwords(hotwords: Sequence[str]) -> tuple[str, ...]:
    """Let hotwords through that can be listened for.

    Raises:
        OptionError: they cannot.
    """
    if len(hotwords) > MAX_HOTWORDS:
        raise OptionError(f"There may be {MAX_HOTWORDS} hotwords, got {len(hotwords)}.")
    for number, hotword in enumerate(hotwords, start=1):
        if not hotword.strip() or not hotword.isprintable() or len(hotword) > MAX_LENGTH:
            raise OptionError(
                f"Hotword {number} must be a word or a few, at most {MAX_LENGTH} characters "
                f"without line breaks: {hotword[:MAX_LENGTH]!r}"
            )
    return tuple(hotwords)
