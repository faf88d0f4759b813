"""From speech segments to who speaks when."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.audio.samples import Audio
from pipeline.core.options import SpeakerCount
from pipeline.core.progress import Report, ignore_report
from pipeline.core.transcript import SpeechSegment
from pipeline.protocols import Clusterer, SpeakerEmbedder
from pipeline.runtime.checkpoint import Checkpoint
from pipeline.speakers.clustering.online_clustering import OnlineSpeakerClusterer
from pipeline.speakers.clustering.voice_clusterer import VoiceClusterer
from pipeline.speakers.options import DiarizationOptions
from pipeline.speakers.segmentation.segmentation_runner import Segmentation, SegmentationRunner
from pipeline.speakers.streaming_diarizer import Diarization, StreamingDiarizer


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
        telephone: SpeakerEmbedder | None = None,
        clusterer: Clusterer | None = None,
        options: DiarizationOptions | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            embedder: makes voices comparable.
            segmentation: hears borders and overlap.
            telephone: embeds the telephone band alone, for recordings that hold telephone and
                wideband speech; None treats them like others.
            clusterer: groups voices; None for the one that the options describe.
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
        """Begin with a recording whose speech is still being found.

        Args:
            audio: the whole recording.
            num_speakers: how many there may be.
            checkpoint: what has been heard before an interruption.
        """
        kept = checkpoint or Checkpoint()
        listening = None
        if self._segmentation is not None and self._options.borders is not None:
            listening = SegmentationRunner(self._segmentation, audio, kept=kept.excerpts)
        return StreamingDiarizer(
            audio,
            voices=OnlineSpeakerClusterer(self._embedder, audio, num_speakers, kept=kept.voices),
            telephone=self._telephone,
            listening=listening,
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
        return self.follow(audio, num_speakers).diarize(
            segments,
            num_speakers,
            report_embedding=report_embedding,
            report_clustering=report_clustering,
        )
