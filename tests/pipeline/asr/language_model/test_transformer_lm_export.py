"""The command that converts FunASR's Transformer language model to ONNX."""

from __future__ import annotations

import base64
import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from pipeline.asr.language_model.transformer_lm import TransformerLm, open_transformer_lm
from tests.dev_data import REPOSITORY

REFERENCE = json.loads(
    (REPOSITORY / "tests/data/language_model_reference.json").read_text("utf-8")
)["transformer"]
START, END = 1, 2
NUM_TOKENS = REFERENCE["geometry"]["vocab_size"]


def published_weights() -> dict[str, NDArray[np.float32]]:
    """Return the state dict of the reference network, read from the graph that PyTorch exported.

    The exporter keeps the names of biases, merges equal tensors and transposes the matrices.
    """
    graph = onnx.load_model_from_string(base64.b64decode(REFERENCE["onnx_base64"])).graph
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    merged = {
        each.output[0]: stored[each.input[0]] for each in graph.node if each.op_type == "Identity"
    }
    weights = {
        name: values for name, values in {**stored, **merged}.items() if name.startswith("lm.")
    }
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in stored:
            module = weights_name(node.name)
            weights[module] = np.ascontiguousarray(stored[node.input[1]].T)
    return weights


def weights_name(node: str) -> str:
    """Return the name in the state dict of the matrix that a node multiplies by."""
    part = node.removesuffix("/MatMul").strip("/")
    if part == "embed/embed.0":
        return "lm.encoder.embed.0.weight"
    if part == "decoder":
        return "lm.decoder.weight"
    block = "lm.encoder.encoders.0."
    return (
        f"{block}{part.replace('/', '.')}.weight"
        if "/" in part
        else f"{block}self_attn.{part}.weight"
    )


def written_inputs(folder: Path, num_tokens: int = NUM_TOKENS) -> tuple[Path, Path]:
    """Write the reference's weights and the tokens of a vocabulary."""
    weights, tokens = folder / "lm.npz", folder / "tokens.json"
    np.savez(weights, **published_weights())
    tokens.write_text(json.dumps([f"t{number}" for number in range(num_tokens)]), "utf-8")
    return weights, tokens


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    weights, tokens = written_inputs(folder)
    command = [sys.executable, REPOSITORY / "tools" / "export_transformer_lm.py"]
    heads = str(REFERENCE["geometry"]["head"])
    flags = ["--tokens", tokens, "--out", folder / "lm", "--heads", heads]
    subprocess.run([*command, weights, *flags], check=True)
    return folder / "lm"


def opened(path: Path) -> TransformerLm:
    return open_transformer_lm(path, start=START, end=END, num_tokens=NUM_TOKENS)


def scores_after_each(model: TransformerLm) -> list[NDArray[np.float32]]:
    after = model.begin()
    found = [after.scores[0]]
    for token in REFERENCE["prefix"][1:]:
        after = model.advance(after.states, [token])
        found.append(after.scores[0])
    return found


def test_the_written_graph_scores_as_the_reference_network(exported: Path) -> None:
    found = scores_after_each(opened(exported / "model.onnx"))

    np.testing.assert_allclose(found, REFERENCE["log_probabilities_after_each"], atol=2e-5)


def test_the_quantized_graph_is_close_and_the_tokens_lie_beside_it(exported: Path) -> None:
    found = scores_after_each(opened(exported / "model_quant.onnx"))

    np.testing.assert_allclose(found, REFERENCE["log_probabilities_after_each"], atol=0.2)
    assert len(json.loads((exported / "tokens.json").read_text("utf-8"))) == NUM_TOKENS


@pytest.mark.parametrize(
    ("heads", "num_tokens", "said"),
    [
        (3, NUM_TOKENS, "3 heads do not divide a width of 8"),
        (2, NUM_TOKENS + 1, "tokens.json has 9 tokens and the model 8"),
    ],
)
def test_other_heads_or_tokens_are_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heads: int, num_tokens: int, said: str
) -> None:
    monkeypatch.syspath_prepend(REPOSITORY / "tools")
    command = importlib.import_module("export_transformer_lm")
    weights, tokens = written_inputs(tmp_path, num_tokens)

    with pytest.raises(ValueError, match=said):
        command.export(weights, tokens, tmp_path / "lm", num_heads=heads)

    assert not (tmp_path / "lm").exists()
