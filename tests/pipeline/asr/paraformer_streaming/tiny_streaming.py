"""A small streaming Paraformer with known behaviour, in both folder layouts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import onnx.parser
from onnx import numpy_helper

from tests.pipeline.tiny_models import SCALE, SHIFT, TOKENS, cmvn_text

DIM = 8
NUM_LAYERS = 2

# A token's weight is 0.3 in every row; the token hangs on the encoder's rows and on the caches.
_ENCODER = """
<ir_version: 8, opset_import: ["" : 14]>
encoder (float[batch, rows, 560] speech, int32[batch] speech_lengths)
=> (float[batch, rows, 8] enc, int32[batch] enc_len, float[batch, rows] alphas)
<float scale = {0.02}, int64[1] axis_2 = {2}>
{
  mixed = MatMul(speech, mixing)
  enc = Tanh(mixed)
  enc_len = Identity(speech_lengths)
  mean = ReduceMean<axes = [2], keepdims = 0>(enc)
  small = Mul(mean, scale)
  alphas = Add(small, base)
}
"""
_DECODER = """
<ir_version: 8, opset_import: ["" : 14]>
decoder (float[batch, rows, 8] enc, int32[batch] enc_len, float[batch, tokens, 8] embeds,
  int32[batch] embeds_len, float[batch, 8, past] cache_0, float[batch, 8, past] cache_1)
=> (float[batch, tokens, 13] logits, int64[batch, tokens] ids,
  float[batch, 8, after] new_0, float[batch, 8, after] new_1)
{
  turned = Transpose<perm = [0, 2, 1]>(embeds)
  new_0 = Concat<axis = 2>(cache_0, turned)
  new_1 = Concat<axis = 2>(cache_1, turned)
  memory = ReduceMean<axes = [2], keepdims = 1>(cache_0)
  memory_row = Transpose<perm = [0, 2, 1]>(memory)
  context = ReduceMean<axes = [1], keepdims = 1>(enc)
  one = Add(embeds, memory_row)
  both = Add(one, context)
  logits = MatMul(both, output)
  ids = ArgMax<axis = 2, keepdims = 0>(logits)
}
"""


def tiny_encoder() -> onnx.ModelProto:
    mixing = np.random.default_rng(1).standard_normal((560, DIM)) / 20
    return _with_weights(_ENCODER, mixing=mixing, base=np.array(0.3))


def tiny_decoder(*, num_tokens: int = len(TOKENS)) -> onnx.ModelProto:
    output = np.random.default_rng(2).standard_normal((DIM, num_tokens))
    output[:, [each for each in (0, 1, 2, 12) if each < num_tokens]] = 0  # no special token
    return _with_weights(_DECODER.replace("13]", f"{num_tokens}]"), output=output)


def write_streaming_folder(folder: Path) -> Path:
    """A model in FunASR's layout."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(tiny_encoder(), folder / "model_quant.onnx")
    onnx.save(tiny_decoder(), folder / "decoder_quant.onnx")
    (folder / "tokens.json").write_text(json.dumps(TOKENS, ensure_ascii=False), "utf-8")
    (folder / "am.mvn").write_text(cmvn_text(), "ascii")
    return folder


def write_sherpa_streaming_folder(folder: Path) -> Path:
    """The same model in sherpa-onnx's layout, with the normalisation in the encoder."""
    folder.mkdir(parents=True, exist_ok=True)
    encoder = tiny_encoder()
    metadata = {
        "lfr_window_size": "7",
        "lfr_window_shift": "6",
        "neg_mean": ",".join([str(SHIFT)] * 560),
        "inv_stddev": ",".join([str(SCALE)] * 560),
    }
    onnx.helper.set_model_props(encoder, metadata)
    onnx.save(encoder, folder / "encoder.int8.onnx")
    onnx.save(tiny_decoder(), folder / "decoder.int8.onnx")
    lines = [f"{token} {number}" for number, token in enumerate(TOKENS)]
    (folder / "tokens.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def _with_weights(text: str, **weights: np.ndarray) -> onnx.ModelProto:
    model = onnx.parser.parse_model(text)
    model.graph.initializer.extend(
        numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()
    )
    onnx.checker.check_model(model)
    return model
