"""Rate control of interim text, which is reduced when recognition lags behind the recording."""

from __future__ import annotations

from pipeline.live.events import PassingState

FIRST_MS = 800  # audio of a segment before its first interim text
_USUAL_MS = 800
_LARGEST_MS = 4 * _USUAL_MS
_LAGGING_MS = 1_500
_RECOVERED_MS = 500
_LENGTH_SHARE = 5  # longer audio costs more: a fifth more of it is awaited


class TailPace:
    """A rate control for interim text, whose interval doubles while recognition lags.

    At the largest interval interim text is disabled until the lag is small.
    """

    def __init__(self) -> None:
        """Create the rate control with the usual interval."""
        self._interval_ms = _USUAL_MS
        self._is_off = False
        self._last_ms = -_LARGEST_MS

    @property
    def state(self) -> PassingState:
        """Rate of interim text: "on", "slow" or "off"."""
        if self._is_off:
            return "off"
        return "on" if self._interval_ms == _USUAL_MS else "slow"

    def restart(self) -> None:
        """Reset the timer, so that the first interim text of a segment is due at once."""
        self._last_ms = -_LARGEST_MS

    def is_due(self, now_ms: int, *, length_ms: int = 0, lag_ms: int) -> bool:
        """Return whether an interim text is due, and if so restart the timer.

        A large lag doubles the interval, or disables interim text at the largest interval; a small
        lag restores the usual interval.

        Args:
            now_ms: end of the audio.
            length_ms: length of the audio that a pass would read.
            lag_ms: length of the audio that waits for recognition.
        """
        if lag_ms < _RECOVERED_MS:
            self._interval_ms, self._is_off = _USUAL_MS, False
        interval_ms = max(self._interval_ms, length_ms // _LENGTH_SHARE)
        if self._is_off or now_ms - self._last_ms < interval_ms:
            return False
        if lag_ms > _LAGGING_MS:
            self._is_off = self._interval_ms >= _LARGEST_MS
            self._interval_ms = min(2 * self._interval_ms, _LARGEST_MS)
        self._last_ms = now_ms
        return not self._is_off
