from pathlib import Path

import onnx
import pytest

from pipeline.asr.paraformer.hotword_graph import HotwordGraph
from tests.pipeline.tiny_models import tiny_embedder


@pytest.fixture
def graph(tmp_path: Path) -> HotwordGraph:
    onnx.save(tiny_embedder(), str(tmp_path / "embedder.onnx"))
    return HotwordGraph(tmp_path / "embedder.onnx")


def test_the_same_words_again_cost_nothing_even_when_others_listen_for_none_between(graph):
    first = graph.embed([[3, 4], [5]])
    graph.embed([])

    assert graph.embed([[3, 4], [5]]) is first


def test_another_list_takes_the_place_of_the_last_one(graph):
    first = graph.embed([[3]])
    graph.embed([[4]])

    assert graph.embed([[3]]) is not first


def test_the_row_for_no_hotword_comes_last(graph):
    assert len(graph.embed([[3], [4]])) == 3
    assert (graph.embed([[3], [4]])[-1] == graph.embed([])[0]).all()
