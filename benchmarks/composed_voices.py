"""Synthetic long recordings composed of analysed segments, without audio, to test clustering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval, merge_close
from pipeline.core.transcript import SpeakerTurn, SpeechSegment
from pipeline.speakers.diarization_options import BorderOptions
from pipeline.speakers.embedding.speech_pieces import find_pieces
from pipeline.speakers.embedding.windows import WindowPlan, windows_along
from pipeline.speakers.protocol import SpeakerEmbedder
from pipeline.speakers.segmentation.excerpt_aggregator import LocalSpeakers
from pipeline.speakers.segmentation.frame_masks import FRAME_MS
from pipeline.speakers.segmentation.segmentation_runner import Segmentation, SegmentationRunner
from pipeline.vad.protocol import Vad

CUT_GAP_MS = 300  # a recording is cut at silences of at least this length
# Cosine between a window's embedding and its perturbed copy in a repeated segment. Measured on a
# development conversation against its noisy versions: median 0.93 with real noise 15 dB below the
# speech, 0.83 with the reverberation of another room as well.
RENEWED_COSINE = 0.90


@dataclass(frozen=True, slots=True, eq=False)
class Excerpt:
    """A segment cut from a recording at silences; its times are relative to its start.

    Attributes:
        speaker: speaker of most of its speech.
        duration_ms: length in whole frames.
        pieces: intervals of speech with one speaker each.
        overlap: (num_frames,) float32, probability of two simultaneous speakers.
        embeddings: speaker embeddings by (start_ms, end_ms) of the window, dense and
            sparse ones.
        turns: reference turns.
    """

    speaker: str
    duration_ms: int
    pieces: tuple[Interval, ...]
    overlap: NDArray[np.float32]
    embeddings: dict[tuple[int, int], NDArray[np.float32]]
    turns: tuple[SpeakerTurn, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """A synthetic recording composed of segments, without audio.

    Attributes:
        pieces: intervals of speech with one speaker each.
        overlap: (num_frames,) float32, probability of two simultaneous speakers.
        turns: reference turns.
        excerpts: (start in ms, segment), in order of time.
    """

    pieces: tuple[Interval, ...]
    overlap: NDArray[np.float32]
    turns: tuple[SpeakerTurn, ...]
    excerpts: tuple[tuple[int, Excerpt], ...]

    def embeddings_of(self, windows: Sequence[Interval], *, seed: int) -> NDArray[np.float32]:
        """Return the windows' speaker embeddings, perturbed where a segment is repeated.

        Args:
            windows: of the pieces, in order of time.
            seed: seed of the perturbation.

        Returns:
            (num_windows, 192) float32, of unit length.
        """
        random = np.random.default_rng(seed)
        starts = [start for start, _ in self.excerpts]
        first_use: dict[int, int] = {}
        for start, excerpt in self.excerpts:
            first_use.setdefault(id(excerpt), start)
        found = np.empty((len(windows), 192), dtype=np.float32)
        is_renewed = np.zeros(len(windows), dtype=np.bool_)
        owners = np.searchsorted(starts, [each.start_ms for each in windows], side="right") - 1
        for number, (window, owner) in enumerate(zip(windows, owners, strict=True)):
            start, excerpt = self.excerpts[owner]
            found[number] = excerpt.embeddings[window.start_ms - start, window.end_ms - start]
            is_renewed[number] = first_use[id(excerpt)] != start
        noise = random.normal(size=found.shape).astype(np.float32)
        noise /= np.linalg.norm(noise, axis=1, keepdims=True)
        moved = RENEWED_COSINE * found + np.sqrt(1 - RENEWED_COSINE**2) * noise
        found = np.where(is_renewed[:, np.newaxis], moved, found).astype(np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


def find_excerpts(
    audio: Audio,
    turns: Sequence[SpeakerTurn],
    *,
    vad: Vad,
    segmentation: Segmentation,
    embedder: SpeakerEmbedder,
) -> list[Excerpt]:
    """Detect speech, overlap and speaker embeddings of a recording, and cut it at silences."""
    segments: tuple[SpeechSegment, ...] = vad.detect(audio)
    speakers_by_frame = SegmentationRunner(segmentation, audio).finish(segments)
    pieces = find_pieces(speakers_by_frame, segments, BorderOptions())
    plans = (WindowPlan(dense_speech_ms=None), WindowPlan(dense_speech_ms=0))
    windows = list({window for plan in plans for window in windows_along(pieces, plan)})
    windows.sort(key=lambda each: (each.start_ms, each.end_ms))
    embeddings = dict(zip(windows, embedder.embed(audio, windows), strict=True))
    parts = merge_close([*pieces, *turns], max_gap_ms=CUT_GAP_MS)
    cuts = [(before.end_ms + after.start_ms) // 2 for before, after in pairwise(parts)]
    borders = [
        0,
        *(cut // FRAME_MS * FRAME_MS for cut in cuts),
        len(speakers_by_frame.speech) * FRAME_MS,
    ]
    found = []
    for start_ms, end_ms in pairwise(borders):
        inside = Interval(start_ms, end_ms)
        spoken = tuple(_moved(turn, -start_ms) for turn in turns if inside.contains(turn.start_ms))
        if spoken:
            found.append(_cut(inside, spoken, pieces, speakers_by_frame, embeddings))
    return found


def compose(
    excerpts: Sequence[Excerpt], *, duration_ms: int, num_speakers: int, seed: int
) -> Composed:
    """Compose a recording of random segments; the n-th speaker gets a share proportional to 1/n.

    Args:
        excerpts: segments, of at least `num_speakers` speakers.
        duration_ms: the recording ends after the segment that reaches this length.
        num_speakers: number of speakers, those with the most segments.
        seed: seed of the order.
    """
    random = np.random.default_rng(seed)
    by_speaker: dict[str, list[Excerpt]] = {}
    for each in excerpts:
        by_speaker.setdefault(each.speaker, []).append(each)
    most = sorted(by_speaker, key=lambda name: (-len(by_speaker[name]), name))[:num_speakers]
    shares = 1.0 / np.arange(1, len(most) + 1)
    shares /= shares.sum()
    waiting: dict[str, list[Excerpt]] = {name: [] for name in most}
    chosen: list[tuple[int, Excerpt]] = []
    at_ms = 0
    while at_ms < duration_ms:
        name = most[int(random.choice(len(most), p=shares))]
        if not waiting[name]:
            pool = by_speaker[name]
            waiting[name] = [pool[number] for number in random.permutation(len(pool))]
        excerpt = waiting[name].pop()
        chosen.append((at_ms, excerpt))
        at_ms += excerpt.duration_ms
    return Composed(
        pieces=tuple(_shifted(piece, at) for at, each in chosen for piece in each.pieces),
        overlap=np.concatenate([each.overlap for _, each in chosen]),
        turns=tuple(_moved(turn, at) for at, each in chosen for turn in each.turns),
        excerpts=tuple(chosen),
    )


def _cut(
    inside: Interval,
    turns: tuple[SpeakerTurn, ...],
    pieces: Sequence[Interval],
    speakers_by_frame: LocalSpeakers,
    embeddings: dict[Interval, NDArray[np.float32]],
) -> Excerpt:
    start_ms = inside.start_ms
    spoken_ms: dict[str, int] = {}
    for turn in turns:
        spoken_ms[turn.speaker] = spoken_ms.get(turn.speaker, 0) + turn.duration_ms
    return Excerpt(
        speaker=max(spoken_ms, key=lambda name: spoken_ms[name]),
        duration_ms=inside.duration_ms,
        pieces=tuple(_shifted(each, -start_ms) for each in pieces if _holds(inside, each)),
        overlap=speakers_by_frame.overlap[start_ms // FRAME_MS : inside.end_ms // FRAME_MS].copy(),
        embeddings={
            (each.start_ms - start_ms, each.end_ms - start_ms): embedding
            for each, embedding in embeddings.items()
            if _holds(inside, each)
        },
        turns=turns,
    )


def _holds(outer: Interval, inner: Interval) -> bool:
    return outer.start_ms <= inner.start_ms and inner.end_ms <= outer.end_ms


def _shifted(interval: Interval, by_ms: int) -> Interval:
    return Interval(interval.start_ms + by_ms, interval.end_ms + by_ms)


def _moved(turn: SpeakerTurn, by_ms: int) -> SpeakerTurn:
    return SpeakerTurn(turn.start_ms + by_ms, turn.end_ms + by_ms, turn.speaker)
