"""Models of the sherpa-onnx library, on a tiny graph and by the files in a folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import pytest

from pipeline.asr.sherpa.graph_metadata import read_metadata
from pipeline.asr.sherpa.model_kinds import find_model
from pipeline.asr.sherpa.sherpa_recognizer import open_sherpa, tokens_of
from pipeline.audio.samples import Audio
from pipeline.core.errors import ModelUnavailableError, OptionError
from pipeline.core.options import AsrOptions, PipelineOptions, RuntimeOptions
from pipeline.core.transcript import SpeechSegment
from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.models.model_folders import ModelFolders
from pipeline.transcription.loader import PipelineLoader
from tests.pipeline.tiny_models import TOKENS, write_sherpa_folder

SEGMENT = SpeechSegment(1_000, 4_000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Paraformer as sherpa-onnx lays it out, with all its metadata."""
    made = write_sherpa_folder(tmp_path_factory.mktemp("sherpa-onnx-paraformer"))
    path = str(made / "model.int8.onnx")
    graph = onnx.load(path)
    known = {each.key: each.value for each in graph.metadata_props}
    onnx.helper.set_model_props(
        graph, {**known, "model_type": "paraformer", "vocab_size": str(len(TOKENS))}
    )
    onnx.save(graph, path)
    return made


def test_metadata_is_read_without_loading_the_graph(folder):
    found = read_metadata(folder / "model.int8.onnx")

    assert found["model_type"] == "paraformer"
    assert found["lfr_window_size"] == "7"


@pytest.mark.parametrize("content", [b"", b"\x0b", b"\xff" * 12, b"\x72\xff", b"dear all"])
def test_a_file_that_is_no_graph_has_no_metadata_or_is_refused(content, tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)

    try:
        assert read_metadata(path) == {}
    except ValueError as error:
        assert str(error) == "it is not an ONNX file"  # noqa: PT017 - either is right


@pytest.mark.parametrize(
    ("names", "factory"),
    [
        (["encoder.int8.onnx", "decoder.onnx", "joiner.onnx", "tokens.txt"], "transducer"),
        (["encoder.onnx", "decoder.onnx", "tokens.txt"], "fire_red_asr"),
        (
            ["encoder_adaptor.onnx", "llm.onnx", "embedding.onnx", "tokenizer/vocab.json"],
            "funasr_nano",
        ),
        (
            ["conv_frontend.onnx", "encoder.onnx", "decoder.onnx", "tokenizer/vocab.json"],
            "qwen3_asr",
        ),
    ],
)
def test_a_model_is_recognised_by_its_files(names, factory, tmp_path):
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")

    assert find_model(tmp_path).kind.factory == factory


def test_a_folder_without_a_known_model_is_refused(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"dear all")

    with pytest.raises(ModelUnavailableError, match="holds no model of sherpa-onnx"):
        find_model(tmp_path)


def test_pieces_become_words_with_times_inside_the_segment():
    result = SimpleNamespace(
        tokens=["▁the", "▁end", "<unk>", "好"], timestamps=[0.1, 0.5, 0.9, 5.0], text=""
    )

    tokens = tokens_of(result, SEGMENT)

    assert [each.text for each in tokens] == [" the", " end", "好"]
    assert [each.start_ms for each in tokens] == [1_100, 1_500, 3_999]
    assert all(each.start_ms < each.end_ms <= SEGMENT.end_ms for each in tokens)


def test_a_text_without_times_is_spread_over_the_segment():
    result = SimpleNamespace(tokens=[], timestamps=[], text="你好，world")

    tokens = tokens_of(result, SEGMENT)

    assert "".join(each.text for each in tokens) == "你好，world"
    assert [each.start_ms for each in tokens] == [1_000, 2_000, 3_000]


def test_the_tiny_paraformer_is_heard_with_its_times(folder):
    pytest.importorskip("sherpa_onnx")
    noise = np.random.default_rng(0).standard_normal(16_000 * 5) * 3_000
    recognizer = open_sherpa(folder, runtime=RuntimeOptions(num_threads=1))

    (result,) = recognizer.recognize(Audio(noise.astype(np.int16)), [SEGMENT], language="zh")

    texts = [token.text for token in result.tokens]
    assert texts[:6] == ["一", "二", "三", "四", "五", " hello"] or texts[5] == "hello"
    starts = [token.start_ms for token in result.tokens]
    assert starts == sorted(starts)
    assert SEGMENT.start_ms <= starts[0] < starts[-1] < SEGMENT.end_ms
    with pytest.raises(OptionError, match="recognises zh, en, not 'ja'"):
        recognizer.recognize(Audio(noise.astype(np.int16)), [SEGMENT], language="ja")


def test_the_model_of_a_given_folder_is_used_and_named_with_its_hash(folder, tmp_path):
    pytest.importorskip("sherpa_onnx")
    folders = ModelFolders(sherpa=folder)
    store = open_model_store(ModelLocations(tmp_path, offline=True))

    pipeline = PipelineLoader(store, RuntimeOptions(), folders=folders).load(PipelineOptions())

    use = next(each for each in pipeline.models if each.role == "recognizer")
    sha256 = hashlib.sha256((folder / "model.int8.onnx").read_bytes()).hexdigest()
    assert (use.model_id, use.sha256) == ("own-sherpa", sha256)


def test_without_a_folder_the_recogniser_is_refused(tmp_path):
    store = open_model_store(ModelLocations(tmp_path, offline=True))
    options = PipelineOptions(asr=AsrOptions("sherpa"))

    with pytest.raises(ModelUnavailableError, match="--model-folder sherpa=DIR"):
        PipelineLoader(store, RuntimeOptions()).load(options)
