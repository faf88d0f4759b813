"""How much silence a sound track leaves out, told from the times of its frames."""

from __future__ import annotations

SHORTEST_GAP_S = 0.2  # below that it is rounding or jitter of the container's clock
MOST_SILENCE_S = 3600.0  # times from a damaged file must not fill the memory


class Timeline:
    """Compares the time a frame claims with the samples that came before it."""

    def __init__(self, start_s: float) -> None:
        """Start where the file starts, which may be before its sound track does."""
        self._start_s = self._due_s = start_s
        self._silence_s = 0.0

    @property
    def length_s(self) -> float:
        """Length of all frames so far and the silence before and between them."""
        return self._due_s - self._start_s

    def num_missing(self, time_s: float | None, num_frames: int, sample_rate_hz: int) -> int:
        """Samples of silence that belong before a frame; 0 where it follows closely.

        Args:
            time_s: the frame's time, None where the container gives none.
            num_frames: samples per channel in the frame.
            sample_rate_hz: rate of the frame.
        """
        gap_s = 0.0 if time_s is None else time_s - self._due_s
        is_gap = gap_s >= SHORTEST_GAP_S and self._silence_s + gap_s <= MOST_SILENCE_S
        num_missing = round(gap_s * sample_rate_hz) if is_gap else 0
        self._silence_s += num_missing / sample_rate_hz
        self._due_s += (num_missing + num_frames) / sample_rate_hz
        return num_missing
