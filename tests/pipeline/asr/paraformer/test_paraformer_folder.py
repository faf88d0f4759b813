from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.asr.paraformer.paraformer_folder import ParaformerFiles, find_files
from pipeline.core.errors import ModelUnavailableError


def _put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_bytes(b"x")
    return folder


def test_the_reference_systems_layout_is_recognised(tmp_path: Path) -> None:
    folder = _put(tmp_path, "model_quant.onnx", "config.yaml", "am.mvn", "tokens.json")

    assert find_files(folder) == ParaformerFiles(
        folder / "model_quant.onnx", folder / "tokens.json", folder / "am.mvn"
    )


def test_sherpas_layout_is_recognised(tmp_path: Path) -> None:
    folder = _put(tmp_path, "model.int8.onnx", "tokens.txt")

    assert find_files(folder) == ParaformerFiles(
        folder / "model.int8.onnx", folder / "tokens.txt", None
    )


def test_a_model_with_hotwords_brings_its_embedder_and_its_dictionary(tmp_path: Path) -> None:
    folder = _put(
        tmp_path, "model_quant.onnx", "model_eb_quant.onnx", "am.mvn", "tokens.json", "seg_dict"
    )

    found = find_files(folder)

    assert found.hotword_embedder == folder / "model_eb_quant.onnx"
    assert found.segment_dictionary == folder / "seg_dict"
    assert found.paths == tuple(
        folder / name
        for name in (
            "model_quant.onnx",
            "tokens.json",
            "am.mvn",
            "model_eb_quant.onnx",
            "seg_dict",
        )
    )


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
    folder = _put(tmp_path, *names, "tokens.json")

    assert find_files(folder).graph == folder / chosen


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ((), "model_quant.onnx, model.int8.onnx or model.onnx"),
        (("tokens.json", "encoder.onnx"), "model_quant.onnx, model.int8.onnx or model.onnx"),
        (("model.onnx",), "tokens.json or tokens.txt"),
    ],
)
def test_a_folder_without_a_necessary_file_is_refused_with_its_name(
    tmp_path: Path, names: tuple[str, ...], missing: str
) -> None:
    with pytest.raises(ModelUnavailableError) as caught:
        find_files(_put(tmp_path, *names))

    assert str(tmp_path) in str(caught.value)
    assert missing in str(caught.value)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="no folder"):
        find_files(tmp_path / "not there")
