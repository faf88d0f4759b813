"""Record of the models, options and software that produced a transcript."""

from __future__ import annotations

from dataclasses import dataclass

SOFTWARE_VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model that was used for a transcript.

    Attributes:
        role: "vad", "recognizer", "speaker_embedder", ...
        model_id: its id in the manifest.
        sha256: of its main file, in hexadecimal.
    """

    role: str
    model_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """The models, options and software version that determine a transcript of given audio.

    Attributes:
        models: in the order of use.
        options: name and value of every option, as text, sorted by name; also the audio track
            that was read of a file that has several (`TRACK_READ`).
        software_version: version of this program.
    """

    models: tuple[ModelUse, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    software_version: str = SOFTWARE_VERSION
