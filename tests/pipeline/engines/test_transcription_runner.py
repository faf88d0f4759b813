from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.decode import read_audio
from pipeline.audio.playback.peaks import waveform_peaks
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.errors import (
    NotAudioError,
    RecordingTooLongError,
    TranscriptionCancelled,
    WorkingFileError,
)
from pipeline.core.events import AudioReady, RunEvent, ignore_event
from pipeline.core.options import PipelineOptions, RuntimeOptions
from pipeline.core.progress import StageProgress, ignore_progress, overall_fraction
from pipeline.engines.engine import SCRATCH_AUDIO, SCRATCH_PEAKS, JobRequest
from pipeline.engines.transcription_runner import TranscriptionRunner
from pipeline.models.locations import ModelLocations, default_model_cache, open_model_store
from pipeline.transcription.loader import PipelineLoader
from tests.dev_data import REPOSITORY

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
VOICES = PipelineOptions(diarize_only=True)


@pytest.fixture(name="runner", scope="module")
def _runner() -> TranscriptionRunner:
    store = open_model_store(ModelLocations(default_model_cache(), offline=True))
    return TranscriptionRunner(PipelineLoader(store, RuntimeOptions(num_threads=2)))


@pytest.fixture(name="excerpt", scope="module")
def _excerpt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """25 s of the conversation of the tests."""
    path = tmp_path_factory.mktemp("excerpt") / "excerpt.flac"
    soundfile.write(path, read_audio(CONVERSATION).pcm[: 25 * 16_000], 16_000)
    return path


def test_a_file_gives_what_its_samples_give_and_what_the_player_needs(
    runner: TranscriptionRunner, excerpt: Path, tmp_path: Path
) -> None:
    found: list[RunEvent] = []

    result = runner(JobRequest(excerpt, VOICES, tmp_path), ignore_progress, found.append)

    audio = read_audio(excerpt)
    of_samples = runner.loader.load(VOICES).transcribe(Audio(audio.pcm.copy()), VOICES)
    assert result.transcript == of_samples.transcript
    assert np.array_equal(result.evidence.embeddings, of_samples.evidence.embeddings)
    assert np.array_equal(read_audio(tmp_path / SCRATCH_AUDIO).pcm, audio.pcm)
    assert (tmp_path / SCRATCH_PEAKS).read_bytes() == waveform_peaks(audio).tobytes()
    assert found == [AudioReady(25_000)]


def test_progress_only_grows(runner: TranscriptionRunner, excerpt: Path) -> None:
    fractions: list[float] = []

    def note(progress: StageProgress) -> None:
        fractions.append(overall_fraction(progress, without=(progress.stage.RECOGNIZE,)))

    runner(JobRequest(excerpt, VOICES), note, ignore_event)

    assert fractions == sorted(fractions)
    assert fractions[-1] > 0.9


def test_a_job_is_stopped_by_its_next_report(runner: TranscriptionRunner, excerpt: Path) -> None:
    def stop(progress: StageProgress) -> None:
        raise TranscriptionCancelled("enough")

    with pytest.raises(TranscriptionCancelled):
        runner(JobRequest(excerpt, VOICES), stop, ignore_event)


def test_a_stopped_job_leaves_no_copy_half_written(
    runner: TranscriptionRunner, tmp_path: Path
) -> None:
    long = tmp_path / "long.flac"
    soundfile.write(long, np.tile(read_audio(CONVERSATION).pcm, 30), 16_000)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    reports: list[StageProgress] = []

    def stop(progress: StageProgress) -> None:
        reports.append(progress)
        if len(reports) == 3:
            raise TranscriptionCancelled("enough")

    with pytest.raises(TranscriptionCancelled):
        runner(JobRequest(long, VOICES, scratch), stop, ignore_event)

    assert list(scratch.iterdir()) == []


def test_a_file_that_is_no_recording_fails_with_its_sentence(
    runner: TranscriptionRunner, tmp_path: Path
) -> None:
    path = tmp_path / "notes.mp3"
    path.write_text("no sound")
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    with pytest.raises(NotAudioError, match=r"notes\.mp3: The file contains text"):
        runner(JobRequest(path, VOICES, scratch), ignore_progress, ignore_event)


def test_a_recording_longer_than_the_job_allows_is_refused(
    runner: TranscriptionRunner, tmp_path: Path
) -> None:
    request = JobRequest(CONVERSATION, VOICES, tmp_path, max_samples=SAMPLE_RATE_HZ)

    with pytest.raises(RecordingTooLongError, match="is longer than"):
        runner(request, ignore_progress, ignore_event)


def test_a_copy_that_cannot_be_written_fails_the_job(
    runner: TranscriptionRunner, excerpt: Path, tmp_path: Path
) -> None:
    (tmp_path / SCRATCH_PEAKS).mkdir()  # in the way of the file

    with pytest.raises(WorkingFileError, match="playback copy cannot be written"):
        runner(JobRequest(excerpt, VOICES, tmp_path), ignore_progress, ignore_event)
