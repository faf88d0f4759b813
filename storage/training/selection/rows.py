"""Utterances of training data, with their recordings, transcripts, speakers and edits."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass

from pipeline.audio.samples import SAMPLES_PER_MS
from pipeline.core.intervals import Interval
from pipeline.core.provenance import ModelUse
from storage.db.records import Edit, UtteranceStatus
from storage.training.export_options import Split
from storage.training.selection.machine_text import MachineText

_SPEAKER_DIGITS = (
    12  # hexadecimal: the probability of a collision among a million speakers is 1/500
)


@dataclass(frozen=True, slots=True)
class TrainingSpeaker:
    """Speaker of an exported utterance.

    Attributes:
        speaker_id: hash of the name; equal for equal names.
        name: display name; None if no name was given.
        label: label in the transcript; None if no speaker is assigned.
    """

    speaker_id: str
    name: str | None
    label: str | None

    @property
    def is_known(self) -> bool:
        """Whether the utterance has a speaker."""
        return self.label is not None


def training_speaker(*, name: str | None, label: str, speaker_row_id: str) -> TrainingSpeaker:
    """Return the training speaker of a transcript's speaker; equal names give the same id."""
    normalized = " ".join(unicodedata.normalize("NFKC", name or "").casefold().split())
    key = f"name {normalized}" if normalized else f"speaker {speaker_row_id}"
    return TrainingSpeaker(_speaker_id(key), name, label)


def unknown_speaker(recording_id: str) -> TrainingSpeaker:
    """Return the speaker that stands for all utterances of a recording without a speaker."""
    return TrainingSpeaker(_speaker_id(f"unknown {recording_id}"), None, None)


def _speaker_id(key: str) -> str:
    return f"spk{hashlib.sha256(key.encode()).hexdigest()[:_SPEAKER_DIGITS]}"


@dataclass(frozen=True, slots=True)
class Source:
    """Transcript and recording from which utterances are exported.

    Attributes:
        recording_id: id of the recording.
        title: title of the recording.
        audio_sha256: of the uploaded file.
        duration_ms: length of the recording.
        transcript_id: id of the transcript.
        head_edit_id: head edit of the transcript.
        language: ISO 639 code set by a person or recognised; "" if unknown.
        models: models that created the transcript.
        software_version: version of the program that created it.
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
    """Utterance that may be exported as training data.

    Attributes:
        source: its transcript and recording.
        utterance_id: 32 hexadecimal digits.
        speaker: its speaker.
        text: its current text.
        status: review status.
        is_edited: whether a person has changed its text, times or speaker.
        reviewed_by: who verified it; None if not verified.
        last_edit: the last edit that changed it, or the root edit.
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
    """Utterance that is exported as training data.

    Attributes:
        utterance: the utterance.
        text: target text for training.
        machine_text: the machine's text; None if the transcript was imported.
        edits: its edits in order.
        correction: the last edit that changed its text; None if it is the machine's text.
        tokens_json: its tokens with times, see `values.write_tokens`.
        split: its split.
    """

    utterance: Candidate
    text: str
    machine_text: MachineText | None
    edits: tuple[Edit, ...]
    correction: Edit | None
    tokens_json: str
    split: Split

    @property
    def key(self) -> str:
        """Unique name of the utterance, beginning with the speaker id for Kaldi's sort order."""
        return f"{self.utterance.speaker.speaker_id}-{self.utterance.utterance_id}"

    @property
    def clip_name(self) -> str:
        """Path of the audio clip inside the export."""
        return f"clips/{self.split.value}/{self.key}.wav"

    @property
    def num_samples(self) -> int:
        """Length of the audio clip in samples at 16 kHz."""
        return self.utterance.duration_ms * SAMPLES_PER_MS
