"""Command that writes the CAM++ graph with convolutions of 8-bit integers.

    python tools/quantize_campplus.py --out assets/models/campplus-zh-en/model.int8.onnx

It runs in the app's own environment with the developer requirements. The ranges of the activations
are those of windows of the test conversation; other windows of it check the result.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from pipeline.audio.decode import read_audio  # noqa: E402
from pipeline.audio.features import log_mel  # noqa: E402
from pipeline.core.intervals import Interval  # noqa: E402

FLOAT_MODEL = REPOSITORY / "assets" / "models" / "campplus-zh-en" / "model.onnx"
CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
WINDOW_MS = 1_500
NUM_CALIBRATION_WINDOWS = 120
NUM_CHECK_WINDOWS = 40
BATCH_WINDOWS = 8
# The two-dimensional front and the first dense layer stay in float32. With all but three
# convolutions in 8 bits the graph is faster (8.2 instead of 11.3 ms a window), but its errors
# doubled and a development meeting of eight lost a speaker.
NUM_FLOAT_CONVOLUTIONS = 17
MIN_COSINE = 0.98  # mean over the windows of the check


class Windows(CalibrationDataReader):  # type: ignore[misc]  # the library is not typed
    """Batches of feature windows, from which the ranges of the activations are found."""

    def __init__(self, features: NDArray[np.float32]) -> None:
        """Store features, (num_windows, num_frames, 80) float32."""
        self._batches = iter(np.split(features, range(BATCH_WINDOWS, len(features), BATCH_WINDOWS)))

    def get_next(self) -> Mapping[str, NDArray[np.float32]] | None:
        """Return the next batch as the inputs of the graph, None at the end."""
        batch = next(self._batches, None)
        return None if batch is None else {"fbank": batch}


def main() -> None:
    """Quantise the graph, compare its embeddings with the float graph's, and write it."""
    parser = argparse.ArgumentParser(description="Write CAM++ with 8-bit convolutions")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    arguments = parser.parse_args()
    features = np.stack(list(random_windows(NUM_CALIBRATION_WINDOWS + NUM_CHECK_WINDOWS)))
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "float.onnx"
        write_with_float_constants(plain)
        quantize_static(
            plain,
            arguments.out,
            Windows(features[:NUM_CALIBRATION_WINDOWS]),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            nodes_to_exclude=first_convolutions(plain),
            per_channel=True,
            reduce_range=True,  # weights of 7 bits: without VNNI, sums of 8 bits overflow
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )
    cosine = mean_cosine(arguments.out, features[NUM_CALIBRATION_WINDOWS:])
    if cosine < MIN_COSINE:
        arguments.out.unlink()
        raise ValueError(f"The mean cosine to the float embeddings is {cosine:.4f}")
    data = arguments.out.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    print(f"{arguments.out}: {len(data)} bytes, sha256 {sha256}, mean cosine {cosine:.4f}")


def random_windows(count: int) -> Iterator[NDArray[np.float32]]:
    """Yield the features of random windows of the conversation, as the embedder computes them."""
    audio = read_audio(CONVERSATION)
    starts_ms = np.random.default_rng(0).integers(0, audio.duration_ms - WINDOW_MS, count)
    for start_ms in map(int, starts_ms):
        frames = log_mel(audio.cut(Interval(start_ms, start_ms + WINDOW_MS)), window="povey")
        yield frames - frames.mean(axis=0)


def write_with_float_constants(path: Path) -> None:
    """Write the graph with its half-precision constants as float32, as quantisation needs them."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(path)
    onnxruntime.InferenceSession(str(FLOAT_MODEL), options, providers=["CPUExecutionProvider"])


def first_convolutions(path: Path) -> list[str]:
    """Return the names of the convolutions that stay in float32."""
    nodes = onnx.load(path).graph.node
    return [node.name for node in nodes if node.op_type == "Conv"][:NUM_FLOAT_CONVOLUTIONS]


def mean_cosine(path: Path, features: NDArray[np.float32]) -> float:
    """Return the mean cosine between the embeddings of a graph and those of the float graph."""
    found, expected = (
        onnxruntime.InferenceSession(str(each), providers=["CPUExecutionProvider"]).run(
            None, {"fbank": features}
        )[0]
        for each in (path, FLOAT_MODEL)
    )
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(expected, axis=1)
    return float(np.mean(np.sum(found * expected, axis=1) / lengths))


if __name__ == "__main__":
    main()
