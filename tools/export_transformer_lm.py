"""Command that converts a trained Transformer language model of FunASR to ONNX.

    python tools/export_transformer_lm.py lm.pb --tokens tokens.json --heads 8 --out FOLDER

The weights are a state dict, as FunASR stores it (read with PyTorch, which is needed for that
alone) or as a NumPy file (.npz) with the same names. FOLDER gets model.onnx, model_quant.onnx and
tokens.json, for `--language-model FOLDER`.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformer_lm_graph import build_transformer_lm

GRAPH, QUANTIZED, TOKENS = "model.onnx", "model_quant.onnx", "tokens.json"


def main() -> None:
    """Convert the weights named by the command-line arguments to ONNX."""
    parser = argparse.ArgumentParser(description="Write FunASR's TransformerLM as ONNX")
    parser.add_argument("weights", type=Path, help="lm.pb or another state dict, or .npz")
    parser.add_argument("--tokens", type=Path, required=True, help="tokens.json of the vocabulary")
    parser.add_argument("--heads", type=int, default=8, help="`head` in lm.yaml (default: 8)")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    chosen = parser.parse_args()
    try:
        export(chosen.weights, chosen.tokens, chosen.out, num_heads=chosen.heads)
    except ValueError as error:
        parser.error(str(error))


def export(weights: Path, tokens: Path, out: Path, *, num_heads: int) -> None:
    """Write the graph in single precision, the graph with 8-bit weights, and the tokens.

    Raises:
        ValueError: if the weights are of another network, or for other tokens.
    """
    found = read_weights(weights)
    model = build_transformer_lm(found, num_heads)
    num_tokens = len(json.loads(tokens.read_text("utf-8")))
    if num_tokens != len(found["lm.decoder.weight"]):
        raise ValueError(
            f"{tokens.name} has {num_tokens} tokens and the model "
            f"{len(found['lm.decoder.weight'])}: take the file of its vocabulary"
        )
    out.mkdir(parents=True, exist_ok=True)
    (out / GRAPH).write_bytes(model.SerializeToString())
    quantize_dynamic(
        out / GRAPH,
        out / QUANTIZED,
        per_channel=True,
        op_types_to_quantize=["MatMul"],
        weight_type=QuantType.QUInt8,
    )
    shutil.copyfile(tokens, out / TOKENS)


def read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Read the weights of a state dict from a .npz or PyTorch file, by name."""
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name].astype(np.float32) for name in stored.files}
    import torch  # only for FunASR's own files  # noqa: PLC0415

    loaded: Mapping[str, torch.Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return {name: tensor.float().numpy() for name, tensor in loaded.items()}


if __name__ == "__main__":
    main()
