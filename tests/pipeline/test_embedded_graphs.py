from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnx.parser
import onnxruntime
import pytest
from numpy.typing import NDArray

from pipeline.models.locations import BUNDLED_MODELS

REFERENCE = np.load(Path(__file__).resolve().parents[1] / "data" / "reference_outputs.npz")
CAMPPLUS = BUNDLED_MODELS / "campplus-zh-en" / "model.onnx"
QUANTIZED_CAMPPLUS = BUNDLED_MODELS / "campplus-zh-en" / "model.int8.onnx"
SEGMENTATION = BUNDLED_MODELS / "segmentation-3.0" / "model.onnx"

# Four frames of 1, then two of 7, in windows of four with the last one in part.
PART_WINDOW_MEAN = """
<ir_version: 8, opset_import: ["" : 17]>
means (float[1, 1, 1, 6] x) => (float[1, 1, 1, S] y)
{
    y = AveragePool<
        kernel_shape = [1, 4], strides = [1, 4], ceil_mode = 1, count_include_pad = 0
    >(x)
}
"""


def _session(model: Path | bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    source = str(model) if isinstance(model, Path) else model
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


@pytest.fixture(name="campplus", scope="module")
def _campplus() -> onnxruntime.InferenceSession:
    return _session(CAMPPLUS)


@pytest.fixture(name="segmentation", scope="module")
def _segmentation() -> onnxruntime.InferenceSession:
    return _session(SEGMENTATION)


def _embed(
    session: onnxruntime.InferenceSession, fbank: NDArray[np.float32]
) -> NDArray[np.float32]:
    return session.run(["embedding"], {"fbank": fbank})[0]


def _noise(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(1).normal(0, 2, shape).astype(np.float32)


def test_a_part_window_is_averaged_over_its_real_size_by_this_onnxruntime() -> None:
    session = _session(onnx.parser.parse_model(PART_WINDOW_MEAN).SerializeToString())
    frames = np.array([1, 1, 1, 1, 7, 7], np.float32).reshape(1, 1, 1, 6)

    (means,) = session.run(None, {"x": frames})

    np.testing.assert_allclose(means.ravel(), [1, 7])


def test_campplus_never_counts_padding_in_its_segment_means() -> None:
    pools = [node for node in onnx.load(CAMPPLUS).graph.node if node.op_type == "AveragePool"]

    attributes = [
        {each.name: onnx.helper.get_attribute_value(each) for each in pool.attribute}
        for pool in pools
    ]

    assert [each["count_include_pad"] for each in attributes] == [0] * 52


@pytest.mark.parametrize("num_frames", [148, 230])
def test_campplus_embeds_as_the_published_network_does(
    campplus: onnxruntime.InferenceSession, num_frames: int
) -> None:
    expected = REFERENCE[f"embedding_{num_frames}"][0]

    found = _embed(campplus, REFERENCE[f"fbank_{num_frames}"].astype(np.float32))[0]

    cosine = found @ expected / np.linalg.norm(found) / np.linalg.norm(expected)
    assert cosine > 0.9999
    np.testing.assert_allclose(found, expected, atol=0.02)


def test_all_weights_of_the_8_bit_convolutions_have_7_bits() -> None:
    graph = onnx.load(QUANTIZED_CAMPPLUS).graph
    constants = {each.name: each for each in graph.initializer}
    weights = [
        onnx.numpy_helper.to_array(constants[node.input[0]])
        for node in graph.node
        if node.op_type == "DequantizeLinear" and node.input[0] in constants
    ]
    integers = [each for each in weights if each.dtype == np.int8]

    assert len(integers) == 259
    assert max(np.abs(each.astype(int)).max() for each in integers) <= 64


@pytest.mark.parametrize("model", [CAMPPLUS, QUANTIZED_CAMPPLUS])
@pytest.mark.parametrize(("num_windows", "num_frames"), [(1, 1), (2, 30), (5, 148), (1, 999)])
def test_campplus_takes_any_number_of_windows_and_frames(
    model: Path, num_windows: int, num_frames: int
) -> None:
    embeddings = _embed(_session(model), _noise(num_windows, num_frames, 80))

    assert embeddings.shape == (num_windows, 192)
    assert np.isfinite(embeddings).all()


def test_a_window_gets_the_same_embedding_whatever_else_is_in_its_batch(
    campplus: onnxruntime.InferenceSession,
) -> None:
    windows = _noise(7, 148, 80)

    together = _embed(campplus, windows)
    alone = np.concatenate([_embed(campplus, window[None]) for window in windows])

    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_segmentation_answers_as_the_published_network_does(
    segmentation: onnxruntime.InferenceSession,
) -> None:
    waveform = (REFERENCE["waveform"].astype(np.float32) / 32768)[None, None]

    (found,) = segmentation.run(["log_probabilities"], {"waveform": waveform})

    np.testing.assert_allclose(found, REFERENCE["log_probabilities"], atol=1e-4)


@pytest.mark.parametrize(
    ("num_recordings", "num_samples", "num_frames"), [(1, 160000, 589), (3, 16000, 56)]
)
def test_segmentation_gives_a_distribution_for_every_frame(
    segmentation: onnxruntime.InferenceSession,
    num_recordings: int,
    num_samples: int,
    num_frames: int,
) -> None:
    waveform = _noise(num_recordings, 1, num_samples) / 20

    (log_probabilities,) = segmentation.run(None, {"waveform": waveform})

    assert log_probabilities.shape == (num_recordings, num_frames, 7)
    np.testing.assert_allclose(np.exp(log_probabilities).sum(axis=2), 1, atol=1e-5)


def test_a_recording_gets_the_same_segmentation_whatever_else_is_in_its_batch(
    segmentation: onnxruntime.InferenceSession,
) -> None:
    waveforms = _noise(3, 1, 32000) / 20

    (together,) = segmentation.run(None, {"waveform": waveforms})
    alone = [segmentation.run(None, {"waveform": each[None]})[0] for each in waveforms]

    np.testing.assert_allclose(together, np.concatenate(alone), atol=1e-4)
