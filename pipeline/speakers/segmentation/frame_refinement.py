"""Relabelling of frames near speaker changes, by embeddings of short windows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.core.intervals import Interval
from pipeline.core.result import SpeakerEvidence
from pipeline.speakers.clustering.cluster_cleanup import centroids, unit_rows
from pipeline.speakers.diarization_options import RefinementOptions
from pipeline.speakers.embedding.windows import slide
from pipeline.speakers.segmentation.frame_masks import FRAME_MS

Embed = Callable[[Sequence[Interval]], NDArray[np.float32]]


class FrameRefiner:
    """A refiner that relabels frames near speaker changes by embeddings of short windows.

    A long window at a speaker change contains two speakers, and one around an interjection
    mostly the other speaker. A short window has one speaker, and is long enough to compare it
    with the known speakers, although not to cluster it.
    """

    def __init__(
        self,
        evidence: SpeakerEvidence,
        embed: Embed,
        options: RefinementOptions,
    ) -> None:
        """Compute the mean embedding of each speaker.

        Args:
            evidence: the labelled windows, each inside one piece.
            embed: returns the embeddings of windows, rows of length 1.
            options: sizes and thresholds.
        """
        self._windows = evidence.windows
        self._labels = evidence.labels
        self._embed = embed
        self._options = options
        self._speakers = unit_rows(_means(evidence))
        self._is_certain = self._certain_windows(evidence.embeddings)

    def refine(self, frames: NDArray[np.int16], pieces: Sequence[Interval]) -> NDArray[np.int16]:
        """Return the speaker of each frame after relabelling the uncertain frames.

        A speaker who would lose all frames keeps them.

        Args:
            frames: (num_frames,) int16, speaker of each frame from the long windows, -1 for none.
            pieces: sorted, disjoint, on whole frames, at least one window in each.
        """
        if len(self._speakers) == 1:
            return frames
        certain = self._certain_frames(pieces, len(frames))
        grids = [
            _Grid(piece, certain, self._options)
            for piece in pieces
            if not certain[piece.start_ms // FRAME_MS : piece.end_ms // FRAME_MS].all()
        ]
        if not grids:
            return frames
        scores = self._scores_of(grids)
        refined: NDArray[np.int16] = frames.copy()
        first = 0
        for grid in grids:
            stop = first + len(grid.uncertain_windows)
            grid.relabel(refined, scores[first:stop], certain)
            first = stop
        for speaker in np.setdiff1d(frames, refined):
            refined[frames == speaker] = speaker
        return refined

    def _scores_of(self, grids: Sequence[_Grid]) -> NDArray[np.float64]:
        """Return the cosines of the uncertain windows of all grids to the speakers.

        Every other window whose two neighbours have the same speaker is not embedded; its cosines
        are the mean of theirs.

        Returns:
            (num_uncertain, num_speakers) float64.
        """
        windows = [window for grid in grids for window in grid.uncertain_windows]
        is_between = np.concatenate([grid.is_between for grid in grids])
        scores: NDArray[np.float64] = np.zeros((len(windows), len(self._speakers)))

        def embed(chosen: NDArray[np.int64]) -> None:
            scores[chosen] = self._embed([windows[each] for each in chosen]) @ self._speakers.T

        embed(np.flatnonzero(~is_between))
        between = np.flatnonzero(is_between)
        before, after = scores[between - 1], scores[between + 1]
        scores[between] = (before + after) / 2
        embed(between[before.argmax(axis=1) != after.argmax(axis=1)])
        return scores

    def _certain_windows(self, embeddings: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return a mask of the windows clearly more similar to their own speaker than to others."""
        scores = embeddings @ self._speakers.T
        rows = np.arange(len(scores))
        own = scores[rows, self._labels]
        scores[rows, self._labels] = -np.inf
        return np.asarray(own - scores.max(axis=1) >= self._options.min_margin)

    def _certain_frames(self, pieces: Sequence[Interval], num_frames: int) -> NDArray[np.bool_]:
        """Return a mask of the frames between consecutive certain windows of one speaker."""
        certain = np.zeros(num_frames, dtype=np.bool_)
        starts_ms = [window.start_ms for window in self._windows]
        for piece in pieces:
            first, stop = np.searchsorted(starts_ms, [piece.start_ms, piece.end_ms])
            members = range(int(first), int(stop))
            middles = [_middle(self._windows[number]) for number in members]
            if self._is_certain[members[0]]:
                certain[piece.start_ms // FRAME_MS : middles[0]] = True
            for (earlier, later), (start, end) in zip(
                pairwise(members), pairwise(middles), strict=True
            ):
                is_same = self._labels[earlier] == self._labels[later]
                certain[start:end] = self._is_certain[[earlier, later]].all() and is_same
            if self._is_certain[members[-1]]:
                certain[middles[-1] : piece.end_ms // FRAME_MS] = True
        return certain


class _Grid:
    """A grid of short windows over a piece, of which those at uncertain frames are embedded."""

    def __init__(
        self, piece: Interval, certain: NDArray[np.bool_], options: RefinementOptions
    ) -> None:
        self._options = options
        self._frames = np.arange(piece.start_ms // FRAME_MS, piece.end_ms // FRAME_MS)
        windows = [
            Interval(piece.start_ms + start, piece.start_ms + end)
            for start, end in slide(piece.duration_ms, size=options.window_ms, hop=options.hop_ms)
        ]
        self._middles = np.array([_middle(window) for window in windows])
        borders = (self._middles[1:] + self._middles[:-1]) / 2
        self._nearest = np.searchsorted(borders, self._frames)
        uncertain = np.unique(self._nearest[~certain[self._frames]])
        self._is_uncertain = np.isin(np.arange(len(windows)), uncertain)
        self.uncertain_windows = [windows[number] for number in uncertain]
        # odd uncertain windows between two others, (num_uncertain,) bool
        self.is_between = (
            (uncertain % 2 == 1)
            & np.isin(uncertain - 1, uncertain)
            & np.isin(uncertain + 1, uncertain)
        )

    def relabel(
        self,
        frames: NDArray[np.int16],
        scores: NDArray[np.float64],
        certain: NDArray[np.bool_],
    ) -> None:
        """Assign the uncertain frames of the piece to the speakers of the best path.

        Args:
            frames: (num_frames,) int16 of the recording; changed in place.
            scores: (num_uncertain, num_speakers) cosines of the uncertain windows.
            certain: (num_frames,) bool.
        """
        known = frames[self._middles.clip(self._frames[0], self._frames[-1])]
        all_scores = np.eye(scores.shape[1])[known]
        all_scores[self._is_uncertain] = scores
        path = best_path(all_scores, switch_cost=self._options.switch_cost)
        changed = ~certain[self._frames]
        frames[self._frames[changed]] = path[self._nearest[changed]]


def best_path(scores: NDArray[np.float64], *, switch_cost: float) -> NDArray[np.int64]:
    """Find the speaker sequence with the largest sum of scores minus the cost of changes (Viterbi).

    Args:
        scores: (num_steps, num_speakers), at least one step.
        switch_cost: cost of each change of speaker.

    Returns:
        (num_steps,) int64.
    """
    num_steps, num_speakers = scores.shape
    total = scores[0]
    origins: NDArray[np.int64] = np.empty((num_steps, num_speakers), dtype=np.int64)
    for step in range(1, num_steps):
        best = int(total.argmax())
        is_change = total[best] - switch_cost > total
        origins[step] = np.where(is_change, best, np.arange(num_speakers))
        total = np.where(is_change, total[best] - switch_cost, total) + scores[step]
    path: NDArray[np.int64] = np.empty(num_steps, dtype=np.int64)
    path[-1] = total.argmax()
    for step in range(num_steps - 1, 0, -1):
        path[step - 1] = origins[step, path[step]]
    return path


def _means(evidence: SpeakerEvidence) -> NDArray[np.float64]:
    """Compute each speaker's mean embedding, without mixed windows if it has any others."""
    embeddings, labels = evidence.embeddings, evidence.labels
    means = centroids(embeddings, labels, np.unique(labels))
    if evidence.is_mixed is not None and not evidence.is_mixed.all():
        is_single = ~evidence.is_mixed
        groups = np.unique(labels[is_single])
        means[groups] = centroids(embeddings[is_single], labels[is_single], groups)
    return means


def _middle(window: Interval) -> int:
    return (window.start_ms + window.end_ms) // (2 * FRAME_MS)
