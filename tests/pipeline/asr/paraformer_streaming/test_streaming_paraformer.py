"""Tests of the streaming recogniser on a small graph with known behaviour."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.asr.paraformer_streaming.streaming_paraformer import (
    PIECE_SAMPLES,
    StreamedToken,
    StreamingParaformer,
    open_streaming_paraformer,
)
from pipeline.core.errors import ModelContractError, ModelUnavailableError
from pipeline.core.options import Profile
from tests.pipeline.asr.paraformer_streaming.tiny_streaming import (
    tiny_decoder,
    write_sherpa_streaming_folder,
    write_streaming_folder,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_streaming_folder(tmp_path_factory.mktemp("streaming"))


@pytest.fixture(scope="module")
def model(folder: Path) -> StreamingParaformer:
    return open_streaming_paraformer(folder)


def noise(num_samples: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(num_samples).astype(np.float32) * 0.1


def recognize(
    model: StreamingParaformer, samples: np.ndarray, cuts: list[int]
) -> tuple[StreamedToken, ...]:
    stream = model.open()
    parts = np.split(samples, sorted(cuts))
    pieces = [piece for part in parts for piece in stream.feed(part)]
    return tuple(token for piece in (*pieces, stream.finish()) for token in piece.tokens)


@settings(max_examples=25, deadline=None)
@given(
    num_samples=st.integers(0, 40_000),
    cuts=st.lists(st.integers(0, 40_000), max_size=6),
    profile=st.sampled_from(Profile),
)
def test_any_cutting_of_the_input_gives_the_same_tokens(folder, num_samples, cuts, profile):
    model = open_streaming_paraformer(folder, profile=profile)
    samples = noise(num_samples)

    at_once = recognize(model, samples, [])

    assert recognize(model, samples, [min(each, num_samples) for each in cuts]) == at_once
    assert len(at_once) >= (num_samples - 3_000) // 4_800  # a token for every 200 ms


def test_two_interleaved_streams_give_the_tokens_of_each_alone(model):
    one, other = noise(30_000, 1), noise(26_000, 2)
    first, second = model.open(), model.open()
    found: tuple[list[StreamedToken], list[StreamedToken]] = ([], [])

    for start in range(0, 30_000, 1_000):
        for stream, samples, tokens in ((first, one, found[0]), (second, other, found[1])):
            for piece in stream.feed(samples[start : start + 1_000]):
                tokens.extend(piece.tokens)
    for stream, tokens in ((first, found[0]), (second, found[1])):
        tokens.extend(stream.finish().tokens)

    assert tuple(found[0]) == recognize(model, one, [])
    assert tuple(found[1]) == recognize(model, other, [])


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("num_samples", [0, 1, 399, 400, 879, 960, 9_599, 9_600, 9_601, 10_000])
def test_no_length_of_an_utterance_raises(folder, num_samples, profile):
    model = open_streaming_paraformer(folder, profile=profile)

    tokens = recognize(model, noise(num_samples), [])

    assert (len(tokens) > 0) == (num_samples >= 400)


def test_both_folder_layouts_give_the_same_tokens(model, tmp_path: Path):
    other = open_streaming_paraformer(write_sherpa_streaming_folder(tmp_path))
    samples = noise(33_333)

    assert recognize(other, samples, []) == recognize(model, samples, [])


def test_times_rise_and_stay_within_the_utterance(model):
    tokens = recognize(model, noise(5 * PIECE_SAMPLES + 777), [])

    times = [token.at_ms for token in tokens]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= 3_060


def test_a_piece_is_recognised_as_soon_as_it_is_complete(model):
    stream = model.open()

    assert stream.feed(noise(PIECE_SAMPLES - 1)) == ()
    (piece,) = stream.feed(noise(1))
    assert piece.heard_ms == 600
    assert piece.text == "".join(token.text for token in piece.tokens) != ""


def test_an_utterance_that_ended_takes_no_more(model):
    stream = model.open()
    stream.finish()

    with pytest.raises(ValueError, match="has ended"):
        stream.feed(noise(10))
    with pytest.raises(ValueError, match="has ended"):
        stream.finish()


def test_a_decoder_of_another_model_is_refused_by_name(tmp_path: Path):
    write_streaming_folder(tmp_path)
    onnx.save(tiny_decoder(num_tokens=7), tmp_path / "decoder_quant.onnx")

    with pytest.raises(ModelContractError, match=r"decoder_quant\.onnx' has 7 output tokens"):
        open_streaming_paraformer(tmp_path)


def test_an_encoder_as_decoder_is_refused_by_name(tmp_path: Path):
    write_streaming_folder(tmp_path)
    (tmp_path / "decoder_quant.onnx").write_bytes((tmp_path / "model_quant.onnx").read_bytes())

    with pytest.raises(ModelContractError, match=r"decoder_quant\.onnx"):
        open_streaming_paraformer(tmp_path)


def test_a_folder_without_a_decoder_is_refused_with_the_names_it_may_have(tmp_path: Path):
    write_streaming_folder(tmp_path)
    (tmp_path / "decoder_quant.onnx").unlink()

    with pytest.raises(ModelUnavailableError, match="it has no decoder_quant"):
        open_streaming_paraformer(tmp_path)
