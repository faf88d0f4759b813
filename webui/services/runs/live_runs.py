"""Interface to the recordings that are still being made."""

from __future__ import annotations

from typing import Protocol


class LiveRuns(Protocol):
    """The runs whose recordings are still being made."""

    def end_run(self, run_id: str) -> None:
        """End the recording of a run and hand its audio over; do nothing for other runs."""
        ...

    def drop_recording(self, recording_id: str) -> None:
        """Stop a recording that is being deleted, and remove its files; do nothing for others."""
        ...


class NoLiveRuns:
    """No recordings that are being made."""

    def end_run(self, run_id: str) -> None:
        """Do nothing."""

    def drop_recording(self, recording_id: str) -> None:
        """Do nothing."""
