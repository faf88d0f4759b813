from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio.decode import read_audio
from pipeline.audio.playback.playback_copy import read_excerpts, write_review_copy
from pipeline.audio.samples import Audio
from pipeline.core.errors import AudioError

NUM_SAMPLES = 50_000
spans = st.tuples(st.integers(0, NUM_SAMPLES + 99), st.integers(0, NUM_SAMPLES + 99)).map(
    lambda pair: (min(pair), max(pair))
)


def noise(num_samples: int) -> Audio:
    return Audio(np.random.default_rng(0).integers(-32_768, 32_768, num_samples).astype(np.int16))


def test_the_review_copy_read_back_is_the_same_audio(tmp_path: Path) -> None:
    audio = noise(16_000 * 61 + 7)  # more than one block
    path = tmp_path / "audio.flac"

    write_review_copy(audio, path)

    assert np.array_equal(read_audio(path).pcm, audio.pcm)
    info = soundfile.info(path)
    assert (info.format, info.subtype, info.samplerate, info.channels) == (
        "FLAC",
        "PCM_16",
        16_000,
        1,
    )


def test_only_the_finished_copy_is_left(tmp_path: Path) -> None:
    path = tmp_path / "audio.flac"

    write_review_copy(noise(100), path)
    write_review_copy(noise(200), path)

    assert list(tmp_path.iterdir()) == [path]
    assert soundfile.info(path).frames == 200


def test_a_copy_that_cannot_be_written_is_an_os_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"audio\.flac"):
        write_review_copy(noise(100), tmp_path / "no folder" / "audio.flac")

    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("copy") / "audio.flac"
    write_review_copy(noise(NUM_SAMPLES), path)
    return path


@given(wanted=st.lists(spans, max_size=5))
def test_excerpts_are_the_samples_of_the_whole(copy: Path, wanted: list[tuple[int, int]]) -> None:
    pcm = noise(NUM_SAMPLES).pcm

    excerpts = list(read_excerpts(copy, wanted))

    assert [each.tolist() for each in excerpts] == [
        pcm[first:stop].tolist() for first, stop in wanted
    ]


def test_a_file_that_is_not_a_review_copy_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "audio.flac"
    soundfile.write(path, np.zeros(100, dtype=np.int16), 8_000)

    with pytest.raises(AudioError, match=r"audio\.flac is not a review copy"):
        list(read_excerpts(path, [(0, 10)]))
