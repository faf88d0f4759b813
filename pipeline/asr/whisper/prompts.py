"""Prompts for Whisper's decoder: sample sentence, hotwords and preceding text."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline.asr.whisper.spoken_languages import CHINESE
from pipeline.text.scripts import is_chinese

PROMPTS = {CHINESE: " 大家好，今天是二零二三年五月三十一日。"}
# The prompt, its context and the text of a window share 448 tokens.
MAX_HOTWORD_TOKENS = 80

_IN_CHINESE_CHARACTERS = frozenset({CHINESE, "yue", "ja"})

_log = logging.getLogger(__name__)


class TextEncoder(Protocol):
    """A converter of text to token ids."""

    def ids_of(self, text: str, *, language: str) -> tuple[int, ...]:
        """Return the token ids of a text, without special tokens."""
        ...


@dataclass(frozen=True, slots=True)
class WindowContext:
    """Preceding text and hotwords for the prompt of a window.

    Attributes:
        text: preceding text in the same language.
        hotwords: words to favour.
    """

    text: str = ""
    hotwords: tuple[str, ...] = ()

    def after(self, text: str) -> WindowContext:
        """Return a copy of the context with `text` appended to the preceding text."""
        return replace(self, text=self.text + text)


def style_of(language: str, hotwords: Sequence[str], encoder: TextEncoder) -> str:
    """Return the start of a prompt: the sample sentence of the language and the hotwords that fit.

    Hotwords in Chinese characters are omitted for languages not written in them, since the
    decoder would otherwise output Chinese.
    """
    style = PROMPTS.get(language, "")
    suitable = [each for each in hotwords if _is_written_in(language, each)]
    listed = ""
    for count in range(1, len(suitable) + 1):
        longer = _sentence(suitable[:count], language)
        if len(encoder.ids_of(longer, language=language)) > MAX_HOTWORD_TOKENS:
            _log.info("Only the first %d of %d hotwords fit", count - 1, len(suitable))
            break
        listed = longer
    return style + (listed.lstrip() if style else listed)


def _is_written_in(language: str, word: str) -> bool:
    return language in _IN_CHINESE_CHARACTERS or not any(map(is_chinese, word))


def _sentence(words: Sequence[str], language: str) -> str:
    if language in _IN_CHINESE_CHARACTERS:
        return f" {'、'.join(words)}。"
    return f" {', '.join(words)}."
