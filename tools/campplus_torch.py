"""PyTorch module of the CAM++ speaker embedding network, with the published parameter names."""

from __future__ import annotations

import torch
from torch import Tensor, nn

FEATURE_DIM = 80
EMBEDDING_DIM = 192
HEAD_CHANNELS = 32
HEAD_FREQUENCIES = 10  # 80 mel bins after three strides of 2
GROWTH = 32
BOTTLENECK = 128
SEGMENT_FRAMES = 100  # frames of one segment mean, after the time stride of 2
BLOCKS = ((12, 1), (24, 2), (16, 2))  # (layers, dilation) of each dense block


class ResidualBlock(nn.Module):
    """Residual block of two 3x3 convolutions, with an optional stride along frequency."""

    def __init__(self, frequency_stride: int) -> None:
        super().__init__()
        stride = (frequency_stride, 1)
        self.conv1 = nn.Conv2d(HEAD_CHANNELS, HEAD_CHANNELS, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(HEAD_CHANNELS)
        self.conv2 = nn.Conv2d(HEAD_CHANNELS, HEAD_CHANNELS, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(HEAD_CHANNELS)
        self.shortcut = nn.Sequential()
        if frequency_stride > 1:
            self.shortcut.append(nn.Conv2d(HEAD_CHANNELS, HEAD_CHANNELS, 1, stride, bias=False))
            self.shortcut.append(nn.BatchNorm2d(HEAD_CHANNELS))

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, 32, F, T) to (N, 32, F / frequency_stride, T)."""
        inner = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(inner)) + self.shortcut(x))


class Head(nn.Module):
    """Two-dimensional convolutional head, from 80 mel bins to 32 channels of 10 frequencies."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, HEAD_CHANNELS, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(HEAD_CHANNELS)
        self.layer1 = nn.Sequential(ResidualBlock(2), ResidualBlock(1))
        self.layer2 = nn.Sequential(ResidualBlock(2), ResidualBlock(1))
        self.conv2 = nn.Conv2d(HEAD_CHANNELS, HEAD_CHANNELS, 3, (2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(HEAD_CHANNELS)

    def forward(self, features: Tensor) -> Tensor:
        """Map (N, 80, T) to (N, 320, T)."""
        x = torch.relu(self.bn1(self.conv1(features.unsqueeze(1))))
        x = self.layer2(self.layer1(x))
        return torch.relu(self.bn2(self.conv2(x))).flatten(1, 2)


class NormRelu(nn.Module):
    """Batch normalisation followed by ReLU."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.batchnorm = nn.BatchNorm1d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, T) to (N, C, T)."""
        return torch.relu(self.batchnorm(x))


class TimeDelayLayer(nn.Module):
    """Convolution over time with stride 2, batch normalisation and ReLU."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(in_channels, out_channels, 5, 2, padding=2, bias=False)
        self.nonlinear = NormRelu(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in_channels, T) to (N, out_channels, (T + 1) // 2)."""
        return self.nonlinear(self.linear(x))


class ContextMaskLayer(nn.Module):
    """Convolution over time, scaled by a mask from the means of the input and of each segment."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.linear_local = nn.Conv1d(
            BOTTLENECK, GROWTH, 3, padding=dilation, dilation=dilation, bias=False
        )
        self.linear1 = nn.Conv1d(BOTTLENECK, BOTTLENECK // 2, 1)
        self.linear2 = nn.Conv1d(BOTTLENECK // 2, GROWTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, 128, T) to (N, 32, T)."""
        segments = nn.functional.avg_pool1d(x, SEGMENT_FRAMES, SEGMENT_FRAMES, ceil_mode=True)
        context = x.mean(-1, keepdim=True) + segments
        mask = torch.sigmoid(self.linear2(torch.relu(self.linear1(context))))
        each_frame = mask.repeat_interleave(SEGMENT_FRAMES, dim=-1)[..., : x.shape[-1]]
        return self.linear_local(x) * each_frame


class DenseLayer(nn.Module):
    """Bottleneck and context-masked convolution, whose output is concatenated to the input."""

    def __init__(self, in_channels: int, dilation: int) -> None:
        super().__init__()
        self.nonlinear1 = NormRelu(in_channels)
        self.linear1 = nn.Conv1d(in_channels, BOTTLENECK, 1, bias=False)
        self.nonlinear2 = NormRelu(BOTTLENECK)
        self.cam_layer = ContextMaskLayer(dilation)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, T) to (N, C + 32, T)."""
        bottleneck = self.nonlinear2(self.linear1(self.nonlinear1(x)))
        return torch.cat((x, self.cam_layer(bottleneck)), dim=1)


class DenseBlock(nn.Module):
    """Sequence of dense layers, each of which adds 32 channels to its input."""

    def __init__(self, in_channels: int, num_layers: int, dilation: int) -> None:
        super().__init__()
        for index in range(num_layers):
            self.add_module(f"tdnnd{index + 1}", DenseLayer(in_channels + index * GROWTH, dilation))

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, T) to (N, C + 32 * num_layers, T)."""
        for layer in self.children():
            x = layer(x)
        return x


class Transition(nn.Module):
    """Pointwise convolution that halves the number of channels after a dense block."""

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.nonlinear = NormRelu(in_channels)
        self.linear = nn.Conv1d(in_channels, in_channels // 2, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, T) to (N, C / 2, T)."""
        return self.linear(self.nonlinear(x))


class EmbeddingLayer(nn.Module):
    """Final linear layer with batch normalisation, without learned scale and offset."""

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(in_channels, EMBEDDING_DIM, 1, bias=False)
        self.nonlinear = nn.Sequential()
        self.nonlinear.add_module("batchnorm", nn.BatchNorm1d(EMBEDDING_DIM, affine=False))

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C) to (N, 192)."""
        return self.nonlinear(self.linear(x.unsqueeze(-1)).squeeze(-1))


class XVector(nn.Module):
    """Time-delay network that pools 320 channels over time to a 192-dimensional embedding."""

    def __init__(self) -> None:
        super().__init__()
        channels = BOTTLENECK
        self.tdnn = TimeDelayLayer(HEAD_CHANNELS * HEAD_FREQUENCIES, channels)
        for number, (num_layers, dilation) in enumerate(BLOCKS, start=1):
            self.add_module(f"block{number}", DenseBlock(channels, num_layers, dilation))
            channels += num_layers * GROWTH
            self.add_module(f"transit{number}", Transition(channels))
            channels //= 2
        self.out_nonlinear = NormRelu(channels)
        self.dense = EmbeddingLayer(2 * channels)

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, 320, T) to (N, 192)."""
        x = self.tdnn(x)
        for number in range(1, len(BLOCKS) + 1):
            x = self.get_submodule(f"transit{number}")(self.get_submodule(f"block{number}")(x))
        x = self.out_nonlinear(x)
        return self.dense(torch.cat((x.mean(-1), x.std(-1, unbiased=True)), dim=1))


class CampPlus(nn.Module):
    """CAM++ speaker embedding network with 7.2 million parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.head = Head()
        self.xvector = XVector()

    def forward(self, fbank: Tensor) -> Tensor:
        """Map (N, T, 80) float32 to (N, 192) float32, not of unit length."""
        return self.xvector(self.head(fbank.transpose(1, 2)))
