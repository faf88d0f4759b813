"""Options of a training data export."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from storage.db.errors import TrainingOptionError

# FunASR silently drops clips longer than 2048 frames of 10 ms
# (funasr/datasets/audio_datasets/index_ds.py: max_source_length).
DEFAULT_MAX_DURATION_MS = 20_000
DEFAULT_MIN_DURATION_MS = 300  # shorter ones are interjections, often cut off


class Split(str, Enum):
    """Part of the data set, for training, validation or test."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class GroupBy(str, Enum):
    """Unit whose utterances all belong to the same split."""

    RECORDING = "recording"
    SPEAKER = "speaker"


class PunctuationRule(str, Enum):
    """Treatment of punctuation in training texts."""

    KEEP = "keep"
    REMOVE = "remove"


class DigitRule(str, Enum):
    """Treatment of digits in training texts."""

    KEEP = "keep"
    CHINESE = "chinese"


class CaseRule(str, Enum):
    """Treatment of the case of Latin letters in training texts."""

    KEEP = "keep"
    LOWER = "lower"
    UPPER = "upper"


@dataclass(frozen=True, slots=True)
class TrainingFilters:
    """Conditions that an utterance must meet to be exported, besides not being rejected.

    Attributes:
        verified_only: only verified utterances.
        changed_only: only utterances whose text, times or speaker a person has changed.
        without_heard: leave out utterances that were verified by listening only.
        min_duration_ms: shorter ones are left out.
        max_duration_ms: longer ones are left out.
        speakers: names or labels; empty for all speakers.
        recording_ids: empty for all recordings.
        tags: the recording must have one of them; empty for all recordings.
        edited_from: first day (UTC) of the last edit; None for no limit.
        edited_until: last day (UTC) of the last edit; None for no limit.
        min_confidence: of the machine's text; an unknown confidence is left out. None for no limit.
        max_confidence: upper limit of the same confidence; None for no limit.
    """

    verified_only: bool = True
    changed_only: bool = False
    without_heard: bool = False
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
    """Options of the division of the data set into splits.

    Attributes:
        group_by: unit that is never divided.
        validation_share: of the duration, in [0, 1).
        test_share: of the duration, in [0, 1); the rest is for training.
        seed: seed of the assignment.
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
        """Share of the duration by split, without splits whose share is 0."""
        shares = {
            Split.TRAIN: 1.0 - self.validation_share - self.test_share,
            Split.VALIDATION: self.validation_share,
            Split.TEST: self.test_share,
        }
        return {split: share for split, share in shares.items() if share > 0.0}


@dataclass(frozen=True, slots=True)
class TextRules:
    """Options of the text normalization in `text_rules.normalized_text`."""

    punctuation: PunctuationRule = PunctuationRule.KEEP
    digits: DigitRule = DigitRule.KEEP
    case: CaseRule = CaseRule.KEEP


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Options of a training data export.

    Attributes:
        formats: names in `formats.registry.TRAINING_FORMATS`.
        filters: conditions on utterances.
        split: division into splits.
        text: normalization of texts.
        audio_root: prefix of the path of each clip, for a trainer that does not run in the folder
            of the export.
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
