"""Selection of the speech recogniser for a recording, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType

from pipeline.core.errors import OptionError
from pipeline.core.options import AsrOptions

AUTO = "auto"
PARAFORMER = "paraformer"
WHISPER = "whisper"
WHISPER_MODELS: Mapping[str, str] = MappingProxyType(
    {
        WHISPER: "whisper-base",
        **{
            name: name
            for name in (
                "whisper-tiny",
                "whisper-small",
                "whisper-medium",
                "whisper-large-v3",
                "whisper-large-v3-turbo",
            )
        },
    }
)
"""The ids in the manifest of Whisper's sizes, by recogniser name."""
BETTER_WHISPERS = (
    "whisper-large-v3",
    "whisper-large-v3-turbo",
    "whisper-medium",
    "whisper-small",
)
"""Whisper sizes that are preferred automatically once installed, the most accurate first."""
SHERPA = "sherpa"
RECOGNIZERS = (PARAFORMER, *WHISPER_MODELS, SHERPA)
_MOST_LANGUAGES = (None, "zh", "en")  # of models of sherpa-onnx
PARAFORMER_LANGUAGES = (None, "zh")  # None: to be detected


class Reason(str, Enum):
    """A reason for the choice of a recogniser."""

    ASKED_FOR = "asked_for"
    BEST_AT_HAND = "best_at_hand"
    OTHER_LANGUAGE = "other_language"
    NO_PARAFORMER = "no_paraformer"
    NO_PUNCTUATION = "no_punctuation"


@dataclass(frozen=True, slots=True)
class AvailableModels:
    """The models available on this machine, installed or in the user's folders.

    Attributes:
        paraformer: whether a Paraformer is available.
        punctuation: whether a punctuation model is available.
        accepts_hotwords: whether that Paraformer accepts hotwords.
        whispers: installed sizes of BETTER_WHISPERS, in that order.
        sherpa: whether a folder with a model of sherpa-onnx is given.
    """

    paraformer: bool = False
    punctuation: bool = False
    accepts_hotwords: bool = False
    whispers: tuple[str, ...] = ()
    sherpa: bool = False


@dataclass(frozen=True, slots=True)
class RecognizerChoice:
    """The chosen recogniser with its capabilities.

    Attributes:
        name: one of RECOGNIZERS.
        is_punctuated: whether a punctuation model is applied to its text; Whisper needs none.
        accepts_hotwords: whether it accepts hotwords.
        reason: reason for the choice.
    """

    name: str
    is_punctuated: bool
    accepts_hotwords: bool
    reason: Reason

    @property
    def is_whisper(self) -> bool:
        """Whether the recogniser is a Whisper of any size."""
        return self.name in WHISPER_MODELS


def choose_recognizer(asr: AsrOptions, available: AvailableModels) -> RecognizerChoice:
    """Choose the recogniser requested by name, or else the preferred available one.

    Without a name the order is: a sherpa-onnx model in a given folder, Paraformer if possible,
    Whisper in the most accurate installed size. A recogniser that is requested by name is chosen
    even if it must be fetched first.

    Raises:
        OptionError: there is no recogniser of that name, or it does not support the language.
    """
    if asr.recognizer == AUTO and available.sherpa and asr.language in _MOST_LANGUAGES:
        return _choice(SHERPA, available, Reason.ASKED_FOR)
    if asr.recognizer == AUTO:
        reason = _reason(asr, available)
        whisper = next(iter(available.whispers), WHISPER)
        return _choice(PARAFORMER if reason is Reason.BEST_AT_HAND else whisper, available, reason)
    if asr.recognizer not in RECOGNIZERS:
        known = ", ".join([AUTO, *RECOGNIZERS])
        raise OptionError(f"There is no recogniser '{asr.recognizer}'. Choose one of: {known}")
    if asr.recognizer == PARAFORMER and asr.language not in PARAFORMER_LANGUAGES:
        raise OptionError(
            f"Paraformer recognises Chinese, not '{asr.language}'. Choose zh as the language, or "
            f"{WHISPER} as the recogniser"
        )
    return _choice(asr.recognizer, available, Reason.ASKED_FOR)


def choose_live_recognizer(asr: AsrOptions, available: AvailableModels) -> RecognizerChoice:
    """Choose the recogniser of a live recording, excluding those of sherpa-onnx.

    Raises:
        OptionError: there is no recogniser of that name, or it does not support the language or
            live recordings.
    """
    if asr.recognizer == SHERPA:
        raise OptionError(
            "Live recordings cannot be recognised with sherpa-onnx: choose paraformer or whisper "
            "as the recogniser"
        )
    return choose_recognizer(asr, replace(available, sherpa=False))


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
        accepts_hotwords=available.accepts_hotwords if is_paraformer else name != SHERPA,
        reason=reason,
    )
