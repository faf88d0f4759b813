"""Choice of the speech recogniser for a recording, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pipeline.core.errors import OptionError
from pipeline.core.options import AsrOptions

AUTO = "auto"
PARAFORMER = "paraformer"
WHISPER = "whisper"
RECOGNIZERS = (PARAFORMER, WHISPER)
PARAFORMER_LANGUAGES = (None, "zh")  # None: to be detected


class Reason(str, Enum):
    """The reasons for the choice of a recogniser."""

    ASKED_FOR = "asked_for"
    BEST_AT_HAND = "best_at_hand"
    OTHER_LANGUAGE = "other_language"
    NO_PARAFORMER = "no_paraformer"
    NO_PUNCTUATION = "no_punctuation"


@dataclass(frozen=True, slots=True)
class AvailableModels:
    """The models that are available, installed or in the user's folders.

    Attributes:
        paraformer: whether there is one.
        punctuation: whether there is a punctuation model for it.
        accepts_hotwords: whether that Paraformer accepts hotwords.
    """

    paraformer: bool = False
    punctuation: bool = False
    accepts_hotwords: bool = False


@dataclass(frozen=True, slots=True)
class RecognizerChoice:
    """The chosen recogniser and what it supports.

    Attributes:
        name: one of RECOGNIZERS.
        is_punctuated: whether a punctuation model follows it; Whisper has punctuation itself.
        accepts_hotwords: whether it accepts hotwords.
        reason: reason for the choice.
    """

    name: str
    is_punctuated: bool
    accepts_hotwords: bool
    reason: Reason


def choose_recognizer(asr: AsrOptions, available: AvailableModels) -> RecognizerChoice:
    """Choose the recogniser requested by name, or else Paraformer if possible and Whisper if not.

    A recogniser that is requested by name is chosen even if it has to be fetched first.

    Raises:
        OptionError: there is no recogniser of that name, or it does not support the language.
    """
    if asr.recognizer == AUTO:
        reason = _reason(asr, available)
        return _choice(PARAFORMER if reason is Reason.BEST_AT_HAND else WHISPER, available, reason)
    if asr.recognizer not in RECOGNIZERS:
        known = ", ".join([AUTO, *RECOGNIZERS])
        raise OptionError(f"There is no recogniser '{asr.recognizer}'. Choose one of: {known}")
    if asr.recognizer == PARAFORMER and asr.language not in PARAFORMER_LANGUAGES:
        raise OptionError(
            f"Paraformer recognises Chinese, not '{asr.language}'. Choose zh as the language, or "
            f"{WHISPER} as the recogniser"
        )
    return _choice(asr.recognizer, available, Reason.ASKED_FOR)


def _reason(asr: AsrOptions, available: AvailableModels) -> Reason:
    if asr.language not in PARAFORMER_LANGUAGES:
        return Reason.OTHER_LANGUAGE
    if not available.paraformer:
        return Reason.NO_PARAFORMER
    return Reason.BEST_AT_HAND if available.punctuation else Reason.NO_PUNCTUATION


def _choice(name: str, available: AvailableModels, reason: Reason) -> RecognizerChoice:
    is_paraformer = name == PARAFORMER
    return RecognizerChoice(
        name=name,
        is_punctuated=is_paraformer and available.punctuation,
        accepts_hotwords=is_paraformer and available.accepts_hotwords,
        reason=reason,
    )
