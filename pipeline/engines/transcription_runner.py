"""The work of a job: from an uploaded file to a transcript with a copy that can be played."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.audio import Audio
from pipeline.engines.engine import JobRequest
from pipeline.engines.player_copy import PlayerCopy
from pipeline.findings import AudioReady, OnFinding
from pipeline.growing_recording import GrowingRecording
from pipeline.loading import PipelineLoader
from pipeline.pcm_spool import SamplesReplacedError
from pipeline.progress import OnProgress, StageProgress
from pipeline.result import PipelineResult
from pipeline.stage_order import Pipeline


@dataclass(frozen=True, slots=True)
class TranscriptionRunner:
    """Does jobs one after the other; pipelines stay loaded between them.

    Attributes:
        loader: gives the pipeline that a job's options ask for.
    """

    loader: PipelineLoader

    def __call__(
        self, request: JobRequest, on_progress: OnProgress, on_finding: OnFinding
    ) -> PipelineResult:
        """Transcribe one file while it is being decoded.

        Raises:
            PipelineError: with a sentence for the person who asked.
        """
        recording = GrowingRecording(
            request.audio_path, spool_dir=request.scratch_dir, max_samples=request.max_samples
        )
        try:
            pipeline = self.loader.load(request.options, on_progress=on_progress)
            try:
                return _transcribe(pipeline, recording.audio, request, on_progress, on_finding)
            except SamplesReplacedError:  # from the beginning, with what the recording really is
                return _transcribe(pipeline, recording.audio, request, on_progress, on_finding)
        finally:
            recording.close()


def _transcribe(
    pipeline: Pipeline,
    audio: Audio,
    request: JobRequest,
    on_progress: OnProgress,
    on_finding: OnFinding,
) -> PipelineResult:
    """Transcribe, and tell when the player has what it needs."""
    if request.scratch_dir is None:
        return pipeline.transcribe(
            audio, request.options, on_progress=on_progress, on_finding=on_finding
        )
    copy = PlayerCopy(audio, request.scratch_dir)
    is_told = False

    def look_at_copy(progress: StageProgress) -> None:
        nonlocal is_told
        if not is_told and copy.is_complete():
            is_told = True
            on_finding(AudioReady(audio.duration_ms))
        on_progress(progress)

    try:
        result = pipeline.transcribe(
            audio, request.options, on_progress=look_at_copy, on_finding=on_finding
        )
    finally:
        copy.wait()
    if copy.is_complete() and not is_told:
        on_finding(AudioReady(audio.duration_ms))
    return result
