"""Character times from the firing positions of Paraformer's integrate-and-fire (CIF) predictor."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FRAMES_PER_ROW = 3  # the timestamp head has three frames for each row of features (spec 3.1)

_FIRE = 1.0 - 1e-4  # spec 4.1: a frame fires at this integral, which is then subtracted
_SHIFT = -1.5  # frames from the firing position to the start of the character (spec 4.2)
_EDGE_FRAMES = 5  # more than this before the first or after the last character is silence
_MAX_TOKEN_FRAMES = 12  # longest character; the rest is silence
_SECONDS_PER_FRAME = 10.0 * 6 / 1000 / FRAMES_PER_ROW

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A time span in milliseconds of the segment, possibly with a negative start."""

    start_ms: int
    end_ms: int


def integrate(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the running integral of the weights, reset each time it fires (spec 4.1).

    Args:
        weights: (num_frames,) float32.

    Returns:
        (num_frames,) float32: the integral of each frame just before a reset.
    """
    threshold = np.float32(_FIRE)
    integral = np.float32(0.0)
    recorded = np.empty_like(weights)
    for frame, weight in enumerate(weights):
        integral += weight
        recorded[frame] = integral
        if integral >= threshold:
            integral -= threshold
    return recorded


def reference_times(
    weights: NDArray[np.float32], peaks: NDArray[np.float32], num_chars: int
) -> tuple[TimeSpan, ...]:
    """Return one time span per character, exactly as the reference system does (spec 4.2).

    The first character may start some milliseconds before the segment.

    Args:
        weights: (num_frames,) float32, fraction of a character in each frame.
        peaks: (num_frames,) float32, their running integral.
        num_chars: number of recognised characters.
    """
    if num_chars == 0 or peaks.size == 0:
        return ()
    fires = _find_fires(weights, peaks, num_chars)
    starts = fires[:-1]
    lasts_long = np.diff(fires) > _MAX_TOKEN_FRAMES
    ends = np.where(lasts_long, starts + _MAX_TOKEN_FRAMES, fires[1:])
    if not lasts_long[-1]:
        tail = peaks.size - fires[-1]
        ends[-1] = (peaks.size + fires[-1]) * 0.5 if tail > _EDGE_FRAMES else peaks.size
    return tuple(
        TimeSpan(start_ms, end_ms)
        for start_ms, end_ms in zip(_as_ms(starts), _as_ms(ends), strict=True)
    )


def segment_times(
    weights: NDArray[np.float32],
    peaks: NDArray[np.float32],
    num_chars: int,
    *,
    duration_ms: int,
) -> tuple[TimeSpan, ...]:
    """Return one time span per character, inside the segment, sorted and at least 1 ms long.

    Args:
        weights: as for `reference_times`.
        peaks: as for `reference_times`.
        num_chars: number of recognised characters.
        duration_ms: length of the segment, at least 1.
    """
    spans = reference_times(weights, peaks, num_chars) or (TimeSpan(0, duration_ms),) * num_chars
    return clamp_times(spans, duration_ms=duration_ms)


def clamp_times(spans: tuple[TimeSpan, ...], *, duration_ms: int) -> tuple[TimeSpan, ...]:
    """Clip time spans to [0, duration_ms), sorted by start, each at least 1 ms long."""
    clamped: list[TimeSpan] = []
    earliest_ms = 0
    for span in spans:
        start_ms = min(max(span.start_ms, earliest_ms), duration_ms - 1)
        end_ms = min(max(span.end_ms, start_ms + 1), duration_ms)
        clamped.append(TimeSpan(start_ms, end_ms))
        earliest_ms = start_ms
    return tuple(clamped)


def _find_fires(
    weights: NDArray[np.float32], peaks: NDArray[np.float32], num_chars: int
) -> NDArray[np.float64]:
    """Return the start frame of each character and the end frame of the last: (num_chars + 1,)."""
    fires = _fires_of(peaks)
    if fires.size != num_chars + 1:
        with np.errstate(all="ignore"):  # weights that sum to zero never fire
            rescaled = weights / (weights.sum() / np.float32(num_chars + 1))
            fires = _fires_of(integrate(rescaled))
    if fires.size == num_chars + 1:
        return fires
    _log.warning(
        "%d characters have %d times: the rest are interpolated", num_chars, fires.size - 1
    )
    return _spread(fires, num_chars + 1, num_frames=peaks.size)


def _fires_of(peaks: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.flatnonzero(peaks >= np.float32(_FIRE)).astype(np.float64) + _SHIFT


def _spread(fires: NDArray[np.float64], count: int, *, num_frames: int) -> NDArray[np.float64]:
    """Return exactly `count` positions by dropping extra ones or adding evenly spaced ones."""
    known = fires[:count]
    if known.size == count:
        return known
    last = known[-1] if known.size else 0.0
    num_missing = count - known.size
    missing = np.linspace(last, max(last, num_frames), num_missing + (known.size > 0))
    return np.concatenate([known, missing[1:] if known.size else missing])


def _as_ms(frames: NDArray[np.float64]) -> list[int]:
    """Convert frames to milliseconds, rounded as in the reference system (spec 4.2)."""
    milliseconds: list[int] = (frames * _SECONDS_PER_FRAME * 1000).astype(np.int64).tolist()
    return milliseconds
