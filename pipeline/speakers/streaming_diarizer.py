"""Incremental diarization of a recording whose speech is still being detected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval, total_ms
from pipeline.core.options import SpeakerCount
from pipeline.core.progress import Report, ignore_report
from pipeline.core.result import SpeakerEvidence
from pipeline.core.transcript import SpeakerTurn, SpeechSegment
from pipeline.speakers.clustering.band_matching import match_bands
from pipeline.speakers.clustering.online_clustering import OnlineSpeakerClusterer
from pipeline.speakers.clustering.voice_clusterer import label_windows
from pipeline.speakers.diarization_options import BorderOptions, DiarizationOptions
from pipeline.speakers.embedding.speech_pieces import find_pieces, probable_speech
from pipeline.speakers.embedding.telephone_band import holds_both_bands, narrowband_windows
from pipeline.speakers.embedding.windows import windows_along
from pipeline.speakers.protocol import Clusterer, SpeakerEmbedder
from pipeline.speakers.segmentation.excerpt_aggregator import LocalSpeakers
from pipeline.speakers.segmentation.frame_masks import FRAME_MS
from pipeline.speakers.segmentation.frame_refinement import FrameRefiner
from pipeline.speakers.segmentation.frame_turns import extend_into, label_frames, turns_of_frames
from pipeline.speakers.segmentation.overlap import NOBODY, overlap_shares
from pipeline.speakers.segmentation.segmentation_runner import SegmentationRunner
from pipeline.speakers.turns import turns_of_windows

SEGMENTATION_SHARE, EMBEDDING_SHARE = 1, 3  # of their total time, measured on an hour
CLEAR_GAP_MS = 500  # pieces of speech this far apart do not affect each other's borders
MAX_FRAMES_OPEN = 30_000  # 5 min without such a gap are processed at the end


@dataclass(frozen=True, slots=True)
class Diarization:
    """Speaker turns with the underlying embeddings."""

    turns: tuple[SpeakerTurn, ...]
    evidence: SpeakerEvidence


@dataclass(frozen=True, slots=True)
class _Segmentation:
    """The local speakers of a recording, with the speech pieces derived from them."""

    speakers: LocalSpeakers
    is_probable: NDArray[np.bool_]
    pieces: tuple[Interval, ...]
    borders: BorderOptions

    @property
    def is_overlap(self) -> NDArray[np.bool_]:
        """The frames with two speakers, (num_frames,) bool."""
        return np.asarray(self.speakers.overlap > self.borders.overlap)

    def frames(self, windows: Sequence[Interval], labels: NDArray[np.int64]) -> NDArray[np.int16]:
        """Assign a speaker to each frame from labelled windows."""
        return label_frames(self.pieces, windows, labels, len(self.speakers.speech))

    def turns(self, frames: NDArray[np.int16]) -> tuple[SpeakerTurn, ...]:
        """Convert the speakers of frames to speaker turns."""
        reach = self.borders.edge_ms // FRAME_MS
        extended = extend_into(frames, self.is_probable, reach=reach)
        return turns_of_frames(extended, self.is_overlap, self.borders)


class StreamingDiarizer:
    """An incremental diarizer for a recording whose speech is still being detected.

    Provisional borders of pieces are recomputed at the end; excerpts and windows are processed
    only once.
    """

    def __init__(
        self,
        audio: Audio,
        *,
        speakers: OnlineSpeakerClusterer,
        telephone: SpeakerEmbedder | None,
        runner: SegmentationRunner | None,
        clusterer: Clusterer,
        options: DiarizationOptions,
    ) -> None:
        """Initialise the diarizer for one recording.

        Args:
            audio: the whole recording.
            speakers: computes embeddings and provisional speakers.
            telephone: embeds the telephone band of recordings with both bands; None for never.
            runner: detects speaker changes and overlap; None without a segmentation model.
            clusterer: clusters embeddings.
            options: sizes, thresholds, rules.
        """
        self._audio = audio
        self._speakers = speakers
        self._telephone = telephone
        self._runner = runner
        self._clusterer = clusterer
        self._options = options
        # turns by the reference's rules need windows without gaps
        self._plan = options.windows if runner is not None else options.windows.without_gaps()
        self._recent: list[Interval] = []  # speech from the first frame that is not final
        self._first_open = 0  # frame
        self._followed_ms = 0
        self._spoken_ms = 0  # in the finalized pieces

    @property
    def followed_ms(self) -> int:
        """Time up to which provisional speakers are available."""
        pending_ms = self._speakers.first_pending_ms
        return self._followed_ms if pending_ms is None else min(pending_ms, self._followed_ms)

    def speaker_of(self, interval: Interval) -> str | None:
        """Return the provisional speaker with the most time in an interval, None if unknown."""
        return self._speakers.speaker_of(interval)

    def add(self, segment: SpeechSegment) -> None:
        """Process the next speech segment; no later segment may start before its end."""
        if self._runner is None:
            self._embed([segment])
            self._followed_ms = segment.end_ms
            return
        self._recent.append(segment)
        num_finalized = self._runner.num_finalized
        self._runner.add(segment)
        if self._runner.num_finalized > num_finalized and self._options.borders is not None:
            self._embed(self._finalized_pieces(self._runner, self._options.borders))
            self._followed_ms = self._first_open * FRAME_MS  # last, because another thread reads it

    def diarize(
        self,
        segments: Sequence[SpeechSegment],
        num_speakers: SpeakerCount,
        *,
        report_embedding: Report = ignore_report,
        report_clustering: Report = ignore_report,
    ) -> Diarization:
        """Compute the speaker turns of the recording; see `Diarizer.diarize`."""
        segmented = self._segment(segments, report_embedding)
        if segmented is not None:
            report_embedding = _part_of(
                report_embedding, before=SEGMENTATION_SHARE, share=EMBEDDING_SHARE
            )
        pieces: tuple[Interval, ...] = tuple(segments) if segmented is None else segmented.pieces
        windows = tuple(windows_along(pieces, self._plan))
        embeddings = self._speakers.embeddings_of(windows, report=report_embedding)
        report_clustering(0, 1)
        is_mixed = None
        if segmented is not None:
            is_mixed = overlap_shares(windows, segmented.is_overlap) > self._options.max_overlap
        matched = self._match_bands(windows, embeddings, report_clustering)
        labels = label_windows(
            self._clusterer,
            windows,
            matched,
            num_speakers,
            shortest_ms=self._options.min_clustered_ms,
            is_mixed=is_mixed,
        )
        evidence = SpeakerEvidence(windows, matched, labels, is_mixed)
        if segmented is None:
            duration_ms = self._audio.duration_ms
            turns = turns_of_windows(windows, labels, pieces, duration_ms=duration_ms)
            diarization = Diarization(turns, evidence)
        else:
            frames = segmented.frames(windows, labels)
            if matched is embeddings:
                frames = self._refine(frames, segmented, evidence, report_clustering)
            diarization = _numbered_by_appearance(segmented, frames, evidence)
        report_clustering(1, 1)
        return diarization

    def _refine(
        self,
        frames: NDArray[np.int16],
        segmented: _Segmentation,
        evidence: SpeakerEvidence,
        report: Report,
    ) -> NDArray[np.int16]:
        """Return the speaker of each frame after relabelling frames near speaker changes."""

        def embed(windows: Sequence[Interval]) -> NDArray[np.float32]:
            return self._speakers.embeddings_of(windows, report=lambda *_progress: report(0, 1))

        refiner = FrameRefiner(evidence, embed, self._options.refinement)
        return refiner.refine(frames, segmented.pieces)

    def _match_bands(
        self, windows: Sequence[Interval], embeddings: NDArray[np.float32], report: Report
    ) -> NDArray[np.float32]:
        """Map embeddings to a common space if both telephone and wideband speech occur."""
        if self._telephone is None or not holds_both_bands(self._audio, windows):
            return embeddings
        limited = self._telephone.embed(
            self._audio, windows, report=lambda *_progress: report(0, 1)
        )
        is_narrow = narrowband_windows(self._audio, windows)
        return match_bands(embeddings, limited, is_narrow, self._clusterer)

    def _segment(self, segments: Sequence[SpeechSegment], report: Report) -> _Segmentation | None:
        """Compute local speakers and speech pieces; return None without a model or speech."""
        borders = self._options.borders
        if self._runner is None or borders is None or not segments:
            return None
        report_part = _part_of(report, before=0, share=SEGMENTATION_SHARE)
        speakers = self._runner.finish(segments, report=report_part)
        pieces = find_pieces(speakers, segments, borders)
        is_probable = probable_speech(speakers, segments, borders)
        return _Segmentation(speakers, is_probable, pieces, borders) if pieces else None

    def _finalized_pieces(
        self, runner: SegmentationRunner, borders: BorderOptions
    ) -> tuple[Interval, ...]:
        """Return the new speech pieces before the last long silence, whose borders are final.

        After `MAX_FRAMES_OPEN` without a gap, the speech is skipped without returning its pieces.
        """
        first, stop = self._first_open, runner.num_finalized
        from_ms, to_ms = first * FRAME_MS, stop * FRAME_MS
        local = [
            Interval(max(each.start_ms, from_ms) - from_ms, min(each.end_ms, to_ms) - from_ms)
            for each in self._recent
            if each.end_ms > from_ms and each.start_ms < to_ms
        ]
        pieces = find_pieces(runner.joined(first, stop), local, borders)
        num_closed, open_ms = _last_clear_gap(pieces, to_ms - from_ms) or (0, 0)
        if open_ms == 0 and stop - first >= MAX_FRAMES_OPEN:
            open_ms = to_ms - from_ms
        self._first_open = first + open_ms // FRAME_MS
        self._recent = [each for each in self._recent if each.end_ms > from_ms + open_ms]
        return tuple(
            Interval(each.start_ms + from_ms, each.end_ms + from_ms) for each in pieces[:num_closed]
        )

    def _embed(self, pieces: Sequence[Interval]) -> None:
        self._speakers.add(tuple(windows_along(pieces, self._plan, spoken_ms=self._spoken_ms)))
        self._spoken_ms += total_ms(pieces)


def _numbered_by_appearance(
    segmented: _Segmentation, frames: NDArray[np.int16], evidence: SpeakerEvidence
) -> Diarization:
    """Renumber the speakers by first appearance; return the turns and embeddings."""
    found, positions = np.unique(frames, return_index=True)
    heard = found[np.argsort(positions)]
    order = np.concatenate([heard[heard != NOBODY], np.setdiff1d(evidence.labels, found)])
    numbers: NDArray[np.int16] = np.empty(len(order), dtype=np.int16)
    numbers[order] = np.arange(len(order))
    renumbered = np.where(frames == NOBODY, frames, numbers[frames])
    labels = numbers[evidence.labels].astype(np.int64)
    return Diarization(segmented.turns(renumbered), replace(evidence, labels=labels))


def _last_clear_gap(pieces: Sequence[Interval], duration_ms: int) -> tuple[int, int] | None:
    """Find the last silence of at least `CLEAR_GAP_MS`; return None without one.

    Args:
        pieces: speech in a part of the recording; sorted, disjoint, possibly empty.
        duration_ms: length of the part; silences at its start and end count too.

    Returns:
        Number of pieces before the silence, and a time within it after which speech is
        independent of them.
    """
    ends_ms = (0, *(each.end_ms for each in pieces))
    starts_ms = (*(each.start_ms for each in pieces), duration_ms)
    for number in range(len(pieces), -1, -1):
        if starts_ms[number] - ends_ms[number] >= CLEAR_GAP_MS:
            return number, starts_ms[number] - CLEAR_GAP_MS // 2
    return None


def _part_of(report: Report, *, before: int, share: int) -> Report:
    """Return a progress callback for one of two steps with a common progress display."""

    def report_part(done: int, total: int) -> None:
        report(before * total + share * done, (SEGMENTATION_SHARE + EMBEDDING_SHARE) * total)

    return report_part
