"""ONNX graph of FunASR's TransformerLM, with a cache of attention keys and values.

The network has no positions (`pos_enc: null`): embedding, Linear, LayerNorm, ReLU, pre-norm blocks
with causal attention, LayerNorm, Linear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx_graph import GraphBuilder

Array = NDArray[np.float32]
EMBEDDING_EPSILON = 1e-5  # PyTorch's default of a layer normalisation
BLOCK_EPSILON = 1e-12  # FunASR's
LOWEST = float(np.finfo(np.float32).min)
_BLOCK = re.compile(r"lm\.encoder\.encoders\.(\d+)\.")


def build_transformer_lm(weights: Mapping[str, Array], num_heads: int) -> onnx.ModelProto:
    """Build the ONNX model from tokens, keys and values to log probabilities, keys and values.

    `tokens` is (texts, new) int64; `keys` and `values` are (layers, texts, heads, past, width);
    `log_probabilities` is (texts, new, vocabulary), the next keys and values have past + new
    positions.

    Args:
        weights: the state dict, with names such as `lm.encoder.encoders.0.norm1.weight`.
        num_heads: number of attention heads, which cannot be derived from the weights.

    Raises:
        ValueError: if the weights are of another network, or the heads do not divide its width.
    """
    return _LanguageModelGraph(weights, num_heads).build()


class _LanguageModelGraph:
    def __init__(self, weights: Mapping[str, Array], num_heads: int) -> None:
        self._weights = weights
        self._graph = GraphBuilder(half_constants=False)
        blocks = {int(found[1]) for name in weights if (found := _BLOCK.match(name))}
        if not blocks or blocks != set(range(len(blocks))) or "lm.embed.weight" not in weights:
            raise ValueError("These are not the weights of FunASR's TransformerLM")
        self._num_layers = len(blocks)
        self._size = int(weights["lm.encoder.after_norm.weight"].shape[0])
        if num_heads < 1 or self._size % num_heads:
            raise ValueError(f"{num_heads} heads do not divide a width of {self._size}")
        self._num_heads = num_heads

    def build(self) -> onnx.ModelProto:
        """Build the ONNX model from the weights; see `build_transformer_lm`."""
        add, constant = self._graph.add, self._graph.constant
        embedded = add("Gather", constant(self._weights["lm.embed.weight"]), "tokens", axis=0)
        x = self._linear(embedded, "lm.encoder.embed.0")
        x = add("Relu", self._norm(x, "lm.encoder.embed.1", EMBEDDING_EPSILON))
        allowed = self._causal_mask()
        keys, values = [], []
        for layer in range(self._num_layers):
            x, key, value = self._block(x, layer, allowed)
            keys.append(key)
            values.append(value)
        x = self._norm(x, "lm.encoder.after_norm", BLOCK_EPSILON)
        add("LogSoftmax", self._linear(x, "lm.decoder"), axis=-1, output="log_probabilities")
        for name, parts in (("next_keys", keys), ("next_values", values)):
            add("Concat", *parts, axis=0, output=name)
        width = self._size // self._num_heads
        past = (self._num_layers, "texts", self._num_heads, "past", width)
        following = (self._num_layers, "texts", self._num_heads, "all", width)
        num_tokens = int(self._weights["lm.decoder.weight"].shape[0])
        return self._graph.build(
            "transformer_lm",
            inputs={"tokens": ("texts", "new"), "keys": past, "values": past},
            outputs={
                "log_probabilities": ("texts", "new", num_tokens),
                "next_keys": following,
                "next_values": following,
            },
            integers=("tokens",),
        )

    def _block(self, x: str, layer: int, allowed: str) -> tuple[str, str, str]:
        """Return the output of a block, and its keys and values appended to the cached ones."""
        add, name = self._graph.add, f"lm.encoder.encoders.{layer}"
        h = self._norm(x, f"{name}.norm1", BLOCK_EPSILON)
        query, key, value = (
            self._heads(self._linear(h, f"{name}.self_attn.linear_{part}")) for part in "qkv"
        )
        one_layer = self._graph.constant(np.array([0]))
        all_keys, all_values = (
            add("Concat", self._past(kind, layer), new, axis=2)
            for kind, new in (("keys", key), ("values", value))
        )
        scores = add("MatMul", query, add("Transpose", all_keys, perm=[0, 1, 3, 2]))
        scale = self._graph.scalar(np.float32((self._size // self._num_heads) ** -0.5))
        scores = add("Mul", scores, scale)
        lowest = self._graph.scalar(np.float32(LOWEST))
        weights = add("Softmax", add("Where", allowed, scores, lowest), axis=-1)
        heard = add("Transpose", add("MatMul", weights, all_values), perm=[0, 2, 1, 3])
        joined = add("Reshape", heard, self._graph.constant(np.array([0, 0, self._size])))
        x = add("Add", x, self._linear(joined, f"{name}.self_attn.linear_out"))
        h = self._norm(x, f"{name}.norm2", BLOCK_EPSILON)
        inner = add("Relu", self._linear(h, f"{name}.feed_forward.w_1"))
        x = add("Add", x, self._linear(inner, f"{name}.feed_forward.w_2"))
        return x, *(add("Unsqueeze", each, one_layer) for each in (all_keys, all_values))

    def _past(self, kind: str, layer: int) -> str:
        return self._graph.add("Gather", kind, self._graph.scalar(np.int64(layer)), axis=0)

    def _heads(self, x: str) -> str:
        """Return (texts, new, size) as (texts, heads, new, width)."""
        width = self._size // self._num_heads
        shape = self._graph.constant(np.array([0, 0, self._num_heads, width]))
        return self._graph.add("Transpose", self._graph.add("Reshape", x, shape), perm=[0, 2, 1, 3])

    def _causal_mask(self) -> str:
        """Return a (new, past + new) bool mask, True where a position may attend to another."""
        add, scalar = self._graph.add, self._graph.scalar
        zero, one = scalar(np.int64(0)), scalar(np.int64(1))
        new = add("Gather", add("Shape", "tokens"), one, axis=0)
        past = add("Gather", add("Shape", "keys"), scalar(np.int64(3)), axis=0)
        positions = add("Range", zero, add("Add", past, new), one)
        own = add("Add", add("Range", zero, new, one), past)
        column = add("Unsqueeze", own, self._graph.constant(np.array([1])))
        return add("LessOrEqual", positions, column)

    def _linear(self, x: str, name: str) -> str:
        weight = self._graph.constant(self._weights[f"{name}.weight"].T)
        product = self._graph.add("MatMul", x, weight)
        return self._graph.add("Add", product, self._graph.constant(self._weights[f"{name}.bias"]))

    def _norm(self, x: str, name: str, epsilon: float) -> str:
        parts = [self._graph.constant(self._weights[f"{name}.{key}"]) for key in ("weight", "bias")]
        return self._graph.add("LayerNormalization", x, *parts, axis=-1, epsilon=epsilon)
