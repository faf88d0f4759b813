"""Limits of uploads and transcriptions, in a module that imports quickly."""

from __future__ import annotations

from dataclasses import dataclass, fields

from pipeline.audio.samples import SAMPLE_RATE_HZ

BYTES_PER_MB = 1 << 20
SECONDS_PER_HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of uploads and transcriptions.

    Attributes:
        recording_hours: maximum length of one recording.
        file_mb: maximum size of one file, in units of 2**20 bytes.
        queue: unfinished transcriptions of all visitors together.
        visitor_queue: unfinished transcriptions of one visitor of a public demo.
        visitor_hours: hours of audio per visitor of a public demo within 24 hours.
        address_queue: as visitor_queue, of all visitors with one network address together.
        address_hours: as visitor_hours, of all visitors with one network address together.
        address_live: live recordings at a time of all visitors with one network address together.
        upload_hours: hours after which an upload that was not started is removed.
        live_minutes: maximum length of one live recording.
    """

    recording_hours: float = 24.0  # the pipeline's own maximum
    file_mb: int = 4_096  # 10 h of 44.1 kHz stereo FLAC are about 3.5 GB
    queue: int = 1_000
    visitor_queue: int = 1_000
    visitor_hours: float = 1_000.0
    address_queue: int = 1_000
    address_hours: float = 1_000.0
    address_live: int = 1_000
    upload_hours: float = 24.0
    live_minutes: float = 720.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0 < value < float("inf"):
                raise ValueError(f"Limits.{field.name} must be a number above 0, got {value}")

    @property
    def max_samples(self) -> int:
        """Maximum number of audio samples of one recording after decoding."""
        return round(self.recording_hours * SECONDS_PER_HOUR * SAMPLE_RATE_HZ)


DEMO_LIMITS = Limits(
    recording_hours=2.0,
    file_mb=500,
    queue=20,
    visitor_queue=3,
    visitor_hours=4.0,
    address_queue=6,
    address_hours=8.0,
    address_live=2,
    live_minutes=10.0,
)
