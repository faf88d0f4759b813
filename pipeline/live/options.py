"""Options of a live transcription, validated on creation."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.core.options import AsrOptions, Profile, SpeakerCount
from pipeline.models.recognizer_choice import AUTO


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """Options of one live transcription.

    Attributes:
        language: ISO 639-1 code, None to detect it.
        recognizer: name in the registry, or "auto" for the best installed one.
        hotwords: words to favour, for a recogniser that accepts them.
        num_speakers: allowed number of speakers.
        profile: default, or classic for the reference system's end silence and last tokens.
    """

    language: str | None = None
    recognizer: str = AUTO
    hotwords: tuple[str, ...] = ()
    num_speakers: SpeakerCount = field(default_factory=SpeakerCount)
    profile: Profile = Profile.DEFAULT

    @property
    def asr(self) -> AsrOptions:
        """The same options as those of a recogniser in an offline transcription."""
        return AsrOptions(
            recognizer=self.recognizer, language=self.language, hotwords=self.hotwords
        )
