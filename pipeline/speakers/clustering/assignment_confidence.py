"""How sure it is that a stretch belongs to its speaker and not to the next nearest one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.core.intervals import Interval

# Difference of the cosines to the own and the next nearest voice at which nothing is in doubt, and
# at which nothing is decided. Of 330 stretches of composed conversations with known speakers 98 %
# lie above the first; of stretches given to a wrong speaker on purpose all lie below the second.
SURE_MARGIN = 0.30
NO_MARGIN = 0.0


def speaker_doubt(
    windows: Sequence[Interval],
    embeddings: NDArray[np.float32],
    stretches: Sequence[Interval],
    speakers: Sequence[str | None],
) -> list[float | None]:
    """Doubt of each stretch, by the margin of its own voice over the next nearest.

    Args:
        windows: the excerpts, sorted by start.
        embeddings: (num_windows, embedding_dim) float32, rows of length 1.
        stretches: what somebody says.
        speakers: who is said to say it, one per stretch; None for nobody known.

    Returns:
        One number per stretch: 0.0 beyond doubt, 1.0 where another voice is as near or nearer;
        None where no excerpt lies in the stretch, its speaker is not known, or nobody else speaks.
    """
    names = sorted({name for name in speakers if name is not None})
    if len(windows) == 0 or len(names) < 2:  # noqa: PLR2004 - one voice has no rival
        return [None] * len(stretches)
    voices = _voices_of(windows, embeddings, stretches)
    sums = np.zeros((len(names), embeddings.shape[1]))
    weights = [stretch.duration_ms for stretch in stretches]
    index = {name: row for row, name in enumerate(names)}
    for voice, name, weight in zip(voices, speakers, weights, strict=True):
        if voice is not None and name is not None:
            sums[index[name]] += weight * voice
    return [
        None if voice is None or name is None else _doubt(voice, weight, sums, index[name])
        for voice, name, weight in zip(voices, speakers, weights, strict=True)
    ]


def _voices_of(
    windows: Sequence[Interval],
    embeddings: NDArray[np.float32],
    stretches: Sequence[Interval],
) -> list[NDArray[np.float64] | None]:
    """The mean voice of each stretch over the excerpts whose middle lies in it, of length 1."""
    middles = np.array([(window.start_ms + window.end_ms) / 2 for window in windows])
    order = np.argsort(middles, kind="stable")
    sums = np.vstack(
        [np.zeros(embeddings.shape[1]), np.cumsum(embeddings[order], axis=0, dtype=np.float64)]
    )
    first = np.searchsorted(middles[order], [each.start_ms for each in stretches], side="left")
    stop = np.searchsorted(middles[order], [each.end_ms for each in stretches], side="left")
    voices: list[NDArray[np.float64] | None] = []
    for low, high in zip(first, stop, strict=True):
        total = sums[high] - sums[low]
        length = float(np.linalg.norm(total))
        voices.append(None if high <= low or length == 0.0 else total / length)
    return voices


def _doubt(
    voice: NDArray[np.float64], weight: int, sums: NDArray[np.float64], own: int
) -> float | None:
    """The stretch itself is left out of its own speaker's voice: it would vouch for itself."""
    others = sums.copy()
    others[own] -= weight * voice
    lengths = np.linalg.norm(others, axis=1)
    known = lengths > 1e-9  # noqa: PLR2004 - what rounding leaves of a voice heard nowhere else
    if not known[own] or known.sum() < 2:  # noqa: PLR2004 - one voice has no rival
        return None
    cosines = np.where(known, others @ voice / np.where(known, lengths, 1.0), -1.0)
    rival = float(np.delete(cosines, own).max())
    margin = float(cosines[own]) - rival
    return float(np.clip((SURE_MARGIN - margin) / (SURE_MARGIN - NO_MARGIN), 0.0, 1.0))
