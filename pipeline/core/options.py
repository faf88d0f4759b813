"""Options of a transcription, validated on creation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from pipeline.core.audio_track import ANY_TRACK, AudioTrack
from pipeline.core.errors import OptionError
from pipeline.core.language_model_options import LanguageModelOptions

MAX_HOTWORDS = 1_000  # the models were not made for more (spec 3.7)
MAX_HOTWORD_LENGTH = 100  # characters; the models use the first ten pieces
MAX_SPEAKERS = 50  # a larger number is almost certainly a typing error
MAX_THREADS = 256
MAX_BATCH_S = 100_000
_SECONDS = ("batch_size_s", "batch_size_threshold_s")


class Profile(str, Enum):
    """The choice between this system's rules and exactly those of the reference system."""

    DEFAULT = "default"
    CLASSIC = "classic"


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """The allowed number of speakers: any, exactly N, or between A and B.

    Attributes:
        at_least: lower bound, at least 1.
        at_most: upper bound, None for none.
    """

    at_least: int = 1
    at_most: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.at_least <= MAX_SPEAKERS:
            raise OptionError(
                f"The number of speakers must be between 1 and {MAX_SPEAKERS}, got {self.at_least}"
            )
        if self.at_most is not None and not self.at_least <= self.at_most <= MAX_SPEAKERS:
            raise OptionError(
                f"The upper number of speakers must be between {self.at_least} and "
                f"{MAX_SPEAKERS}, got {self.at_most}"
            )

    @property
    def exact(self) -> int | None:
        """The number of speakers if it is fixed, else None."""
        return self.at_least if self.at_least == self.at_most else None

    @staticmethod
    def parse(text: str) -> SpeakerCount:
        """Parse a number of speakers: "auto", "N" or "A-B".

        Raises:
            OptionError: the text has another form, or a number is out of range.
        """
        words = text.strip().lower()
        if words == "auto":
            return SpeakerCount()
        match = re.fullmatch(r"(\d{1,3})(?:\s*-\s*(\d{1,3}))?", words)
        if match is None:
            raise OptionError(f"The number of speakers must be 'auto', 'N' or 'A-B', got {text!r}")
        low = int(match[1])
        return SpeakerCount(low, low if match[2] is None else int(match[2]))

    def __str__(self) -> str:
        if self.exact is not None:
            return str(self.exact)
        if self.at_most is None:
            return "auto" if self.at_least == 1 else f"{self.at_least}-{MAX_SPEAKERS}"
        return f"{self.at_least}-{self.at_most}"


@dataclass(frozen=True, slots=True)
class AsrOptions:
    """Options of speech recognition.

    Attributes:
        recognizer: name in the registry, or "auto" for the best installed one.
        language: ISO 639-1 code, None to detect it.
        hotwords: words to favour; refused by recognisers that do not accept hotwords.
        batch_size_s: seconds of speech and padding in a batch of a Paraformer; 0 for one
            segment per batch. Whisper packs speech itself.
        batch_size_threshold_s: a segment of at least this many seconds ends its batch (spec 3.6).
        language_model: a language model combined with a Paraformer, None for none.
    """

    recognizer: str = "auto"
    language: str | None = None
    hotwords: tuple[str, ...] = ()
    batch_size_s: int = 0
    batch_size_threshold_s: int = 60
    language_model: LanguageModelOptions | None = None

    def __post_init__(self) -> None:
        check_hotwords(self.hotwords)
        check_range("batch_size_s", self.batch_size_s, 0, MAX_BATCH_S)
        check_range("batch_size_threshold_s", self.batch_size_threshold_s, 1, MAX_BATCH_S)


@dataclass(frozen=True, slots=True)
class RuntimeOptions:
    """Limits on the use of computing resources.

    Attributes:
        num_threads: threads inside one graph, 0 for one per physical core.
    """

    num_threads: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.num_threads <= MAX_THREADS:
            raise OptionError(
                f"num_threads must be between 0 and {MAX_THREADS}, got {self.num_threads}"
            )


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """Options of one transcription.

    Attributes:
        profile: default, or classic for the reference system's rules.
        speakers: allowed number of speakers.
        asr: options of the recogniser.
        diarize_only: whether recognition is skipped, so that turns have no text.
        track: audio track to read of a file that has several.
    """

    profile: Profile = Profile.DEFAULT
    speakers: SpeakerCount = field(default_factory=SpeakerCount)
    asr: AsrOptions = field(default_factory=AsrOptions)
    diarize_only: bool = False
    track: AudioTrack = ANY_TRACK

    def as_text(self) -> tuple[tuple[str, str], ...]:
        """Convert the options to (name, text value) pairs, sorted by name; `from_text` reads them.

        The audio track and the language model are omitted if none was chosen, as in options from
        versions without them: both mean the same.
        """
        track = () if self.track == ANY_TRACK else (("audio_track", str(self.track)),)
        return (
            *track,
            ("batch_size_s", str(self.asr.batch_size_s)),
            ("batch_size_threshold_s", str(self.asr.batch_size_threshold_s)),
            ("diarize_only", "yes" if self.diarize_only else "no"),
            ("hotwords", "\n".join(self.asr.hotwords)),
            ("language", self.asr.language or "auto"),
            *(() if self.asr.language_model is None else self.asr.language_model.as_text()),
            ("profile", self.profile.value),
            ("recognizer", self.asr.recognizer),
            ("speakers", str(self.speakers)),
        )

    @staticmethod
    def from_text(choices: Iterable[tuple[str, str]]) -> PipelineOptions:
        """Restore options from the output of `as_text`; a missing option keeps its default.

        Raises:
            OptionError: a value is invalid.
        """
        named = dict(choices)
        profile = named.get("profile", Profile.DEFAULT.value)
        if profile not in {each.value for each in Profile}:
            raise OptionError(f"There is no profile {profile!r}")
        language = named.get("language", "auto")
        return PipelineOptions(
            profile=Profile(profile),
            speakers=SpeakerCount.parse(named.get("speakers", "auto")),
            asr=AsrOptions(
                recognizer=named.get("recognizer", "auto"),
                language=None if language == "auto" else language,
                hotwords=parse_hotwords(named.get("hotwords", "")),
                language_model=LanguageModelOptions.from_text(named),
                **{name: _seconds(name, named[name]) for name in _SECONDS if name in named},
            ),
            diarize_only=named.get("diarize_only") == "yes",
            track=AudioTrack.parse(named.get("audio_track", "auto")),
        )


def _seconds(name: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text, re.ASCII):
        raise OptionError(f"{name} must be a whole number of seconds, got {text!r}")
    return int(text)


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Check that a value is in [low, high], including both ends.

    Raises:
        OptionError: the value is out of range or NaN.
    """
    if not low <= value <= high:  # also refuses NaN
        raise OptionError(f"{name} must be between {low:g} and {high:g}, got {value}")


def parse_hotwords(text: str) -> tuple[str, ...]:
    """Parse hotwords, one per line; a hotword may consist of several words.

    Raises:
        OptionError: there are too many, or one is too long or contains unprintable characters.
    """
    hotwords = tuple(dict.fromkeys(" ".join(line.split()) for line in text.splitlines()))
    return check_hotwords(tuple(each for each in hotwords if each))


def check_hotwords(hotwords: Sequence[str]) -> tuple[str, ...]:
    """Check the number and length of hotwords; return them as a tuple.

    Raises:
        OptionError: there are too many, or one is empty, too long or unprintable.
    """
    if len(hotwords) > MAX_HOTWORDS:
        raise OptionError(f"There may be {MAX_HOTWORDS} hotwords, got {len(hotwords)}.")
    for number, hotword in enumerate(hotwords, start=1):
        if not hotword.strip() or not hotword.isprintable() or len(hotword) > MAX_HOTWORD_LENGTH:
            raise OptionError(
                f"Hotword {number} must be a word or a few, at most {MAX_HOTWORD_LENGTH} "
                f"characters without line breaks: {hotword[:MAX_HOTWORD_LENGTH]!r}"
            )
    return tuple(hotwords)
