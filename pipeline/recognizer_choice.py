"""Which recogniser hears a recording, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pipeline.errors import OptionError
from pipeline.options import AsrOptions

AUTO = "auto"
PARAFORMER = "paraformer"
WHISPER = "whisper"
RECOGNIZERS = (PARAFORMER, WHISPER)
PARAFORMER_LANGUAGES = (None, "zh")  # None: to be found out


class Reason(str, Enum):
    """Why a recogniser was chosen."""

    ASKED_FOR = "asked_for"
    BEST_AT_HAND = "best_at_hand"
    OTHER_LANGUAGE = "other_language"
    NO_PARAFORMER = "no_paraformer"
    NO_PUNCTUATION = "no_punctuation"


@dataclass(frozen=True, slots=True)
class ModelsAtHand:
    """What is on this machine, installed or given as a folder.

    Attributes:
        paraformer: whether there is one.
        punctuation: whether there is a model that sets its marks.
        hears_hotwords: whether that Paraformer can listen for given words.
    """

    paraformer: bool = False
    punctuation: bool = False
    hears_hotwords: bool = False


@dataclass(frozen=True, slots=True)
class RecognizerChoice:
    """What is going to run.

    Attributes:
        name: one of RECOGNIZERS.
        is_punctuated: whether a punctuation model sets marks after it; Whisper sets its own.
        accepts_hotwords: whether it listens for given words.
        reason: why.
    """

    name: str
    is_punctuated: bool
    accepts_hotwords: bool
    reason: Reason


def choose_recognizer(asr: AsrOptions, at_hand: ModelsAtHand) -> RecognizerChoice:
    """Paraformer as soon as it and its punctuation are at hand, else Whisper; or what is asked for.

    A recogniser that is asked for by its name is the answer also where it has to be fetched first.

    Raises:
        OptionError: if there is no recogniser of that name, or it does not know the language.
    """
    if asr.recognizer == AUTO:
        reason = _reason(asr, at_hand)
        return _choice(PARAFORMER if reason is Reason.BEST_AT_HAND else WHISPER, at_hand, reason)
    if asr.recognizer not in RECOGNIZERS:
        known = ", ".join([AUTO, *RECOGNIZERS])
        raise OptionError(f"There is no recogniser '{asr.recognizer}'. There are: {known}")
    if asr.recognizer == PARAFORMER and asr.language not in PARAFORMER_LANGUAGES:
        raise OptionError(
            f"Paraformer writes Chinese, not '{asr.language}'. Choose zh as the language, or "
            f"{WHISPER} as the recogniser"
        )
    return _choice(asr.recognizer, at_hand, Reason.ASKED_FOR)


def _reason(asr: AsrOptions, at_hand: ModelsAtHand) -> Reason:
    if asr.language not in PARAFORMER_LANGUAGES:
        return Reason.OTHER_LANGUAGE
    if not at_hand.paraformer:
        return Reason.NO_PARAFORMER
    return Reason.BEST_AT_HAND if at_hand.punctuation else Reason.NO_PUNCTUATION


def _choice(name: str, at_hand: ModelsAtHand, reason: Reason) -> RecognizerChoice:
    is_paraformer = name == PARAFORMER
    return RecognizerChoice(
        name=name,
        is_punctuated=is_paraformer and at_hand.punctuation,
        accepts_hotwords=is_paraformer and at_hand.hears_hotwords,
        reason=reason,
    )
