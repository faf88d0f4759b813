"""The work of a job: from an uploaded file to a transcript with a copy that can be played."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.atomic_write import write_bytes_atomically
from pipeline.audio import Audio
from pipeline.audio_file import decode_file
from pipeline.engines.engine import SCRATCH_AUDIO, SCRATCH_PEAKS, JobRequest
from pipeline.errors import WorkingFileError
from pipeline.findings import AudioReady, OnFinding
from pipeline.loading import PipelineLoader
from pipeline.pcm_spool import PcmSpool
from pipeline.progress import OnProgress, Stage, report_as
from pipeline.result import PipelineResult
from pipeline.review_copy import write_review_copy
from pipeline.waveform_peaks import waveform_peaks


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
        """Transcribe one file.

        Raises:
            PipelineError: with a sentence for the person who asked.
        """
        new_spool = partial(PcmSpool, max_samples=request.max_samples)
        report = report_as(Stage.READ_AUDIO, on_progress)
        audio = decode_file(request.audio_path, new_spool, report=report).as_audio()
        if request.scratch_dir is not None:
            _write_for_the_player(audio, request.scratch_dir)
            on_finding(AudioReady(audio.duration_ms))
        pipeline = self.loader.load(request.options, on_progress=on_progress)
        return pipeline.transcribe(audio, request.options, on_progress=on_progress)


def _write_for_the_player(audio: Audio, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_review_copy(audio, folder / SCRATCH_AUDIO)
        write_bytes_atomically(folder / SCRATCH_PEAKS, waveform_peaks(audio).tobytes())
    except OSError as error:
        raise WorkingFileError(
            f"The copy for the player cannot be written ({error}). Check the disk's free space"
        ) from error
