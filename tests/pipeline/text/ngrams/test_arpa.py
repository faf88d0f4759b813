"""N-grams against kenlm's numbers, files of other programs and damaged ones."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.errors import ModelIntegrityError
from pipeline.text.ngrams.arpa import parse_arpa, read_arpa, read_arpa_words
from pipeline.text.ngrams.counting import arpa_text, estimate_ngrams, unit_runs
from tests.dev_data import REPOSITORY

GOLDEN = json.loads((REPOSITORY / "tests/data/language_model_reference.json").read_text("utf-8"))
REFERENCE = GOLDEN["ngram"]
TOKENS = REFERENCE["tokens"]
SENTENCE_START = TOKENS.index("<s>")
# As SRILM writes: a tab after the probability, blanks between words, no back-off at all in places.
SRILM = """
\\data\\
ngram 1=4
ngram 2=1

\\1-grams:
-0.6\t<s>\t-0.3
-0.6\t</s>
-0.5\t你\t-0.2
-0.4\t好
\\2-grams:
-0.1\t你 好

\\end\\
"""


@pytest.mark.parametrize("case", REFERENCE["scores"], ids=lambda case: "".join(case["tokens"]))
def test_every_score_is_that_of_kenlm(case):
    ngram = parse_arpa(REFERENCE["arpa"].splitlines(), TOKENS)
    ids = {token: number for number, token in enumerate(TOKENS)}
    history = [SENTENCE_START]
    found = []
    for word in [*case["tokens"], "</s>"]:
        token = ids.get(word, ids["<unk>"])
        found.append(float(ngram.scores(history)[token]))
        history.append(token)

    assert found == pytest.approx(case["log10"], abs=2e-6)


def test_estimated_ngrams_are_the_reference_text_for_text():
    texts = [list(text) for text in REFERENCE["texts"]]

    assert arpa_text(estimate_ngrams(texts, REFERENCE["order"], TOKENS)) == REFERENCE["arpa"]


@given(st.lists(st.text("你好吗他们", min_size=1, max_size=6), min_size=1, max_size=8))
def test_probabilities_after_any_history_sum_to_one_and_survive_the_file(texts):
    models = estimate_ngrams([list(text) for text in texts], 3, TOKENS)

    ngram = parse_arpa(arpa_text(models).splitlines(), TOKENS)

    spoken = np.arange(len(TOKENS)) != SENTENCE_START
    for history in ([1], [1, 3], [1, 3, 4], [1, 9, 9], [5, 7]):
        assert (10.0 ** ngram.scores(history)[spoken]).sum() == pytest.approx(1.0, abs=1e-5)
    for gram, estimate in models[2].items():
        *history, token = (TOKENS.index(word) for word in gram)
        assert ngram.scores(history)[token] == pytest.approx(estimate.probability, abs=1e-6)


def test_evidence_is_nothing_where_no_ngram_ends_in_the_token():
    ngram = parse_arpa(SRILM.splitlines(), TOKENS)

    gains = ngram.evidence([SENTENCE_START, TOKENS.index("你")])

    assert gains[TOKENS.index("好")] == pytest.approx(-0.1 + 0.4)
    assert np.count_nonzero(gains) == 1
    assert not ngram.evidence([SENTENCE_START]).any()


def test_tokens_without_a_unigram_have_no_probability_where_no_unknown_word_has_one():
    ngram = parse_arpa(SRILM.splitlines(), TOKENS)

    assert ngram.scores([])[TOKENS.index("他")] == -99
    assert ngram.scores([TOKENS.index("你")])[TOKENS.index("你")] == pytest.approx(-0.7)


def test_ngrams_with_words_that_the_recogniser_lacks_are_counted_in_the_log(caplog):
    with caplog.at_level(logging.INFO):
        ngram = parse_arpa(SRILM.splitlines(), ["<blank>", "<s>", "</s>", "好"])

    assert "2 n-grams have words that the recogniser lacks" in caplog.text
    assert ngram.successors == {}


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("hello", "no line"),
        (SRILM.replace("ngram 2=1", "ngram 2=2"), "states 4 1-grams, 2 2-grams, but it has"),
        (SRILM.replace("-0.1\t你 好\n", ""), "but it has 4 1-grams, 0 2-grams"),
        (SRILM.replace("-0.5", "0.5"), "line 9 has a probability above 1"),
        (SRILM.replace("-0.5", "nan"), "line 9 has 'nan' where a logarithm is expected"),
        (SRILM.replace("你 好", "你"), "line 12 has no 2-gram"),
        (SRILM.replace("ngram 2=1", "ngram 9=1"), "n-grams of 9 words"),
        (SRILM.replace("ngram 2=1", "trigram"), "line 4 is not a count"),
        (SRILM.replace("\\end\\", ""), "ends without"),
        ("\\data\\\n\\end\\\n", "states no n-grams"),
        ("\\data\\\nngram 1=1\n\\2-grams:\n-1 a b\n\\end\\\n", "states 1 1-grams, but it has"),
    ],
)
def test_a_damaged_file_is_refused_with_its_reason(broken, reason, tmp_path):
    path = tmp_path / "words.arpa"
    path.write_text(broken, "utf-8")

    with pytest.raises(ModelIntegrityError, match=f"'words.arpa' cannot.*{re.escape(reason)}"):
        read_arpa(path, TOKENS)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_a_file_that_is_no_text_or_missing_is_refused(content, tmp_path):
    path = tmp_path / "words.arpa"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ModelIntegrityError, match="cannot be read as an ARPA language model"):
        read_arpa(Path(path), TOKENS)


def test_texts_are_divided_at_marks_and_digits_and_words_are_in_lower_case():
    assert unit_runs("用Python写，好 吗？第3章ＯＫ don't 停") == (
        ("用", "python", "写"),
        ("好", "吗"),
        ("第",),
        ("章", "ok", "don't", "停"),
    )
    assert unit_runs("…… 42 %") == ()


def test_one_token_has_the_score_that_it_has_among_all():
    ngram = parse_arpa(REFERENCE["arpa"].splitlines(), TOKENS)
    histories = [(), (SENTENCE_START,), *ngram.successors, (len(TOKENS) - 1, 3)]

    for history in histories:
        scores, evidence = ngram.scores(history), ngram.evidence(history)
        for token in range(len(TOKENS)):
            assert ngram.score(token, history) == pytest.approx(scores[token], abs=1e-5)
            assert ngram.evidence_for(token, history) == pytest.approx(evidence[token], abs=1e-5)


def test_a_file_is_read_with_its_own_words(tmp_path: Path) -> None:
    path = tmp_path / "words.arpa"
    path.write_text(SRILM, "utf-8")

    ngram, words = read_arpa_words(path)

    assert words == ("<s>", "</s>", "你", "好")
    assert ngram.score(words.index("好"), [words.index("你")]) == pytest.approx(-0.1)


def test_a_damaged_file_has_no_words(tmp_path: Path) -> None:
    path = tmp_path / "words.arpa"
    for content in ("", SRILM.replace("-0.4", "many")):
        path.write_text(content, "utf-8")
        with pytest.raises(ModelIntegrityError, match=r"words\.arpa"):
            read_arpa_words(path)
