from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.errors import ModelUnavailableError
from pipeline.punctuation.ct_transformer.punctuation_folder import PunctuationFiles, find_files


def _put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_bytes(b"x")
    return folder


def test_the_reference_systems_layout_is_recognised(tmp_path: Path) -> None:
    folder = _put(tmp_path, "model_quant.onnx", "config.yaml", "tokens.json", "configuration.json")

    found = find_files(folder)

    assert found == PunctuationFiles(
        folder / "model_quant.onnx", folder / "tokens.json", folder / "config.yaml"
    )
    assert found.paths == (
        folder / "model_quant.onnx",
        folder / "tokens.json",
        folder / "config.yaml",
    )


def test_sherpas_layout_is_recognised(tmp_path: Path) -> None:
    folder = _put(tmp_path, "model.int8.onnx")

    assert find_files(folder) == PunctuationFiles(folder / "model.int8.onnx")


def test_a_model_that_reads_words_brings_its_dictionary(tmp_path: Path) -> None:
    folder = _put(tmp_path, "model.onnx", "tokens.json", "config.yaml", "jieba_usr_dict")

    assert find_files(folder).user_dictionary == folder / "jieba_usr_dict"


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (("model.onnx", "model_quant.onnx"), "model_quant.onnx"),
        (("model.onnx", "model.int8.onnx"), "model.int8.onnx"),
        (("model.onnx",), "model.onnx"),
    ],
)
def test_the_quantised_graph_is_preferred(
    tmp_path: Path, names: tuple[str, ...], chosen: str
) -> None:
    assert find_files(_put(tmp_path, *names)).graph == tmp_path / chosen


def test_a_folder_without_a_graph_says_what_is_missing(tmp_path: Path) -> None:
    folder = _put(tmp_path, "tokens.json", "config.yaml")

    with pytest.raises(ModelUnavailableError, match=r"no model_quant\.onnx, .* or model\.onnx"):
        find_files(folder)


def test_no_folder_is_said_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="nowhere"):
        find_files(tmp_path / "nowhere")
