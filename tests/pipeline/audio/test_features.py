from __future__ import annotations

from pathlib import Path

import kaldi_native_fbank as knf
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.audio.features import (
    ASR_SCALE,
    FRAME_HOP,
    Cmvn,
    Window,
    count_frames,
    count_samples,
    log_mel,
    read_cmvn,
    stack_frames,
)
from pipeline.core.errors import ModelContractError

SCALES: list[tuple[Window, float]] = [("hamming", ASR_SCALE), ("povey", 1.0)]


@pytest.fixture(name="two_tones")
def _two_tones() -> NDArray[np.float32]:
    """The signal of spec A.1."""
    time = np.arange(24000) / 16000
    return (0.1 * np.sin(2 * np.pi * 440 * time) + 0.05 * np.sin(2 * np.pi * 1000 * time)).astype(
        np.float32
    )


@pytest.fixture(name="voice_like")
def _voice_like() -> NDArray[np.float32]:
    """Ten seconds of noise with a falling spectrum, a changing level and a constant offset."""
    noise = np.random.default_rng(7).standard_normal(160_000)
    falling = np.convolve(noise, 0.9 ** np.arange(40), mode="same")
    level = 0.02 + 0.1 * np.abs(np.sin(np.arange(noise.size) / 3000))
    return (0.1 + level * falling / np.abs(falling).max()).astype(np.float32)


def kaldi_log_mel(
    samples: NDArray[np.float32], window: Window, scale: float
) -> NDArray[np.float32]:
    options = knf.FbankOptions()
    options.frame_opts.samp_freq = 16000
    options.frame_opts.dither = 0.0
    options.frame_opts.window_type = window
    options.mel_opts.num_bins = 80
    options.energy_floor = 0
    fbank = knf.OnlineFbank(options)
    fbank.accept_waveform(16000, samples * scale)
    fbank.input_finished()
    frames = [fbank.get_frame(i) for i in range(fbank.num_frames_ready)]
    stacked: NDArray[np.float32] = np.stack(frames)
    return stacked


@pytest.mark.parametrize(
    ("window", "scale", "first_frame", "mean"),
    [
        (
            "hamming",
            ASR_SCALE,
            [9.5546, 10.4560, 9.5560, 9.7661, 10.2203, 11.4266, 10.4820],
            11.21389,
        ),
        (
            "povey",
            1.0,
            [-14.6095, -14.0014, -12.2403, -7.7735, -10.9963, -15.9424, -15.9424],
            -12.51464,
        ),
    ],
)
def test_log_mel_of_two_tones_is_the_published_vector(
    two_tones: NDArray[np.float32],
    window: Window,
    scale: float,
    first_frame: list[float],
    mean: float,
) -> None:
    features = log_mel(two_tones, window=window, scale=scale)

    assert features.shape == (148, 80)
    assert features.dtype == np.float32
    np.testing.assert_allclose(features[0, [0, 1, 5, 10, 20, 40, 79]], first_frame, atol=2e-3)
    assert features.mean() == pytest.approx(mean, abs=2e-3)


@pytest.mark.parametrize(("window", "scale"), SCALES)
def test_log_mel_equals_kaldi_native_fbank(
    voice_like: NDArray[np.float32], window: Window, scale: float
) -> None:
    ours = log_mel(voice_like, window=window, scale=scale)

    np.testing.assert_allclose(ours, kaldi_log_mel(voice_like, window, scale), atol=1e-3)


@pytest.mark.parametrize(("num_samples", "num_frames"), [(0, 0), (1, 0), (399, 0), (400, 1)])
def test_less_than_one_frame_gives_no_features(num_samples: int, num_frames: int) -> None:
    features = log_mel(np.ones(num_samples, dtype=np.float32), window="povey")

    assert features.shape == (num_frames, 80)


def test_silence_lies_at_the_floor() -> None:
    features = log_mel(np.zeros(1000, dtype=np.float32), window="hamming", scale=ASR_SCALE)

    np.testing.assert_allclose(features, np.log(1.1920929e-07), rtol=1e-6)


@given(first_frame=st.integers(0, 990), num_frames=st.integers(1, 600))
def test_a_frame_depends_on_its_own_samples_alone(first_frame: int, num_frames: int) -> None:
    samples = np.random.default_rng(1).standard_normal(160_000).astype(np.float32) * 0.1
    stop_frame = min(first_frame + num_frames, count_frames(samples.size))
    start = first_frame * FRAME_HOP

    part = log_mel(samples[start : start + count_samples(stop_frame - first_frame)], window="povey")

    whole = log_mel(samples, window="povey")
    np.testing.assert_allclose(part, whole[first_frame:stop_frame], atol=1e-5)


def test_reading_features_leaves_the_samples_as_they_were(voice_like: NDArray[np.float32]) -> None:
    before = voice_like.copy()

    log_mel(voice_like, window="povey")

    np.testing.assert_array_equal(voice_like, before)


@pytest.mark.parametrize(
    ("num_frames", "stack", "step", "rows"),
    [
        (1, 7, 6, ["0000000"]),
        (4, 7, 6, ["0000123"]),
        (6, 7, 6, ["0000123"]),
        (7, 7, 6, ["0000123", "3456666"]),
        (13, 7, 6, ["0000123", "3456789", "9abcccc"]),
        (3, 5, 1, ["00012", "00122", "01222"]),
        (6, 5, 1, ["00012", "00123", "01234", "12345", "23455", "34555"]),
        (0, 5, 1, []),
    ],
)
def test_stacking_takes_the_published_source_frames(
    num_frames: int, stack: int, step: int, rows: list[str]
) -> None:
    features = np.repeat(np.arange(num_frames, dtype=np.float32)[:, np.newaxis], 2, axis=1)

    stacked = stack_frames(features, stack=stack, step=step)

    sources = np.array([[int(frame, 16) for frame in row] for row in rows], dtype=np.float32)
    np.testing.assert_array_equal(stacked, np.repeat(sources.reshape(-1, stack), 2, axis=1))


def write_cmvn(path: Path, shift: list[str], scale: list[str], size: int) -> Path:
    path.write_text(
        f"<Nnet>\n<Splice> {size} {size}\n[ 0 ]\n<AddShift> {size} {size}\n"
        f"<LearnRateCoef> 0 [ {' '.join(shift)} ]\r\n<Rescale> {size} {size} \n"
        f"<LearnRateCoef> 0 [ {' '.join(scale)} ]\n</Nnet>",
        encoding="ascii",
    )
    return path


def test_cmvn_adds_the_shift_then_multiplies_by_the_scale(tmp_path: Path) -> None:
    path = write_cmvn(tmp_path / "am.mvn", ["-8.5"] * 80, ["0.25"] * 80, 80)

    cmvn = read_cmvn(path)

    np.testing.assert_array_equal(
        cmvn.apply(np.full((2, 80), 10.5, dtype=np.float32)), np.full((2, 80), 0.5)
    )


def test_cmvn_leaves_its_input_as_it_was() -> None:
    features = np.ones((3, 80), dtype=np.float32)

    Cmvn(np.ones(80, dtype=np.float32), np.ones(80, dtype=np.float32)).apply(features)

    np.testing.assert_array_equal(features, np.ones((3, 80)))


@pytest.mark.parametrize(
    ("shift", "scale", "size", "complaint"),
    [
        (["1"] * 79, ["1"] * 79, 79, "79 shifts"),
        (["1"] * 80, ["1"] * 160, 80, "<Rescale> 80 80 is followed by 160 numbers"),
        (["1"] * 79 + ["x"], ["1"] * 80, 80, "damaged at <AddShift>"),
        (["1"] * 79 + ["nan"], ["1"] * 80, 80, "not finite"),
    ],
)
def test_a_damaged_cmvn_file_is_refused_with_its_name(
    tmp_path: Path, shift: list[str], scale: list[str], size: int, complaint: str
) -> None:
    path = write_cmvn(tmp_path / "am.mvn", shift, scale, size)

    with pytest.raises(ModelContractError, match=complaint) as caught:
        read_cmvn(path)
    assert "am.mvn" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\xff\xfe\x00binary", b"<AddShift> 80 80"])
def test_a_file_that_is_no_cmvn_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "am.mvn"
    path.write_bytes(content)

    with pytest.raises(ModelContractError):
        read_cmvn(path)


def test_a_missing_cmvn_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(ModelContractError, match=r"am\.mvn"):
        read_cmvn(tmp_path / "am.mvn")
