"""PyTorch module of the segmentation-3.0 network, with the published parameter names."""

from __future__ import annotations

import torch
from torch import Tensor, nn

SAMPLE_RATE_HZ = 16000
NUM_FILTERS = 80  # half of them cosine filters, half sine filters of the same bands
FILTER_WIDTH = 251
FILTER_STRIDE = 10
MIN_LOW_HZ = 50
MIN_BAND_HZ = 50
POOL = 3
CONV_CHANNELS = 60
CONV_WIDTH = 5
HIDDEN = 128
NUM_LSTM_LAYERS = 4
NUM_CLASSES = 7  # no speaker, each of three speakers, each pair of them


class SincFilters(nn.Module):
    """Band-pass filters parameterised by the low edge and the width of each band."""

    low_hz_: Tensor
    band_hz_: Tensor
    window_: Tensor
    n_: Tensor

    def __init__(self) -> None:
        super().__init__()
        half = FILTER_WIDTH // 2
        self.low_hz_ = nn.Parameter(torch.zeros(NUM_FILTERS // 2, 1))
        self.band_hz_ = nn.Parameter(torch.zeros(NUM_FILTERS // 2, 1))
        self.register_buffer("window_", torch.zeros(half))
        self.register_buffer("n_", torch.zeros(1, half))

    def filters(self) -> Tensor:
        """Return (80, 1, 251) filter taps, 40 symmetric filters followed by 40 antisymmetric."""
        low = MIN_LOW_HZ + self.low_hz_.abs()
        high = (low + MIN_BAND_HZ + self.band_hz_.abs()).clamp(MIN_LOW_HZ, SAMPLE_RATE_HZ / 2)
        width = 2 * (high - low)
        taper = 2 * self.window_ / self.n_
        even = (torch.sin(high * self.n_) - torch.sin(low * self.n_)) * taper
        odd = (torch.cos(low * self.n_) - torch.cos(high * self.n_)) * taper
        symmetric = torch.cat((even, width, even.flip(1)), dim=1)
        antisymmetric = torch.cat((odd, torch.zeros_like(width), -odd.flip(1)), dim=1)
        return torch.cat((symmetric / width, antisymmetric / width)).unsqueeze(1)


class SincLayer(nn.Module):
    """Convolution with band-pass filters, followed by the absolute value."""

    def __init__(self) -> None:
        super().__init__()
        self.filterbank = SincFilters()

    def forward(self, waveform: Tensor) -> Tensor:
        """Map (N, 1, num_samples) to (N, 80, (num_samples - 251) // 10 + 1)."""
        responses = nn.functional.conv1d(waveform, self.filterbank.filters(), stride=FILTER_STRIDE)
        return responses.abs()


class WaveformFront(nn.Module):
    """Convolutional network from samples to 60 channels, with one frame per 270 samples."""

    def __init__(self) -> None:
        super().__init__()
        self.wav_norm1d = nn.InstanceNorm1d(1, affine=True)
        self.conv1d = nn.ModuleList(
            (
                SincLayer(),
                nn.Conv1d(NUM_FILTERS, CONV_CHANNELS, CONV_WIDTH),
                nn.Conv1d(CONV_CHANNELS, CONV_CHANNELS, CONV_WIDTH),
            )
        )
        self.norm1d = nn.ModuleList(
            nn.InstanceNorm1d(channels, affine=True)
            for channels in (NUM_FILTERS, CONV_CHANNELS, CONV_CHANNELS)
        )

    def forward(self, waveform: Tensor) -> Tensor:
        """Map (N, 1, num_samples) to (N, 60, num_frames)."""
        x = self.wav_norm1d(waveform)
        for convolution, norm in zip(self.conv1d, self.norm1d, strict=True):
            pooled = nn.functional.max_pool1d(convolution(x), POOL)
            x = nn.functional.leaky_relu(norm(pooled))
        return x


class Segmentation(nn.Module):
    """Network that maps a waveform to log-probabilities of 7 classes per frame.

    The classes are the sets of at most two of three speakers.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sincnet = WaveformFront()
        self.lstm = nn.LSTM(
            CONV_CHANNELS, HIDDEN, NUM_LSTM_LAYERS, batch_first=True, bidirectional=True
        )
        self.linear = nn.ModuleList((nn.Linear(2 * HIDDEN, HIDDEN), nn.Linear(HIDDEN, HIDDEN)))
        self.classifier = nn.Linear(HIDDEN, NUM_CLASSES)

    def forward(self, waveform: Tensor) -> Tensor:
        """Map (N, 1, num_samples) float32 to (N, num_frames, 7) float32 log-probabilities."""
        x, _ = self.lstm(self.sincnet(waveform).transpose(1, 2))
        for layer in self.linear:
            x = nn.functional.leaky_relu(layer(x))
        return torch.log_softmax(self.classifier(x), dim=-1)
