"""Detection of the spoken language, and choice of the speech to decode next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.whisper.whisper_model import EncodedWindow, WhisperNet
from pipeline.asr.whisper.windows.window_packing import PackedWindow, Part, pack_window
from pipeline.audio.samples import Audio

CHINESE = "zh"
EXPECTED = (CHINESE, "en")  # languages of the expected recordings, which may switch between them

# Measured on development recordings. Windows in one language reach 0.98 to 1.0, mixed ones hardly
# ever. Dialects of Chinese are taken for other languages with up to 0.76.
PURE = 0.97  # above this probability the whole window is in one language
SURE_OF_OTHER = 0.8  # minimum probability for an unexpected language
FACTOR_TO_SWITCH = (
    2.0  # required ratio of another language's probability to the main one's, per part
)
HORIZON_MS = 60_000  # how far ahead parts of one language are collected


@dataclass(frozen=True, slots=True, eq=False)
class NextWindow:
    """A window of speech in one language, encoded and ready to be decoded.

    Attributes:
        window: its parts; parts in other languages are skipped if languages alternate.
        language: the model's tag.
        encoded: encoder output.
    """

    window: PackedWindow
    language: str
    encoded: EncodedWindow


class WindowChooser:
    """A selector of the next window to decode; it detects the language if none is given.

    A window whose detected language is the main language is used unchanged. Otherwise the
    language of every part is detected, so that speakers who switch languages or use different
    ones are each transcribed in theirs.
    """

    def __init__(
        self, net: WhisperNet, audio: Audio, *, language: str | None, longest_ms: int
    ) -> None:
        """Create a selector for a new recording.

        Args:
            net: the network.
            audio: the recording.
            language: the model's tag, None to detect it.
            longest_ms: maximum audio of a window.
        """
        self._net = net
        self._audio = audio
        self._given = language
        self._longest_ms = longest_ms
        self._main = language
        self._is_mixed = False
        self._found: dict[int, str] = {}  # by start of the part

    def next_window(self, parts: Sequence[Part]) -> NextWindow:
        """Return the next window of the remaining parts, which contains at least the first of them.

        Raises:
            InferenceError: the network failed.
        """
        if self._given is None and self._is_mixed:
            return self._in_one_language(parts)
        window = pack_window(parts, first=0, longest_ms=self._longest_ms)
        encoded = self._encode(window)
        if self._given is not None:
            return NextWindow(window, self._given, encoded)
        probabilities = self._net.language_probabilities(encoded)
        if self._main is None:
            self._main = choose_main_language(probabilities)
        if probabilities.get(self._main, 0.0) >= PURE:
            return NextWindow(window, self._main, encoded)
        chosen = self._in_one_language(parts, known=NextWindow(window, self._main, encoded))
        self._is_mixed = any(language != self._main for language in self._found.values())
        return chosen

    def _in_one_language(
        self, parts: Sequence[Part], *, known: NextWindow | None = None
    ) -> NextWindow:
        """Return a window of those upcoming parts whose language is that of the first part."""
        ends_ms = accumulate(part.padded.duration_ms for part in parts)
        ahead = [
            part
            for part, _ in takewhile(
                lambda each: each[1] <= HORIZON_MS or each[0] is parts[0],
                zip(parts, ends_ms, strict=False),
            )
        ]
        language = self._language_of(ahead[0])
        same_language = [part for part in ahead if self._language_of(part) == language]
        window = pack_window(same_language, first=0, longest_ms=self._longest_ms)
        if known is not None and known.window == window:
            return NextWindow(window, language, known.encoded)
        return NextWindow(window, language, self._encode(window))

    def _language_of(self, part: Part) -> str:
        if part.start_ms not in self._found:
            encoded = self._net.encode(self._audio.cut(part.padded), silence_ms=0)
            self._found[part.start_ms] = choose_part_language(
                self._net.language_probabilities(encoded), main=self._main or CHINESE
            )
        return self._found[part.start_ms]

    def _encode(self, window: PackedWindow) -> EncodedWindow:
        return self._net.encode(cut_window(self._audio, window))


def cut_window(audio: Audio, window: PackedWindow) -> NDArray[np.float32]:
    """Return the audio of a window: (num_samples,) float32."""
    return np.concatenate([audio.cut(part.padded) for part in window.parts])


def choose_main_language(probabilities: Mapping[str, float]) -> str:
    """Choose the main language of a recording from the probabilities of its first window."""
    likeliest = max(probabilities, key=lambda tag: probabilities[tag], default=CHINESE)
    if probabilities.get(likeliest, 0.0) >= SURE_OF_OTHER:
        return likeliest
    return max(EXPECTED, key=lambda tag: probabilities.get(tag, 0.0))


def choose_part_language(probabilities: Mapping[str, float], *, main: str) -> str:
    """Choose the main language, unless another common one is clearly more probable."""
    likeliest = max(EXPECTED, key=lambda tag: probabilities.get(tag, 0.0))
    needed = FACTOR_TO_SWITCH * probabilities.get(main, 0.0)
    return likeliest if probabilities.get(likeliest, 0.0) > needed else main
