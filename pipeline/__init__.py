"""Speech transcription with speaker labels, on onnxruntime and CTranslate2.

```python
from pipeline import PipelineOptions, SpeakerCount, transcribe

for each in transcribe(["meeting.m4a", "wav.scp"], PipelineOptions(speakers=SpeakerCount(2, 5))):
    for sentence in each.transcript.sentences:
        print(each.key, sentence.start_ms, sentence.speaker, sentence.text)
```
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.compat.funasr import generate
    from pipeline.core.options import (
        AsrOptions,
        PipelineOptions,
        Profile,
        RuntimeOptions,
        SpeakerCount,
    )
    from pipeline.models.locations import ModelLocations
    from pipeline.transcription.transcriber import RecordingResult, Transcriber, transcribe

__all__ = [
    "AsrOptions",
    "ModelLocations",
    "PipelineOptions",
    "Profile",
    "RecordingResult",
    "RuntimeOptions",
    "SpeakerCount",
    "Transcriber",
    "generate",
    "transcribe",
]

_OPTIONS = ("AsrOptions", "PipelineOptions", "Profile", "RuntimeOptions", "SpeakerCount")
_HOMES = {
    "ModelLocations": "pipeline.models.locations",
    "generate": "pipeline.compat.funasr",
    "RecordingResult": "pipeline.transcription.transcriber",
    "Transcriber": "pipeline.transcription.transcriber",
    "transcribe": "pipeline.transcription.transcriber",
    **dict.fromkeys(_OPTIONS, "pipeline.core.options"),
}


def __getattr__(name: str) -> object:
    """Import and return a public name at its first use, since libraries for models load slowly.

    Raises:
        AttributeError: the package has no public name `name`.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names of the package."""
    return sorted([*globals(), *__all__])
