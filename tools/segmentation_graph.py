"""ONNX graph of the segmentation-3.0 network, optimised for inference on a CPU.

Its outputs equal those of `segmentation_torch.Segmentation`. The sinc filters are precomputed, and
one-dimensional convolutions are two-dimensional ones of height 1, for which onnxruntime has
blocked kernels.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx_graph import GraphBuilder
from segmentation_torch import FILTER_STRIDE, HIDDEN, NUM_CLASSES, NUM_LSTM_LAYERS, POOL

Array = NDArray[np.float32]
LEAK = 0.01  # PyTorch's default slope of a leaky rectifier
NORM_EPSILON = 1e-5  # PyTorch's default of an instance normalisation
GATE_ORDER = (
    0,
    3,
    1,
    2,
)  # PyTorch stores input, forget, cell, output; ONNX input, output, forget, cell


def build_segmentation_graph(weights: Mapping[str, Array], filters: Array) -> onnx.ModelProto:
    """Build the ONNX model from waveform to log-probabilities of speaker sets per frame.

    `waveform` is (N, 1, num_samples), `log_probabilities` (N, num_frames, 7); both are float32.

    Args:
        weights: the published state dict.
        filters: (80, 1, 251) float32, the sinc filters from its band edges.
    """
    return _SegmentationGraph(weights, GraphBuilder(half_constants=False)).build(filters)


class _SegmentationGraph:
    def __init__(self, weights: Mapping[str, Array], builder: GraphBuilder) -> None:
        self._weights = weights
        self._graph = builder

    def build(self, filters: Array) -> onnx.ModelProto:
        x = self._recurrent(self._front("waveform", filters))
        for name in ("linear.0", "linear.1"):
            x = self._graph.add("LeakyRelu", self._linear(x, name), alpha=LEAK)
        self._graph.add(
            "LogSoftmax", self._linear(x, "classifier"), axis=-1, output="log_probabilities"
        )
        return self._graph.build(
            "segmentation",
            inputs={"waveform": ("N", 1, "num_samples")},
            outputs={"log_probabilities": ("N", "num_frames", NUM_CLASSES)},
        )

    def _front(self, waveform: str, filters: Array) -> str:
        """Return the output (N, 60, num_frames) of the filters and convolutions on the waveform."""
        height = self._graph.constant(np.array([2]))
        x = self._graph.add("Unsqueeze", self._norm(waveform, "sincnet.wav_norm1d"), height)
        strength = self._graph.add("Abs", self._convolution(x, filters, stride=FILTER_STRIDE))
        x = self._pool(strength, "sincnet.norm1d.0")
        for index in (1, 2):
            name = f"sincnet.conv1d.{index}"
            kernel, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
            x = self._pool(self._convolution(x, kernel, bias), f"sincnet.norm1d.{index}")
        return self._graph.add("Squeeze", x, height)

    def _pool(self, x: str, norm: str) -> str:
        pooled = self._graph.add("MaxPool", x, kernel_shape=[1, POOL], strides=[1, POOL])
        return self._graph.add("LeakyRelu", self._norm(pooled, norm), alpha=LEAK)

    def _norm(self, x: str, name: str) -> str:
        parts = [self._graph.constant(self._weights[f"{name}.{key}"]) for key in ("weight", "bias")]
        return self._graph.add("InstanceNormalization", x, *parts, epsilon=NORM_EPSILON)

    def _convolution(
        self, x: str, kernel: Array, bias: Array | None = None, *, stride: int = 1
    ) -> str:
        wide = self._graph.constant(kernel[:, :, None])
        biases = [] if bias is None else [self._graph.constant(bias)]
        shape = [1, kernel.shape[-1]]
        return self._graph.add("Conv", x, wide, *biases, kernel_shape=shape, strides=[1, stride])

    def _recurrent(self, x: str) -> str:
        """Return the output (N, num_frames, 256) of the bidirectional LSTM layers."""
        x = self._graph.add("Transpose", x, perm=[2, 0, 1])
        both_directions = self._graph.constant(np.array([0, 0, 2 * HIDDEN]))
        for layer in range(NUM_LSTM_LAYERS):
            parts = [self._graph.constant(part) for part in self._lstm_weights(layer)]
            output = self._graph.add(
                "LSTM", x, *parts, hidden_size=HIDDEN, direction="bidirectional"
            )
            by_frame = self._graph.add("Transpose", output, perm=[0, 2, 1, 3])
            x = self._graph.add("Reshape", by_frame, both_directions)
        return self._graph.add("Transpose", x, perm=[1, 0, 2])

    def _lstm_weights(self, layer: int) -> tuple[Array, Array, Array]:
        """Return an LSTM layer's input weights, recurrent weights and biases in ONNX layout."""
        directions = [
            [
                self._reordered(f"lstm.{kind}_l{layer}{suffix}")
                for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            ]
            for suffix in ("", "_reverse")
        ]
        return (
            np.stack([parts[0] for parts in directions]),
            np.stack([parts[1] for parts in directions]),
            np.stack([np.concatenate(parts[2:]) for parts in directions]),
        )

    def _reordered(self, name: str) -> Array:
        gates = np.split(self._weights[name], 4)
        return np.concatenate([gates[index] for index in GATE_ORDER])

    def _linear(self, x: str, name: str) -> str:
        weights = self._graph.constant(self._weights[f"{name}.weight"].T)
        bias = self._graph.constant(self._weights[f"{name}.bias"])
        return self._graph.add("Add", self._graph.add("MatMul", x, weights), bias)
