"""Diarization of a recording, from speech segments to speaker turns."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.audio.samples import Audio
from pipeline.core.options import SpeakerCount
from pipeline.core.progress import Report, ignore_report
from pipeline.core.transcript import SpeechSegment
from pipeline.runtime.checkpoint import Checkpoint
from pipeline.speakers.clustering.online_clustering import OnlineSpeakerClusterer
from pipeline.speakers.clustering.voice_clusterer import VoiceClusterer
from pipeline.speakers.diarization_options import DiarizationOptions
from pipeline.speakers.protocol import Clusterer, SpeakerEmbedder
from pipeline.speakers.segmentation.segmentation_runner import Segmentation, SegmentationRunner
from pipeline.speakers.streaming_diarizer import Diarization, StreamingDiarizer


class Diarizer:
    """A diarizer that embeds and clusters windows of speech and returns speaker turns.

    With a segmentation model, each window has one speaker, turns begin and end with the speech,
    and two speakers may overlap. Without it, or with the classic options, turns follow the
    reference's rules.
    """

    def __init__(
        self,
        embedder: SpeakerEmbedder,
        *,
        segmentation: Segmentation | None = None,
        telephone: SpeakerEmbedder | None = None,
        clusterer: Clusterer | None = None,
        options: DiarizationOptions | None = None,
    ) -> None:
        """Store the models and options.

        Args:
            embedder: speaker embedding model.
            segmentation: segmentation model for speaker changes and overlap.
            telephone: embeds the telephone band only, for recordings with both telephone and
                wideband speech; None to treat them like others.
            clusterer: clusters embeddings; None for the one that the options describe.
            options: sizes, thresholds, rules.
        """
        self._options = options or DiarizationOptions()
        self._embedder = embedder
        self._segmentation = segmentation
        self._telephone = telephone
        self._clusterer = clusterer or VoiceClusterer(self._options.clustering)

    def follow(
        self, audio: Audio, num_speakers: SpeakerCount, *, checkpoint: Checkpoint | None = None
    ) -> StreamingDiarizer:
        """Create a diarizer for one recording whose speech is still being detected.

        Args:
            audio: the whole recording.
            num_speakers: allowed number of speakers.
            checkpoint: stored results from before an interruption.
        """
        records = checkpoint or Checkpoint()
        runner = None
        if self._segmentation is not None and self._options.borders is not None:
            runner = SegmentationRunner(self._segmentation, audio, records=records.excerpts)
        return StreamingDiarizer(
            audio,
            speakers=OnlineSpeakerClusterer(
                self._embedder, audio, num_speakers, records=records.voices
            ),
            telephone=self._telephone,
            runner=runner,
            clusterer=self._clusterer,
            options=self._options,
        )

    def diarize(
        self,
        audio: Audio,
        segments: Sequence[SpeechSegment],
        num_speakers: SpeakerCount,
        *,
        report_embedding: Report = ignore_report,
        report_clustering: Report = ignore_report,
    ) -> Diarization:
        """Compute the speaker turns of a recording, with the underlying embeddings.

        Turns are sorted and inside the recording; those of one speaker are disjoint.

        Args:
            audio: the whole recording.
            segments: speech; sorted, disjoint.
            num_speakers: allowed number of speakers. If there are fewer windows than requested
                speakers, each is a speaker.
            report_embedding: counts windows; with a segmentation model, its share is the first
                quarter.
            report_clustering: counts to 1.
        """
        return self.follow(audio, num_speakers).diarize(
            segments,
            num_speakers,
            report_embedding=report_embedding,
            report_clustering=report_clustering,
        )
