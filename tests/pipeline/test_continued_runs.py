from __future__ import annotations

import pickle
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.decode import read_audio
from pipeline.core.errors import TranscriptionCancelled
from pipeline.core.events import RunEvent
from pipeline.core.result import PipelineResult
from pipeline.core.transcript import Transcript
from pipeline.engines.transcription_runner import TranscriptionRunner
from pipeline.runtime.append_log import RecordLog
from tests.dev_data import REPOSITORY
from tests.pipeline.continued_run import load_runner, texts_of, transcribe, write_models

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
NUM_KILLED = 2


@pytest.fixture(name="models", scope="module")
def _models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(name="runner", scope="module")
def _runner(models: Path) -> TranscriptionRunner:
    return load_runner(models)


@pytest.fixture(name="recording", scope="module")
def _recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The conversation of the tests twice, a minute and three quarters."""
    path = tmp_path_factory.mktemp("recording") / "talk.flac"
    soundfile.write(path, np.tile(read_audio(CONVERSATION).pcm, 2), 16_000)
    return path


@pytest.fixture(name="whole", scope="module")
def _whole(runner: TranscriptionRunner, recording: Path) -> PipelineResult:
    """What comes of it without an interruption."""
    return transcribe(runner, recording, None)


def stop_at(number: int) -> Iterator[None]:
    """Raises at its report of this number."""
    for _ in range(number):
        yield
    raise TranscriptionCancelled("enough")


def test_a_run_stopped_again_and_again_gives_the_same_result(
    runner: TranscriptionRunner,
    recording: Path,
    whole: PipelineResult,
    tmp_path: Path,
) -> None:
    chance = random.Random(1)
    found: list[RunEvent] = []
    for _ in range(6):
        stopping = stop_at(chance.randint(1, 12))
        with suppress(TranscriptionCancelled):
            transcribe(
                runner,
                recording,
                tmp_path / "kept",
                on_progress=lambda progress, at=stopping: next(at),
                on_event=found.append,
            )
    told_before = texts_of(found)

    result = transcribe(runner, recording, tmp_path / "kept", on_event=found.append)

    assert result.transcript == whole.transcript
    assert np.array_equal(result.evidence.labels, whole.evidence.labels)
    np.testing.assert_allclose(result.evidence.embeddings, whole.evidence.embeddings, atol=1e-6)
    told = texts_of(found)
    assert {number: told[number] for number in told_before} == told_before


def test_what_is_finished_is_not_done_again(
    runner: TranscriptionRunner, recording: Path, whole: PipelineResult, tmp_path: Path
) -> None:
    transcribe(runner, recording, tmp_path)
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    again = transcribe(runner, recording, tmp_path)

    assert again.transcript == whole.transcript
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept
    assert sorted(kept) == ["excerpts.log", "speech.log", "voices.log", "words.log", "work.json"]


@pytest.mark.parametrize(
    ("name", "share"), [("excerpts", 0.3), ("speech", 0.6), ("voices", 0.0), ("words", 0.97)]
)
def test_a_damaged_tail_costs_only_what_was_in_it(
    runner: TranscriptionRunner,
    recording: Path,
    whole: PipelineResult,
    tmp_path: Path,
    name: str,
    share: float,
) -> None:
    transcribe(runner, recording, tmp_path)
    path = tmp_path / f"{name}.log"
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))] + b"damage")

    again = transcribe(runner, recording, tmp_path)

    assert again.transcript == whole.transcript
    log = RecordLog(path)
    assert list(log.read())
    log.close()
    assert abs(path.stat().st_size - len(data)) < 0.2 * len(data)


def test_a_run_killed_again_and_again_gives_the_same_transcript(
    recording: Path, models: Path, whole: PipelineResult, tmp_path: Path
) -> None:
    target = tmp_path / "transcript.pickle"
    command = [sys.executable, "-m", "tests.pipeline.continued_run"]
    command += [str(each) for each in (recording, models, tmp_path / "kept", target)]
    chance = random.Random(0)
    for _ in range(NUM_KILLED):
        child = subprocess.Popen(command, cwd=REPOSITORY)
        _wait_for_work(child, tmp_path / "kept" / "speech.log")
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=chance.uniform(0.0, 1.5))
        child.kill()
        child.wait()
        target.unlink(missing_ok=True)

    subprocess.run(command, cwd=REPOSITORY, check=True)

    transcript: Transcript = pickle.loads(target.read_bytes())
    assert transcript == whole.transcript


def _wait_for_work(child: subprocess.Popen[bytes], path: Path) -> None:
    """Until it has begun to work, or has done everything already."""
    begun_with = path.stat().st_size if path.exists() else 0
    while child.poll() is None and (not path.exists() or path.stat().st_size == begun_with):
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=0.05)
