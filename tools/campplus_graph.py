"""ONNX graph of the CAM++ speaker embedding network, optimised for inference on a CPU.

Its outputs equal those of `campplus_torch.CampPlus`; the graph differs in these points:

- batch normalisations behind a convolution are folded into it;
- one-dimensional convolutions are two-dimensional ones of height 1, and the step from the head's
  channels and frequencies to the first time layer is one convolution as high as the frequencies,
  because onnxruntime has blocked kernels for two dimensions only;
- the context mask is computed once per segment of 100 frames, then repeated for the frames;
- the masked output passes a depthwise convolution with ones, which changes no value but lets
  onnxruntime keep the growing concatenation in its blocked layout.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from campplus_torch import (
    BLOCKS,
    EMBEDDING_DIM,
    FEATURE_DIM,
    GROWTH,
    HEAD_CHANNELS,
    HEAD_FREQUENCIES,
    SEGMENT_FRAMES,
)
from numpy.typing import NDArray
from onnx import TensorProto
from onnx_graph import GraphBuilder

Array = NDArray[np.float32]
Weights = Mapping[str, Array]
Pair = tuple[int, int]
BATCH_NORM_EPSILON = 1e-5  # PyTorch's default, used in training


def build_campplus_graph(weights: Weights, *, half_constants: bool = True) -> onnx.ModelProto:
    """Build the ONNX model that maps `fbank` (N, T, 80) to `embedding` (N, 192), float32."""
    return _CampPlusGraph(weights, GraphBuilder(half_constants=half_constants)).build()


class _CampPlusGraph:
    def __init__(self, weights: Weights, builder: GraphBuilder) -> None:
        self._weights = weights
        self._graph = builder

    def build(self) -> onnx.ModelProto:
        x = self._first_time_layer(self._head("fbank"))
        frames_of_segments = self._frames_of_segments(x)
        for number, (num_layers, dilation) in enumerate(BLOCKS, start=1):
            for layer in range(1, num_layers + 1):
                prefix = f"xvector.block{number}.tdnnd{layer}"
                x = self._dense_layer(x, prefix, dilation, frames_of_segments)
            x = self._transition(x, number)
        self._embedding(self._statistics(x))
        return self._graph.build(
            "campplus",
            inputs={"fbank": ("N", "T", FEATURE_DIM)},
            outputs={"embedding": ("N", EMBEDDING_DIM)},
        )

    def _head(self, fbank: str) -> str:
        bins_by_frames = self._graph.add("Transpose", fbank, perm=[0, 2, 1])
        x = self._graph.add("Unsqueeze", bins_by_frames, self._graph.constant(np.array([1])))
        x = self._square("head.conv1", "head.bn1", x, relu=True)
        for prefix in ("head.layer1.0", "head.layer1.1", "head.layer2.0", "head.layer2.1"):
            x = self._residual_block(x, prefix)
        return self._square("head.conv2", "head.bn2", x, strides=(2, 1), relu=True)

    def _residual_block(self, x: str, prefix: str) -> str:
        halves = f"{prefix}.shortcut.0.weight" in self._weights
        strides = (2, 1) if halves else (1, 1)
        inner = self._square(f"{prefix}.conv1", f"{prefix}.bn1", x, strides=strides, relu=True)
        inner = self._square(f"{prefix}.conv2", f"{prefix}.bn2", inner)
        if halves:
            kernel, bias = self._folded(f"{prefix}.shortcut.0", f"{prefix}.shortcut.1")
            x = self._convolution(x, kernel, bias, strides=strides)
        return self._graph.add("Relu", self._graph.add("Add", inner, x))

    def _square(
        self, name: str, norm: str, x: str, *, strides: Pair = (1, 1), relu: bool = False
    ) -> str:
        kernel, bias = self._folded(name, norm)
        return self._convolution(x, kernel, bias, strides=strides, pads=(1, 1), relu=relu)

    def _first_time_layer(self, x: str) -> str:
        kernel, bias = self._folded("xvector.tdnn.linear", "xvector.tdnn.nonlinear.batchnorm")
        num_filters, _, width = kernel.shape
        tall = kernel.reshape(num_filters, HEAD_CHANNELS, HEAD_FREQUENCIES, width)
        return self._convolution(x, tall, bias, strides=(1, 2), pads=(0, width // 2), relu=True)

    def _frames_of_segments(self, x: str) -> str:
        """Return a (num_segments, num_frames) float32 matrix, 1 where a frame is in a segment.

        Multiplying by it repeats a value per segment for each frame, much faster than Gather.
        """
        add, constant = self._graph.add, self._graph.constant
        zero, one = constant(np.array(0)), constant(np.array(1))
        axis = constant(np.array([0]))
        num_frames = add("Squeeze", add("Shape", x, start=3, end=4), axis)
        segment_of_frame = add(
            "Div", add("Range", zero, num_frames, one), constant(np.array(SEGMENT_FRAMES))
        )
        starts = add("Range", zero, num_frames, constant(np.array(SEGMENT_FRAMES)))
        segments = add("Div", starts, constant(np.array(SEGMENT_FRAMES)))
        column = add("Unsqueeze", segments, constant(np.array([1])))
        return add("Cast", add("Equal", column, segment_of_frame), to=TensorProto.FLOAT)

    def _dense_layer(self, x: str, prefix: str, dilation: int, frames_of_segments: str) -> str:
        kernel, bias = self._folded(f"{prefix}.linear1", f"{prefix}.nonlinear2.batchnorm")
        normed = self._norm_relu(x, f"{prefix}.nonlinear1.batchnorm")
        bottleneck = self._convolution(normed, kernel[:, :, None], bias, relu=True)
        local = self._convolution(
            bottleneck,
            self._weights[f"{prefix}.cam_layer.linear_local.weight"][:, :, None],
            pads=(0, dilation),
            dilations=(1, dilation),
        )
        mask = self._mask(bottleneck, f"{prefix}.cam_layer")
        each_frame = self._graph.add("MatMul", mask, frames_of_segments)
        masked = self._pass_through(self._graph.add("Mul", local, each_frame))
        return self._graph.add("Concat", x, masked, axis=1)

    def _mask(self, x: str, prefix: str) -> str:
        """Return the context mask (N, 32, 1, num_segments), with values between 0 and 1."""
        segments = self._graph.add(
            "AveragePool",
            x,
            kernel_shape=[1, SEGMENT_FRAMES],
            strides=[1, SEGMENT_FRAMES],
            ceil_mode=1,
            count_include_pad=0,  # with 1, onnxruntime <= 1.22 divides partial segments by 100
        )
        context = self._graph.add("Add", self._graph.add("GlobalAveragePool", x), segments)
        hidden = self._pointwise(context, f"{prefix}.linear1", relu=True)
        return self._graph.add("Sigmoid", self._pointwise(hidden, f"{prefix}.linear2"))

    def _pointwise(self, x: str, name: str, *, relu: bool = False) -> str:
        kernel, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return self._convolution(x, kernel[:, :, None], bias, relu=relu)

    def _pass_through(self, x: str) -> str:
        ones = self._graph.constant(np.ones((GROWTH, 1, 1, 1), np.float32))
        return self._graph.add("Conv", x, ones, group=GROWTH, kernel_shape=[1, 1])

    def _transition(self, x: str, number: int) -> str:
        normed = self._norm_relu(x, f"xvector.transit{number}.nonlinear.batchnorm")
        name = f"xvector.transit{number}.linear"
        if number < len(BLOCKS):
            return self._convolution(normed, self._weights[f"{name}.weight"][:, :, None])
        kernel, bias = self._folded(name, "xvector.out_nonlinear.batchnorm")
        return self._convolution(normed, kernel[:, :, None], bias, relu=True)

    def _statistics(self, x: str) -> str:
        """Return (N, 1024), the means over time followed by the sample standard deviations."""
        add, constant = self._graph.add, self._graph.constant
        mean = add("GlobalAveragePool", x)
        centred = add("Sub", x, mean)
        variance = add("GlobalAveragePool", add("Mul", centred, centred))
        one = constant(np.array([1], np.float32))
        num_frames = add("Cast", add("Shape", x, start=3, end=4), to=TensorProto.FLOAT)
        degrees = add("Max", add("Sub", num_frames, one), one)
        deviation = add("Sqrt", add("Mul", variance, add("Div", num_frames, degrees)))
        return add("Flatten", add("Concat", mean, deviation, axis=1))

    def _embedding(self, statistics: str) -> None:
        kernel, bias = self._folded("xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")
        weights, offsets = self._graph.constant(kernel[:, :, 0]), self._graph.constant(bias)
        self._graph.add("Gemm", statistics, weights, offsets, transB=1, output="embedding")

    def _norm_relu(self, x: str, norm: str) -> str:
        statistics = [
            self._graph.constant(self._weights[f"{norm}.{part}"])
            for part in ("weight", "bias", "running_mean", "running_var")
        ]
        normed = self._graph.add("BatchNormalization", x, *statistics, epsilon=BATCH_NORM_EPSILON)
        return self._graph.add("Relu", normed)

    def _convolution(
        self,
        x: str,
        kernel: Array,
        bias: Array | None = None,
        *,
        strides: Pair = (1, 1),
        pads: Pair = (0, 0),
        dilations: Pair = (1, 1),
        relu: bool = False,
    ) -> str:
        constants = [self._graph.constant(part) for part in (kernel, bias) if part is not None]
        result = self._graph.add(
            "Conv",
            x,
            *constants,
            kernel_shape=kernel.shape[2:],
            strides=strides,
            pads=(*pads, *pads),
            dilations=dilations,
        )
        return self._graph.add("Relu", result) if relu else result

    def _folded(self, name: str, norm: str) -> tuple[Array, Array]:
        """Return kernel and bias of a convolution with the next batch normalisation folded in."""
        mean, variance = (
            self._weights[f"{norm}.running_{part}"].astype(np.float64) for part in ("mean", "var")
        )
        scale = self._weights.get(f"{norm}.weight", 1.0) / np.sqrt(variance + BATCH_NORM_EPSILON)
        bias = self._weights.get(f"{norm}.bias", 0.0) - mean * scale
        kernel = self._weights[f"{name}.weight"]
        column = scale.reshape(-1, *[1] * (kernel.ndim - 1))
        return (kernel * column).astype(np.float32), bias.astype(np.float32)
