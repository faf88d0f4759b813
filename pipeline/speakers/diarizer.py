"""From speech segments to who speaks when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.audio import Audio
from pipeline.intervals import Interval
from pipeline.options import SpeakerCount
from pipeline.progress import Report, ignore_report
from pipeline.result import SpeakerEvidence
from pipeline.speakers.frame_turns import label_frames, turns_of_frames
from pipeline.speakers.options import BorderOptions, DiarizationOptions
from pipeline.speakers.segmentation import LocalSpeakers
from pipeline.speakers.speech_pieces import find_pieces
from pipeline.speakers.turns import turns_of_windows
from pipeline.speakers.voice_clusterer import VoiceClusterer, label_windows
from pipeline.speakers.windows import windows_over
from pipeline.stages import Clusterer, SpeakerEmbedder
from pipeline.transcript import SpeakerTurn, SpeechSegment

LISTENING_SHARE, EMBEDDING_SHARE = 1, 3  # of their common time, measured on an hour


@dataclass(frozen=True, slots=True)
class Diarization:
    """Who speaks when, and the voices that say so."""

    turns: tuple[SpeakerTurn, ...]
    evidence: SpeakerEvidence


class Segmentation(Protocol):
    """Tells local speakers apart; `SegmentationModel` does."""

    def listen(
        self, audio: Audio, segments: Sequence[Interval], *, report: Report = ignore_report
    ) -> LocalSpeakers:
        """Local speakers in every whole frame of the recording."""
        ...


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


class Diarizer:
    """Cuts speech into windows, compares their voices, and makes turns of them.

    With a segmentation model, windows keep to stretches of one speaker, turns begin and end
    with the speech, and two may talk at once. Without it, or with the classic options, the
    reference's rules make the turns.
    """

    def __init__(
        self,
        embedder: SpeakerEmbedder,
        *,
        segmentation: Segmentation | None = None,
        clusterer: Clusterer | None = None,
        options: DiarizationOptions | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            embedder: makes voices comparable.
            segmentation: hears borders and overlap.
            clusterer: groups voices; None for the one that the options describe.
            options: sizes, thresholds, rules.
        """
        self._options = options or DiarizationOptions()
        self._embedder = embedder
        self._segmentation = segmentation
        self._clusterer = clusterer or VoiceClusterer(self._options.clustering)

    def diarize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        num_speakers: SpeakerCount,
        *,
        report_embedding: Report = ignore_report,
        report_clustering: Report = ignore_report,
    ) -> Diarization:
        """Turns of the speakers in a recording's speech; none where there is no speech.

        Turns are sorted and lie inside the recording; those of one speaker are disjoint.

        Args:
            audio: the whole recording.
            segments: where somebody speaks; sorted, disjoint.
            num_speakers: how many there may be. Of fewer windows than speakers asked for, each
                is a speaker.
            report_embedding: counts windows; where a segmentation model listens first, that is
                the first quarter.
            report_clustering: counts to 1.
        """
        heard = self._listen(audio, segments, report_embedding)
        if heard is not None:
            report_embedding = _part_of(
                report_embedding, before=LISTENING_SHARE, share=EMBEDDING_SHARE
            )
        pieces: tuple[Interval, ...] = tuple(segments) if heard is None else heard.pieces
        windows = windows_over(
            pieces, window_ms=self._options.window_ms, hop_ms=self._options.hop_ms
        )
        embeddings = self._embedder.embed(audio, windows, report=report_embedding)
        report_clustering(0, 1)
        labels = label_windows(
            self._clusterer,
            windows,
            embeddings,
            num_speakers,
            shortest_ms=self._options.min_clustered_ms,
        )
        report_clustering(1, 1)
        if heard is None:
            turns = turns_of_windows(windows, labels, pieces, duration_ms=audio.duration_ms)
        else:
            turns = heard.turns(windows, labels)
        return Diarization(turns, SpeakerEvidence(windows, embeddings, labels))

    def _listen(
        self, audio: Audio, segments: Sequence[SpeechSegment], report: Report
    ) -> _Heard | None:
        """What the segmentation model hears; None where it is not asked, or hears nothing."""
        borders = self._options.borders
        if self._segmentation is None or borders is None or not segments:
            return None
        listening = _part_of(report, before=0, share=LISTENING_SHARE)
        speakers = self._segmentation.listen(audio, segments, report=listening)
        pieces = find_pieces(speakers, segments, borders)
        return _Heard(speakers, pieces, borders) if pieces else None


def _part_of(report: Report, *, before: int, share: int) -> Report:
    """A report for one of two steps that a person sees as one."""

    def report_part(done: int, total: int) -> None:
        report(before * total + share * done, (LISTENING_SHARE + EMBEDDING_SHARE) * total)

    return report_part
