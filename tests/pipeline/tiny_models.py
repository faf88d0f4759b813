"""Small graphs with the inputs and outputs of the published models, and known behaviour."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnx
import onnx.parser

TOKENS = (
    "<blank>", "<s>", "</s>", "一", "二", "三", "四", "五", "hel@@", "lo", "六", "七", "<unk>",
)  # fmt: skip
SHIFT, SCALE = -8.0, 0.2  # speech comes out above zero, silence below
ROWS_PER_TOKEN = 4  # a character for every 240 ms of sound

# Every row of features whose mean is above zero is sound. A token starts after each four of them,
# the last one being the end of the sentence; which token it is hangs on its number alone.
_PARAFORMER = """
<ir_version: 8, opset_import: ["" : 14]>
paraformer (float[batch_size, feats_length, 560] speech, int32[batch_size] speech_lengths{inputs})
=> ({outputs})
<
  int64[1] axis_0 = {{0}}, int64[1] axis_1 = {{1}}, int64[1] axis_2 = {{2}},
  int64 zero = {{0}}, int64 one = {{1}}, int64 three = {{3}}, int64 end = {{2}},
  int64 num_words = {{{num_words}}}, int64[1] depth = {{{depth}}},
  float[2] off_on = {{{off}, -0.1}}, float silence = {{0.0}}, float share = {{{share}}},
  float third = {{0.33333334}}, float least = {{0.000001}}, float threshold = {{0.9999}},
  float nothing = {{0.0}}
>
{{
  energy = ReduceMean<axes = [2], keepdims = 0>(speech)
  shape = Shape(speech)
  num_rows = Gather(shape, one)
  rows = Range(zero, num_rows, one)
  lengths = Cast<to = 7>(speech_lengths)
  length_column = Unsqueeze(lengths, axis_1)
  is_there = Less(rows, length_column)
  is_loud = Greater(energy, silence)
  is_sound = And(is_there, is_loud)
  sound = Cast<to = 1>(is_sound)
  weights = Mul(sound, share)
  totals = ReduceSum<keepdims = 0>(weights, axis_1)
  counts = Floor(totals)
  nonzero = Max(totals, least)
  scale = Div(counts, nonzero)
  scale_column = Unsqueeze(scale, axis_1)
  scaled = Mul(weights, scale_column)
  split = Mul(scaled, third)
  split_column = Unsqueeze(split, axis_2)
  tripled = Concat<axis = 2>(split_column, split_column, split_column)
  flat = Constant<value_ints = [0, -1]>()
  alphas = Reshape(tripled, flat)
  start = Sub(totals, totals)
  rest, peaks = Scan<num_scan_inputs = 1, scan_input_axes = [1], scan_output_axes = [1],
    body = integrator (float[n] integral, float[n] weight) => (float[n] left, float[n] recorded) {{
      recorded = Add(integral, weight)
      fires = GreaterOrEqual(recorded, threshold)
      taken = Where(fires, threshold, nothing)
      left = Sub(recorded, taken)
    }}>(start, alphas)
  whole_counts = Cast<to = 7>(counts)
  longest = ReduceMax<keepdims = 0>(whole_counts)
  positions = Range(zero, longest, one)
  last = {last}
  exists = Gather(positions, last)
  nought = Mul(exists, zero)
  wrapped = Mod(positions, num_words)
  shifted = Add(wrapped, three)
  words = Add(shifted, nought)
  count_column = Unsqueeze(whole_counts, axis_1)
  last_column = Sub(count_column, one)
  is_end = Equal(positions, last_column)
  plain = Where(is_end, end, words)
  {hotwords}
  scores = OneHot(chosen, depth, off_on)
  {results}
}}
"""
_NO_HOTWORDS = "chosen = Identity(plain)"
# The first token is the last piece of the first hotword, where there is a hotword.
_HOTWORDS = """
  bias_shape = Shape(bias_embed)
  num_hotwords = Gather(bias_shape, one)
  has_hotwords = Greater(num_hotwords, one)
  first_hotword = Gather<axis = 1>(bias_embed, zero)
  piece = Cast<to = 7>(first_hotword)
  is_first = Equal(positions, zero)
  is_heard = And(is_first, has_hotwords)
  chosen = Where(is_heard, piece, plain)
"""
_EMBEDDER = """
<ir_version: 8, opset_import: ["" : 14]>
embedder (int32[num_hotwords, 10] hotword) => (float[10, num_hotwords, 1] hw_embed)
<int64[1] axis_2 = {2}>
{
  timed = Transpose<perm = [1, 0]>(hotword)
  numbers = Cast<to = 1>(timed)
  hw_embed = Unsqueeze(numbers, axis_2)
}
"""
_TIMES = ("us_alphas", "us_cif_peak")


def tiny_paraformer(  # noqa: PLR0913 - each is one thing that models differ in
    *,
    num_tokens: int = len(TOKENS),
    takes_hotwords: bool = False,
    outputs: Sequence[str] = ("logits", "token_num", *_TIMES),
    count_type: str = "int32",
    swaps_times: bool = False,
    always_fails: bool = False,
    metadata: Mapping[str, str] | None = None,
    others: float = -9.0,
) -> onnx.ModelProto:
    """A Paraformer that hears sound and silence.

    Args:
        num_tokens: width of the logits.
        takes_hotwords: whether it has the third input.
        outputs: which of the published outputs it has.
        count_type: element of token_num.
        swaps_times: whether the last two outputs carry each other's values.
        always_fails: whether it works on no input at all, instead of on silence alone.
        metadata: what is noted beside the network.
        others: log probability of every token that is not the best of its row.
    """
    values = dict(
        zip(_TIMES, ("peaks", "alphas") if swaps_times else ("alphas", "peaks"), strict=True)
    )
    element = {"int32": 6, "int64": 7, "float": 1}[count_type]
    results = {
        "logits": "logits = Identity(scores)",
        "token_num": f"token_num = Cast<to = {element}>(counts)",
        **{name: f"{name} = Identity({value})" for name, value in values.items()},
    }
    declared = {
        "logits": f"float[batch_size, logits_length, {num_tokens}] logits",
        "token_num": f"{count_type}[count_length] token_num",
        **{name: f"float[batch_size, alphas_length] {name}" for name in _TIMES},
    }
    model = onnx.parser.parse_model(
        _PARAFORMER.format(
            inputs=", float[batch_size, num_hotwords, 1] bias_embed" if takes_hotwords else "",
            outputs=", ".join(declared[name] for name in outputs),
            num_words=len(TOKENS) - 4,
            depth=num_tokens,
            last="Identity(longest)" if always_fails else "Sub(longest, one)",
            share=1 / ROWS_PER_TOKEN,
            off=f"{others:f}",
            hotwords=_HOTWORDS if takes_hotwords else _NO_HOTWORDS,
            results="\n  ".join(results[name] for name in outputs),
        )
    )
    if metadata:
        onnx.helper.set_model_props(model, dict(metadata))
    return model


def tiny_embedder() -> onnx.ModelProto:
    """The second graph of a Paraformer with hotwords: a piece's embedding is its number."""
    return onnx.parser.parse_model(_EMBEDDER)


def write_funasr_folder(folder: Path, model: onnx.ModelProto) -> Path:
    """A model as FunASR's export lays it out."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(folder / "model_quant.onnx"))
    (folder / "tokens.json").write_text(json.dumps(TOKENS, ensure_ascii=False), encoding="utf-8")
    (folder / "am.mvn").write_text(cmvn_text(), encoding="ascii")
    return folder


def write_sherpa_folder(folder: Path) -> Path:
    """A model as sherpa-onnx lays it out: the normalisation lies in the graph."""
    folder.mkdir(parents=True, exist_ok=True)
    metadata = {
        "lfr_window_size": "7",
        "lfr_window_shift": "6",
        "neg_mean": ",".join([str(SHIFT)] * 560),
        "inv_stddev": ",".join([str(SCALE)] * 560),
    }
    onnx.save(tiny_paraformer(metadata=metadata), str(folder / "model.int8.onnx"))
    lines = [f"{token} {number}" for number, token in enumerate(TOKENS)]
    (folder / "tokens.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def cmvn_text(dim: int = 560) -> str:
    """An am.mvn with the same numbers for every value."""
    return "\n".join(
        (
            "<Nnet>",
            f"<Splice> {dim} {dim}",
            "[ 0 ]",
            f"<AddShift> {dim} {dim}",
            f"<LearnRateCoef> 0 [ {' '.join([str(SHIFT)] * dim)} ]",
            f"<Rescale> {dim} {dim}",
            f"<LearnRateCoef> 0 [ {' '.join([str(SCALE)] * dim)} ]",
            "</Nnet>",
            "",
        )
    )
