"""One utterance as training data, with all that is known of where it comes from."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

from pipeline.audio.samples import SAMPLES_PER_MS
from pipeline.core.intervals import Interval
from pipeline.core.provenance import ModelUse
from storage.db.records import Edit, UtteranceStatus
from storage.training.heard import Heard
from storage.training.options import Split

_SPEAKER_DIGITS = 12  # of 16 values each: among a million speakers two share an id once in 500


@dataclass(frozen=True, slots=True)
class TrainingSpeaker:
    """Who speaks.

    Attributes:
        speaker_id: the same wherever the same name is given; it tells nobody the name.
        name: given by a person; None where nobody gave one.
        label: the machine's name in this transcript; None where nobody knows who speaks.
    """

    speaker_id: str
    name: str | None
    label: str | None

    @property
    def is_known(self) -> bool:
        """Whether anybody, person or machine, says who speaks."""
        return self.label is not None


def training_speaker(*, name: str | None, label: str, speaker_row_id: str) -> TrainingSpeaker:
    """A speaker of a transcript; equal names in several recordings are one person."""
    spelled = " ".join(unicodedata.normalize("NFKC", name or "").casefold().split())
    key = f"name {spelled}" if spelled else f"speaker {speaker_row_id}"
    return TrainingSpeaker(_speaker_id(key), name, label)


def unknown_speaker(recording_id: str) -> TrainingSpeaker:
    """Whoever speaks where nobody knows who; one for each recording."""
    return TrainingSpeaker(_speaker_id(f"unknown {recording_id}"), None, None)


def _speaker_id(key: str) -> str:
    return f"spk{hashlib.sha256(key.encode()).hexdigest()[:_SPEAKER_DIGITS]}"


@dataclass(frozen=True, slots=True)
class Source:
    """The transcript that an utterance belongs to, and its recording.

    Attributes:
        recording_id: of the recording; the next three: more of it.
        title: what people call it.
        audio_sha256: of the file as it came.
        duration_ms: length of its audio.
        transcript_id: of the transcript; the rest: more of it.
        head_edit_id: the edit it stands at.
        language: ISO 639 code, as a person says or the machine heard; "" where neither did.
        models: what took part in making it.
        software_version: of the program that made it.
    """

    recording_id: str
    title: str
    audio_sha256: str
    duration_ms: int
    transcript_id: str
    head_edit_id: int
    language: str
    models: tuple[ModelUse, ...]
    software_version: str


@dataclass(frozen=True, slots=True)
class Candidate(Interval):
    """An utterance that may become a row.

    Attributes:
        source: where it is from.
        utterance_id: 32 hexadecimal digits.
        speaker: who speaks.
        text: as a person, or else the machine, has it.
        status: who vouches for it.
        is_edited: whether a person has changed its words, times or speaker.
        reviewed_by: who verified it; None where nobody has.
        last_edit: the edit that it is as after.
    """

    source: Source
    utterance_id: str
    speaker: TrainingSpeaker
    text: str
    status: UtteranceStatus
    is_edited: bool
    reviewed_by: str | None
    last_edit: Edit


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """An utterance that is exported.

    Attributes:
        utterance: the utterance.
        text: what a model is to write.
        heard: what the machine heard first; None where no machine made the transcript.
        life: its edits in order.
        correction: the last edit that changed its text; None where the text is the machine's.
        tokens_json: its characters or words with times, see `row_values.write_tokens`.
        split: what it is for.
    """

    utterance: Candidate
    text: str
    heard: Heard | None
    life: tuple[Edit, ...]
    correction: Edit | None
    tokens_json: str
    split: Split

    @property
    def key(self) -> str:
        """Its name in every format; begins with the speaker, as Kaldi wants it for sorting."""
        return f"{self.utterance.speaker.speaker_id}-{self.utterance.utterance_id}"

    @property
    def clip_name(self) -> str:
        """Where its audio lies in the export."""
        return f"clips/{self.split.value}/{self.key}.wav"

    @property
    def num_samples(self) -> int:
        """Length of its audio at 16 kHz."""
        return self.utterance.duration_ms * SAMPLES_PER_MS
