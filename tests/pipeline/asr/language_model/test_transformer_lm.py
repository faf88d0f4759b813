"""FunASR's Transformer language model as a graph, against its own scores and search."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.asr.language_model.fusion import TokenPath, fuse_exactly, rescore
from pipeline.asr.language_model.transformer_lm import TransformerLm, open_transformer_lm
from pipeline.core.errors import ModelContractError, ModelIntegrityError
from tests.dev_data import REPOSITORY
from tests.pipeline.tiny_models import tiny_paraformer, write_funasr_folder

REFERENCE = json.loads(
    (REPOSITORY / "tests/data/language_model_reference.json").read_text("utf-8")
)["transformer"]
START, END = 1, 2
NUM_TOKENS = REFERENCE["geometry"]["vocab_size"]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lm") / "model.onnx"
    path.write_bytes(base64.b64decode(REFERENCE["onnx_base64"]))
    return path


@pytest.fixture(scope="module")
def model(graph: Path) -> TransformerLm:
    return open_transformer_lm(graph, start=START, end=END, num_tokens=NUM_TOKENS)


def test_scores_after_each_token_are_those_of_the_reference(model):
    after = model.begin()
    found = [after.scores[0]]
    for token in REFERENCE["prefix"][1:]:
        after = model.advance(after.states, [token])
        found.append(after.scores[0])

    np.testing.assert_allclose(found, REFERENCE["log_probabilities_after_each"], atol=2e-5)


def test_the_exact_search_with_the_network_is_that_of_the_reference(model):
    case = REFERENCE["search"]
    rows = np.array(case["rows"], np.float32)

    paths = fuse_exactly(rows, model, weight=case["weight"], beam=case["beam"], end=END)

    best = paths[: len(case["nbest"])]
    tokens = [
        list(each.tokens if len(each.tokens) == len(rows) else each.tokens[:-1]) for each in best
    ]
    assert tokens == [each["ids"] for each in case["nbest"]]
    assert [each.score for each in best] == pytest.approx(
        [each["score"] for each in case["nbest"]], abs=1e-4
    )


def test_texts_of_different_lengths_are_scored_in_one_run_as_one_by_one(model):
    texts = [[3, 5, 4], [7], [], [6, 6, 3, 4, 5]]

    together = model.score_texts(texts)

    alone = []
    for text in texts:
        after, total = model.begin(), 0.0
        for token in text:
            total += float(after.scores[0, token])
            after = model.advance(after.states, [token])
        alone.append(total + float(after.scores[0, END]))
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_rescoring_takes_the_path_whose_text_is_likelier_and_drops_special_tokens(model):
    texts = [[3, 5, 4], [3, 5, 6]]
    likelier = int(model.score_texts(texts).argmax())
    paths = [TokenPath((*text, END), 0.0) for text in texts]

    assert rescore(paths, model, weight=0.15, special=(0, START, END)) is paths[likelier]
    ahead = [TokenPath(each.tokens, 50.0 * (n != likelier)) for n, each in enumerate(paths)]
    assert rescore(ahead, model, weight=0.15, special=(0, START, END)) is ahead[1 - likelier]


def test_a_model_for_other_tokens_or_another_graph_is_refused(graph, tmp_path):
    with pytest.raises(ModelContractError, match="has 8 tokens and the recogniser 9"):
        open_transformer_lm(graph, start=START, end=END, num_tokens=9)
    other = write_funasr_folder(tmp_path / "asr", tiny_paraformer()) / "model_quant.onnx"
    with pytest.raises(ModelContractError, match="not a model for scoring texts"):
        open_transformer_lm(other, start=START, end=END, num_tokens=13)
    (tmp_path / "model.onnx").write_bytes(b"dear all")
    with pytest.raises(ModelIntegrityError):
        open_transformer_lm(tmp_path / "model.onnx", start=START, end=END, num_tokens=9)
