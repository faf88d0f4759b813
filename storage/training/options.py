"""What is exported as training data, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from storage.db.errors import TrainingOptionError

# FunASR leaves out of its training whatever is longer than 2048 frames of 10 ms, without a word
# (funasr/datasets/audio_datasets/index_ds.py: max_source_length).
DEFAULT_MAX_DURATION_MS = 20_000
DEFAULT_MIN_DURATION_MS = 300  # shorter ones are interjections, cut in the middle as often as not


class Split(str, Enum):
    """What a row is for."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class GroupBy(str, Enum):
    """What must not lie in two splits at once."""

    RECORDING = "recording"
    SPEAKER = "speaker"


class PunctuationRule(str, Enum):
    """What becomes of punctuation."""

    KEEP = "keep"
    REMOVE = "remove"


class DigitRule(str, Enum):
    """What becomes of digits."""

    KEEP = "keep"
    CHINESE = "chinese"


class CaseRule(str, Enum):
    """What becomes of Latin letters."""

    KEEP = "keep"
    LOWER = "lower"
    UPPER = "upper"


@dataclass(frozen=True, slots=True)
class TrainingFilters:
    """Which utterances are exported; rejected ones never are.

    Attributes:
        verified_only: whether somebody must vouch for it.
        changed_only: whether a person must have changed its words, times or speaker.
        min_duration_ms: shorter ones are left out.
        max_duration_ms: longer ones are left out.
        speakers: names or labels; empty for everybody.
        recording_ids: empty for all recordings.
        tags: the recording must have one of them; empty for any recording.
        edited_from: the first day (UTC) on which its last edit may have been; None for any.
        edited_until: the last such day.
        min_confidence: of what the machine heard; those of unknown confidence are left out too.
        max_confidence: the same, for what the machine found hard.
    """

    verified_only: bool = True
    changed_only: bool = False
    min_duration_ms: int = DEFAULT_MIN_DURATION_MS
    max_duration_ms: int = DEFAULT_MAX_DURATION_MS
    speakers: tuple[str, ...] = ()
    recording_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    edited_from: date | None = None
    edited_until: date | None = None
    min_confidence: float | None = None
    max_confidence: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.min_duration_ms <= self.max_duration_ms:
            raise TrainingOptionError(
                "The shortest duration must not be negative, nor above the longest: "
                f"got {self.min_duration_ms} and {self.max_duration_ms} ms."
            )
        low = 0.0 if self.min_confidence is None else self.min_confidence
        high = 1.0 if self.max_confidence is None else self.max_confidence
        if not 0.0 <= low <= high <= 1.0:
            raise TrainingOptionError(
                "The confidence runs from 0 to 1, the lowest not above the highest: "
                f"got {low} and {high}."
            )
        if self.edited_from and self.edited_until and self.edited_from > self.edited_until:
            raise TrainingOptionError(
                f"The first day, {self.edited_from}, is after the last, {self.edited_until}."
            )


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """How rows are divided.

    Attributes:
        group_by: what stays together.
        validation_share: of the duration, in [0, 1].
        test_share: of the duration, in [0, 1]; the rest is for training.
        seed: another one gives another division.
    """

    group_by: GroupBy = GroupBy.RECORDING
    validation_share: float = 0.1
    test_share: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        shares = (self.validation_share, self.test_share)
        if not (all(0.0 <= share < 1.0 for share in shares) and sum(shares) < 1.0):
            raise TrainingOptionError(
                "The shares for validation and test must leave something to train on: "
                f"got {self.validation_share} and {self.test_share}."
            )

    @property
    def shares(self) -> dict[Split, float]:
        """The share of each split that is wanted."""
        wanted = {
            Split.TRAIN: 1.0 - self.validation_share - self.test_share,
            Split.VALIDATION: self.validation_share,
            Split.TEST: self.test_share,
        }
        return {split: share for split, share in wanted.items() if share > 0.0}


@dataclass(frozen=True, slots=True)
class TextRules:
    """What is done to the texts; see `text_rules.trained_text`."""

    punctuation: PunctuationRule = PunctuationRule.KEEP
    digits: DigitRule = DigitRule.KEEP
    case: CaseRule = CaseRule.KEEP


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Everything that decides what an export holds.

    Attributes:
        filters: which utterances.
        split: how they are divided.
        text: what is done to their texts.
        formats: names in `formats.TRAINING_FORMATS`.
        audio_root: written before the path of each clip, where the trainer does not run in the
            export's own folder.
    """

    formats: tuple[str, ...]
    filters: TrainingFilters = field(default_factory=TrainingFilters)
    split: SplitPlan = field(default_factory=SplitPlan)
    text: TextRules = field(default_factory=TextRules)
    audio_root: str = ""

    def __post_init__(self) -> None:
        if not self.formats:
            raise TrainingOptionError("No format is chosen; choose at least one.")
        if any(letter.isspace() or not letter.isprintable() for letter in self.audio_root):
            raise TrainingOptionError(
                "The folder before the clips' paths must hold no blanks: the formats separate "
                f"by them. Got {self.audio_root!r}."
            )
