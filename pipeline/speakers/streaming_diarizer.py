"""Listens to the voices of a recording while its speech is still being found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval, total_ms
from pipeline.core.options import SpeakerCount
from pipeline.core.progress import Report, ignore_report
from pipeline.core.result import SpeakerEvidence
from pipeline.core.transcript import SpeakerTurn, SpeechSegment
from pipeline.protocols import Clusterer, SpeakerEmbedder
from pipeline.speakers.clustering.band_matching import match_bands
from pipeline.speakers.clustering.online_clustering import OnlineSpeakerClusterer
from pipeline.speakers.clustering.voice_clusterer import label_windows
from pipeline.speakers.embedding.speech_pieces import find_pieces
from pipeline.speakers.embedding.telephone_band import holds_both_bands, narrowband_windows
from pipeline.speakers.embedding.windows import windows_along
from pipeline.speakers.options import BorderOptions, DiarizationOptions
from pipeline.speakers.segmentation.excerpt_aggregator import LocalSpeakers
from pipeline.speakers.segmentation.frame_masks import FRAME_MS
from pipeline.speakers.segmentation.frame_turns import label_frames, turns_of_frames
from pipeline.speakers.segmentation.segmentation_runner import SegmentationRunner
from pipeline.speakers.turns import turns_of_windows

LISTENING_SHARE, EMBEDDING_SHARE = 1, 3  # of their common time, measured on an hour
CLEAR_GAP_MS = 500  # pieces of speech so far apart have no say in each other's borders
MOST_FRAMES_OPEN = 30_000  # 5 min without such a gap are left for the end


@dataclass(frozen=True, slots=True)
class Diarization:
    """Who speaks when, and the voices that say so."""

    turns: tuple[SpeakerTurn, ...]
    evidence: SpeakerEvidence


@dataclass(frozen=True, slots=True)
class _Heard:
    """Local speakers, and the pieces of speech that they make."""

    speakers: LocalSpeakers
    pieces: tuple[Interval, ...]
    borders: BorderOptions

    def turns(
        self, windows: Sequence[Interval], labels: NDArray[np.int64]
    ) -> tuple[SpeakerTurn, ...]:
        """Turns of the speakers whom the windows tell apart."""
        frames = label_frames(self.pieces, windows, labels, len(self.speakers.speech))
        return turns_of_frames(frames, self.speakers.overlap > self.borders.overlap, self.borders)


class StreamingDiarizer:
    """Does as much of the diarization of one recording as the speech that is known allows.

    What it guesses on the way, where pieces of speech begin and end, is found anew in the end;
    the excerpts that were heard and embedded are not.
    """

    def __init__(
        self,
        audio: Audio,
        *,
        voices: OnlineSpeakerClusterer,
        telephone: SpeakerEmbedder | None,
        listening: SegmentationRunner | None,
        clusterer: Clusterer,
        options: DiarizationOptions,
    ) -> None:
        """Begin a recording.

        Args:
            audio: the whole recording.
            voices: embeds it.
            telephone: embeds its telephone band if it also holds wideband speech; None for never.
            listening: hears borders and overlap in it; None without a segmentation model.
            clusterer: groups voices.
            options: sizes, thresholds, rules.
        """
        self._audio = audio
        self._voices = voices
        self._telephone = telephone
        self._listening = listening
        self._clusterer = clusterer
        self._options = options
        self._recent: list[Interval] = []  # speech from the first frame in doubt on
        self._first_open = 0  # frame
        self._followed_ms = 0
        self._spoken_ms = 0  # in the pieces that were settled on the way

    @property
    def followed_ms(self) -> int:
        """Up to here the speakers for the time being are known."""
        waiting_ms = self._voices.first_waiting_ms
        return self._followed_ms if waiting_ms is None else min(waiting_ms, self._followed_ms)

    def speaker_of(self, stretch: Interval) -> str | None:
        """Who speaks most of a stretch, for the time being; None where that is not known."""
        return self._voices.speaker_of(stretch)

    def add(self, segment: SpeechSegment) -> None:
        """Take in the next segment of speech; there is no further speech before its end."""
        if self._listening is None:
            self._embed([segment])
            self._followed_ms = segment.end_ms
            return
        self._recent.append(segment)
        num_finalized = self._listening.num_finalized
        self._listening.add(segment)
        if self._listening.num_finalized > num_finalized and self._options.borders is not None:
            self._embed(self._finalized_pieces(self._listening, self._options.borders))
            self._followed_ms = self._first_open * FRAME_MS  # last: another thread asks

    def diarize(
        self,
        segments: Sequence[SpeechSegment],
        num_speakers: SpeakerCount,
        *,
        report_embedding: Report = ignore_report,
        report_clustering: Report = ignore_report,
    ) -> Diarization:
        """Turns of the speakers in the recording's speech; see `Diarizer.diarize`."""
        heard = self._hear_all(segments, report_embedding)
        if heard is not None:
            report_embedding = _part_of(
                report_embedding, before=LISTENING_SHARE, share=EMBEDDING_SHARE
            )
        pieces: tuple[Interval, ...] = tuple(segments) if heard is None else heard.pieces
        windows = tuple(windows_along(pieces, self._options.windows))
        embeddings = self._voices.embeddings_of(windows, report=report_embedding)
        report_clustering(0, 1)
        embeddings = self._match_bands(windows, embeddings, report_clustering)
        labels = label_windows(
            self._clusterer,
            windows,
            embeddings,
            num_speakers,
            shortest_ms=self._options.min_clustered_ms,
        )
        report_clustering(1, 1)
        if heard is None:
            duration_ms = self._audio.duration_ms
            turns = turns_of_windows(windows, labels, pieces, duration_ms=duration_ms)
        else:
            turns = heard.turns(windows, labels)
        return Diarization(turns, SpeakerEvidence(windows, embeddings, labels))

    def _match_bands(
        self, windows: Sequence[Interval], embeddings: NDArray[np.float32], report: Report
    ) -> NDArray[np.float32]:
        """Return embeddings that can be compared although the recording may hold two bands."""
        if self._telephone is None or not holds_both_bands(self._audio, windows):
            return embeddings
        limited = self._telephone.embed(
            self._audio, windows, report=lambda *_progress: report(0, 1)
        )
        is_narrow = narrowband_windows(self._audio, windows)
        return match_bands(embeddings, limited, is_narrow, self._clusterer)

    def _hear_all(self, segments: Sequence[SpeechSegment], report: Report) -> _Heard | None:
        """What the segmentation model hears; None where it is not asked, or hears nothing."""
        borders = self._options.borders
        if self._listening is None or borders is None or not segments:
            return None
        listening = _part_of(report, before=0, share=LISTENING_SHARE)
        speakers = self._listening.finish(segments, report=listening)
        pieces = find_pieces(speakers, segments, borders)
        return _Heard(speakers, pieces, borders) if pieces else None

    def _finalized_pieces(
        self, listening: SegmentationRunner, borders: BorderOptions
    ) -> tuple[Interval, ...]:
        """Return the pieces of speech before the last clear gap, and keep what follows it open.

        A stretch that stays without a gap for `MOST_FRAMES_OPEN` is closed without its pieces.
        """
        first, stop = self._first_open, listening.num_finalized
        from_ms, to_ms = first * FRAME_MS, stop * FRAME_MS
        local = [
            Interval(max(each.start_ms, from_ms) - from_ms, min(each.end_ms, to_ms) - from_ms)
            for each in self._recent
            if each.end_ms > from_ms and each.start_ms < to_ms
        ]
        pieces = find_pieces(listening.joined(first, stop), local, borders)
        num_closed, open_ms = _last_clear_gap(pieces, to_ms - from_ms) or (0, 0)
        if open_ms == 0 and stop - first >= MOST_FRAMES_OPEN:
            open_ms = to_ms - from_ms
        self._first_open = first + open_ms // FRAME_MS
        self._recent = [each for each in self._recent if each.end_ms > from_ms + open_ms]
        return tuple(
            Interval(each.start_ms + from_ms, each.end_ms + from_ms) for each in pieces[:num_closed]
        )

    def _embed(self, pieces: Sequence[Interval]) -> None:
        plan = self._options.windows
        self._voices.add(tuple(windows_along(pieces, plan, spoken_ms=self._spoken_ms)))
        self._spoken_ms += total_ms(pieces)


def _last_clear_gap(pieces: Sequence[Interval], duration_ms: int) -> tuple[int, int] | None:
    """Return the last silence of at least `CLEAR_GAP_MS`; None if there is none.

    Args:
        pieces: speech in a stretch of the recording; sorted, disjoint, possibly empty.
        duration_ms: of the stretch; the silences at its start and end count too.

    Returns:
        The number of pieces before the silence, and a time within it after which speech is
        independent of them.
    """
    ends_ms = (0, *(each.end_ms for each in pieces))
    starts_ms = (*(each.start_ms for each in pieces), duration_ms)
    for number in range(len(pieces), -1, -1):
        if starts_ms[number] - ends_ms[number] >= CLEAR_GAP_MS:
            return number, starts_ms[number] - CLEAR_GAP_MS // 2
    return None


def _part_of(report: Report, *, before: int, share: int) -> Report:
    """A report for one of two steps that a person sees as one."""

    def report_part(done: int, total: int) -> None:
        report(before * total + share * done, (LISTENING_SHARE + EMBEDDING_SHARE) * total)

    return report_part
