"""The search with a language model, against FunASR's searches and by its own rules."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asr.language_model.fusion import FusionOptions, TokenPath, fuse, fuse_exactly
from pipeline.asr.language_model.token_models import NextTokens, NgramTokenModel
from pipeline.core.language_model_options import LanguageModelForm
from pipeline.text.ngrams.arpa import parse_arpa
from tests.dev_data import REPOSITORY

GOLDEN = json.loads((REPOSITORY / "tests/data/language_model_reference.json").read_text("utf-8"))
START, END = 1, 2
SPECIAL = (0, START, END)
NUM_TOKENS = 8


class TableModel:
    """Scores of the next token by the last one, as in the golden searches."""

    def __init__(self, table: np.ndarray) -> None:
        self.table = table

    def begin(self) -> NextTokens[int]:
        return self.advance([0], [START])

    def advance(self, states: Sequence[int], tokens: Sequence[int]) -> NextTokens[int]:
        return NextTokens(self.table[list(tokens)], tuple(tokens))


class NeverAsked:
    """A model that must not be asked."""

    def begin(self) -> NextTokens[int]:
        raise AssertionError("the model was asked")

    def advance(self, states: Sequence[int], tokens: Sequence[int]) -> NextTokens[int]:
        raise AssertionError("the model was asked")


def ngram_model(form: LanguageModelForm) -> NgramTokenModel:
    reference = GOLDEN["ngram"]
    return NgramTokenModel(
        parse_arpa(reference["arpa"].splitlines(), reference["tokens"]), START, form
    )


def as_in_the_reference(paths: Sequence[TokenPath], num_rows: int) -> list[list[int]]:
    """The reference appends the end to whole texts and takes the last token off all."""
    return [
        list(path.tokens if len(path.tokens) == num_rows else path.tokens[:-1]) for path in paths
    ]


def assert_same_search(case: dict[str, object], model: object) -> None:
    rows = np.array(case["rows"], np.float32)
    paths = fuse_exactly(
        rows, model, weight=case["weight"], beam=case["beam"], bonus=case.get("bonus", 0.0), end=END
    )
    expected = case["nbest"]
    best = paths[: len(expected)]
    assert as_in_the_reference(best, len(rows)) == [each["ids"] for each in expected]
    assert [path.score for path in best] == pytest.approx(
        [each["score"] for each in expected], abs=1e-4
    )


@pytest.mark.parametrize("case", GOLDEN["search"])
def test_the_exact_search_is_that_of_the_reference(case):
    assert_same_search(case, TableModel(np.array(case["next_by_last"], np.float32)))


@pytest.mark.parametrize("case", GOLDEN["fused"])
def test_the_exact_search_with_an_ngram_is_that_of_the_reference(case):
    assert_same_search(case, ngram_model(LanguageModelForm.PLAIN))


ROWS = st.lists(
    st.lists(st.floats(-12, 0, width=32), min_size=NUM_TOKENS, max_size=NUM_TOKENS), max_size=6
).map(lambda rows: np.array(rows, np.float32).reshape(-1, NUM_TOKENS))
TABLES = st.integers(0, 2**32 - 1).map(
    lambda seed: (
        np.random.default_rng(seed).normal(0, 3, (NUM_TOKENS, NUM_TOKENS)).astype(np.float32)
    )
)


@given(ROWS, TABLES)
def test_without_weight_the_best_of_each_row_is_chosen(rows, table):
    best, *_ = fuse(rows, TableModel(table), FusionOptions(0.0), special=SPECIAL)

    chosen = [row[token] for row, token in zip(rows, best.tokens, strict=True)]
    assert chosen == pytest.approx([row.max() for row in rows], abs=1e-9)


@given(ROWS, TABLES, st.floats(0, 5))
def test_only_tokens_near_the_best_of_their_row_are_chosen(rows, table, weight):
    paths = fuse(rows, TableModel(table), FusionOptions(weight), special=SPECIAL)

    assert len({path.tokens for path in paths}) == len(paths) <= 10
    for path in paths:
        assert len(path.tokens) == len(rows)
        for row, token in zip(rows, path.tokens, strict=True):
            best = int(row.argmax())
            assert row[token] >= row[best] - 6.0
            assert token == best or (token not in SPECIAL and best not in SPECIAL)


def test_the_pruned_search_finds_what_the_exact_one_finds_among_near_tokens():
    generator = np.random.default_rng(4)
    for _ in range(40):
        rows = generator.normal(0, 1.0, (6, NUM_TOKENS)).astype(np.float32)
        rows[:, list(SPECIAL)] = -50
        model = TableModel(generator.normal(0, 1.0, (NUM_TOKENS, NUM_TOKENS)).astype(np.float32))

        pruned = fuse(rows, model, FusionOptions(0.5, max_distance=40), special=SPECIAL)
        exact = fuse_exactly(rows, model, weight=0.5, beam=10, end=END)

        assert pruned[0].tokens == exact[0].tokens
        assert pruned[0].score == pytest.approx(exact[0].score, abs=1e-4)


def test_the_model_is_not_asked_where_no_row_has_two_candidates():
    rows = np.full((5, NUM_TOKENS), -9.0, np.float32)
    rows[np.arange(5), [3, 4, 0, 5, 2]] = -0.1

    (path,) = fuse(rows, NeverAsked(), FusionOptions(1.0), special=SPECIAL)

    assert path.tokens == (3, 4, 0, 5, 2)


def test_a_special_token_is_no_part_of_the_text_before_the_next_one():
    rows = np.full((3, NUM_TOKENS), -20.0, np.float32)
    rows[0, 3] = rows[1, 0] = -0.1
    rows[2, [5, 6]] = -0.7, -0.8  # in doubt
    table = np.zeros((NUM_TOKENS, NUM_TOKENS), np.float32)
    table[3, 6] = 1.0  # after 3 comes 6, whatever lies between

    best, *_ = fuse(rows, TableModel(table), FusionOptions(0.5), special=SPECIAL)

    assert best.tokens == (3, 0, 6)


def test_an_empty_segment_has_one_empty_path():
    rows = np.zeros((0, NUM_TOKENS), np.float32)

    assert fuse(rows, NeverAsked(), FusionOptions(1.0), special=SPECIAL) == (TokenPath((), 0.0),)


def test_evidence_changes_nothing_where_the_texts_say_nothing():
    tokens = GOLDEN["ngram"]["tokens"]
    rows = np.full((2, len(tokens)), -20.0, np.float32)
    rows[0, tokens.index("了")] = -0.1
    rows[1, [tokens.index("吗"), tokens.index("的")]] = -0.8, -0.7

    evidence, *_ = fuse(
        rows, ngram_model(LanguageModelForm.EVIDENCE), FusionOptions(5.0), special=SPECIAL
    )

    assert [tokens[each] for each in evidence.tokens] == ["了", "的"]
