"""What made a transcript: models, options, software."""

from __future__ import annotations

from dataclasses import dataclass

SOFTWARE_VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class ModelUse:
    """One model that took part.

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
    """Equal provenance of equal audio gives an equal transcript.

    Attributes:
        models: in the order they run.
        options: name and value of every choice, as text, sorted by name; also which sound track
            was read of a file that has several (`TRACK_READ`).
        software_version: of this program.
    """

    models: tuple[ModelUse, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    software_version: str = SOFTWARE_VERSION
