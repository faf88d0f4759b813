"""A punctuation graph small enough to be written down: every word has a mark of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx.checker
import onnx.helper
import onnx.numpy_helper
from onnx import TensorProto

NAMES = ("<unk>", "_", "，", "。", "？", "、")
CONFIG = """model: CTTransformer
model_conf:
  punc_list:
  - <unk>
  - _
  - ','
  - 。
  - '?'
  - 、
"""
MARKS_OF_WORDS = {
    "<blank>": "_",
    "今": "_",
    "天": "，",
    "好": "。",
    "吗": "？",
    "红": "、",
    "hello": "_",
    "ok": "，",
    "今天": "，",
    "天气": "。",
    "<unk>": "_",
}


def write_graph(
    path: Path, *, marks: Mapping[str, str] = MARKS_OF_WORDS, metadata: Mapping[str, str] = {}
) -> Path:
    """A graph that looks up each word: (1, L) int32 ids and (1,) int32 lengths to logits."""
    table = np.eye(len(NAMES), dtype=np.float32)[[NAMES.index(mark) for mark in marks.values()]]
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Gather", ["table", "inputs"], ["logits"])],
        "tiny_punctuation",
        [
            onnx.helper.make_tensor_value_info("inputs", TensorProto.INT32, ["B", "L"]),
            onnx.helper.make_tensor_value_info("text_lengths", TensorProto.INT32, ["B"]),
        ],
        [onnx.helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["B", "L", len(NAMES)])],
        [onnx.numpy_helper.from_array(table, "table")],
    )
    model = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 14)], ir_version=8
    )
    onnx.helper.set_model_props(model, dict(metadata))
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path


def write_folder(folder: Path, *, user_dictionary: str | None = None) -> Path:
    """A model in FunASR's layout."""
    folder.mkdir(parents=True, exist_ok=True)
    write_graph(folder / "model_quant.onnx")
    (folder / "tokens.json").write_text(json.dumps(list(MARKS_OF_WORDS)), encoding="utf-8")
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    if user_dictionary is not None:
        (folder / "jieba_usr_dict").write_text(user_dictionary, encoding="utf-8")
    return folder
