from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token
from pipeline.live.events import FinalText, LiveSentence, PassingText, SpeakerChanges
from pipeline.live.process.progress_log import Progress, ProgressLog
from pipeline.live.recognition.recognizer import RecognizerState
from pipeline.live.segmenter import SegmenterState
from pipeline.live.session_state import SessionState
from pipeline.live.speakers.live_speakers import SpeakersState
from pipeline.live.speakers.voice_windows import LabelledWindows
from pipeline.vad.endpointing import RunFinderState

LENGTH = 1_000_000


def final(number: int) -> FinalText:
    words = (Token(number * 100, number * 100 + 50, "字", confidence=0.5),)
    return FinalText(
        number, (LiveSentence(number, number * 100, number * 100 + 50, "字。", number, words),)
    )


def state(number: int, labels: list[int]) -> SessionState:
    """A state after the final text of this number, with a window for every label."""
    times_ms = np.arange(2 * len(labels)).reshape(-1, 2)
    embeddings = np.random.default_rng(1).normal(size=(100, 192)).astype(np.float32)
    return SessionState(
        num_samples=1_600 * (number + 1),
        next_sentence=number + 1,
        segmenter=SegmenterState(
            number + 1, None, 5, 4, RunFinderState((True, False), 9, 8, None, False, 7)
        ),
        recognizer=RecognizerState((("zh", "字。"),), "zh"),
        speakers=SpeakersState(
            LabelledWindows(times_ms, embeddings[: len(labels)], np.array(labels)),
            num_labels=3,
            spoken_ms=12,
            regrouped_ms=6,
            num_clustered=1,
            sentences=tuple(Interval(each * 100, each * 100 + 50) for each in range(number + 1)),
        ),
    )


def read(path: Path, *, num_samples: int = LENGTH) -> Progress | None:
    log = ProgressLog(path, num_samples=num_samples)
    log.close()
    return log.progress


def assert_same(found: Progress | None, expected: SessionState) -> None:
    assert found is not None
    windows, wanted = found.state.speakers.windows, expected.speakers.windows
    assert np.array_equal(windows.times_ms, wanted.times_ms)
    assert np.array_equal(windows.embeddings, wanted.embeddings)
    assert np.array_equal(windows.labels, wanted.labels)
    assert found.state.to_fields() == expected.to_fields()
    assert found.state.speakers.sentences == expected.speakers.sentences
    assert found.state.speakers.num_clustered == expected.speakers.num_clustered


@pytest.fixture
def path(tmp_path: Path) -> Path:
    log = ProgressLog(tmp_path / "progress", num_samples=LENGTH)
    assert log.progress is None
    log.append([PassingText(0, 0, "字", 0, None, 1)], state(0, [0]))
    log.append([final(0)], state(0, [0, 1]))
    log.append([SpeakerChanges(((0, 1),)), final(1)], state(1, [1, 1, 2, 0]))
    log.close()
    return tmp_path / "progress"


def test_what_was_appended_is_read_again(path: Path) -> None:
    found = read(path)

    assert found is not None
    assert found.finals == (final(0), final(1))
    assert found.changes == SpeakerChanges(((0, 1),))
    assert_same(found, state(1, [1, 1, 2, 0]))


def test_a_reopened_log_continues(path: Path) -> None:
    log = ProgressLog(path, num_samples=LENGTH)
    log.append([final(2)], state(2, [1, 0, 2, 0, 0]))
    log.close()

    assert_same(read(path), state(2, [1, 0, 2, 0, 0]))


def test_steps_beyond_the_samples_are_removed_for_good(path: Path) -> None:
    assert_same(read(path, num_samples=1_700), state(0, [0, 1]))
    assert_same(read(path), state(0, [0, 1]))
    assert read(path, num_samples=100) is None


def test_a_torn_last_step_is_left_out(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])

    assert_same(read(path), state(0, [0, 1]))


@pytest.mark.parametrize("other", [b"{}\n", b"[]\n", b"\xff\n", b'{"finals": 3}'])
def test_a_step_of_another_version_is_left_out(path: Path, other: bytes) -> None:
    from pipeline.runtime.append_log import RecordLog

    log = RecordLog(path)
    log.append(other)
    log.close()

    assert_same(read(path), state(1, [1, 1, 2, 0]))
