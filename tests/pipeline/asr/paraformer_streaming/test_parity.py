"""The classic profile beside funasr_onnx, on FunASR's graphs with random weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from pipeline.asr.paraformer_streaming.streaming_graph import StreamingGraph
from pipeline.asr.paraformer_streaming.streaming_paraformer import (
    PIECE_SAMPLES,
    StreamingParaformer,
    open_streaming_paraformer,
)
from pipeline.core.options import Profile
from tests.dev_data import REPOSITORY

DATA = REPOSITORY / "tests" / "data" / "streaming_paraformer"
CASES = json.loads((DATA / "reference.json").read_text("utf-8"))["cases"]
VOCABULARY_SIZE = 8_404
SPECIAL = {0, 1, 2}


def waveform(num_samples: int) -> np.ndarray:
    """A signal like a voice, made by the formula that the reference's file states."""
    n = np.arange(num_samples, dtype=np.float64)
    t = n / 16_000
    pitch = 2 * np.pi * (120 * t + 8 * np.sin(2 * np.pi * 0.9 * t))
    tone = sum(np.sin(k * pitch) / k for k in range(1, 13))
    colour = 1 + 0.8 * np.sin(2 * np.pi * 3.1 * t) * np.sin(2 * np.pi * 0.37 * t)
    hiss = np.sin(0.5 * n * n % (2 * np.pi)) * 0.02
    return (0.08 * colour * tone + hiss).astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tiny")
    for name in ("model.onnx", "decoder.onnx", "am.mvn"):
        shutil.copy(DATA / name, made / name)
    tokens = ["<blank>", "<s>", "</s>", *(f"w{number}" for number in range(3, VOCABULARY_SIZE))]
    (made / "tokens.json").write_text(json.dumps(tokens), "utf-8")
    return made


@pytest.fixture(scope="module")
def classic(folder: Path) -> StreamingParaformer:
    return open_streaming_paraformer(folder, profile=Profile.CLASSIC)


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_ids_are_those_of_the_reference(classic, name):
    case = CASES[name]
    samples = waveform(case["num_samples"])
    assert float(samples.astype(np.float64).sum()) == pytest.approx(case["sum"], abs=1e-3)
    stream = classic.open()

    pieces = [*stream.feed(samples), stream.finish()]

    expected = [
        [number for window in chunk["windows"] for number in window["ids"]]
        for chunk in case["chunks"]
    ]
    ids = [[token.id for token in piece.tokens] for piece in pieces]
    assert ids == [[number for number in each if number not in SPECIAL] for each in expected]


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_window_is_that_of_the_reference(folder, name, monkeypatch):
    seen: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    encode = StreamingGraph.encode

    def watched(self, rows):
        hidden, weights = encode(self, rows)
        seen.append((rows, hidden, weights.copy()))
        return hidden, weights

    model = open_streaming_paraformer(folder, profile=Profile.CLASSIC)
    monkeypatch.setattr(StreamingGraph, "encode", watched)
    stream = model.open()
    stream.feed(waveform(CASES[name]["num_samples"]))
    stream.finish()

    windows = [window for chunk in CASES[name]["chunks"] for window in chunk["windows"]]
    assert len(seen) == len(windows)
    for (rows, hidden, weights), window in zip(seen, windows, strict=True):
        assert_summary(rows, window["input"])
        assert_summary(hidden, window["enc"])
        np.testing.assert_allclose(weights, window["alphas"], atol=5e-5)


def assert_summary(matrix: np.ndarray, expected: dict) -> None:
    """Compare a matrix with the figures that the reference stores of it."""
    found = matrix.astype(np.float64)
    probe = np.cos(np.arange(found.size, dtype=np.float64)).reshape(found.shape)
    assert list(found.shape) == expected["shape"]
    assert found.mean() == pytest.approx(expected["mean"], abs=1e-4)
    assert (found * found).mean() ** 0.5 == pytest.approx(expected["rms"], abs=1e-4)
    assert (found * probe).sum() == pytest.approx(expected["probe"], abs=2e-3)
    np.testing.assert_allclose(found[0, :4], expected["first4"], atol=1e-4)
    np.testing.assert_allclose(found[-1, -4:], expected["last4"], atol=1e-4)


def test_the_cases_differ_at_the_end_alone_from_the_default_profile(folder, classic):
    """The default profile keeps what the reference drops or misplaces in the last piece."""
    default = open_streaming_paraformer(folder)
    samples = waveform(CASES["long_rest"]["num_samples"])
    num_whole = samples.size // PIECE_SAMPLES - 1
    ids = []
    for model in (classic, default):
        pieces = model.open().feed(samples)
        ids.append([[token.id for token in piece.tokens] for piece in pieces[:num_whole]])

    assert ids[0] == ids[1]
