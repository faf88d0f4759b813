"""Cost of a language model for Paraformer, and simulated counts of corrected and new errors.

python -m benchmarks.language_model_cost TEXTS.txt [--tokens tokens.json]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.language_model.fusion import FusionOptions, fuse
from pipeline.asr.language_model.token_models import NgramTokenModel
from pipeline.asr.paraformer.vocabulary import SPECIAL_IDS, START_ID
from pipeline.core.language_model_options import DEFAULT_WEIGHTS, LanguageModelForm
from pipeline.text.ngrams.arpa import parse_arpa
from pipeline.text.ngrams.counting import arpa_text, estimate_ngrams

TOKENS_PER_SECOND = 4.0  # of Mandarin speech
DOUBT = 0.15  # share of rows with several candidates
NUM_HELD_OUT = 80
Rows = NDArray[np.float32]


def main() -> None:
    """Measure the search on simulated rows of log probabilities, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--tokens", type=Path, required=True, help="tokens.json of a Paraformer")
    chosen = parser.parse_args()
    tokens: list[str] = json.loads(chosen.tokens.read_text("utf-8"))
    ids = {token: number for number, token in enumerate(tokens)}
    lines = chosen.texts.read_text("utf-8").splitlines()
    texts = sorted({"".join(c for c in line if len(c) == 1 and c in ids) for line in lines})
    generator = np.random.default_rng(3)
    generator.shuffle(texts)
    learnt, held_out = texts[:-NUM_HELD_OUT], texts[-NUM_HELD_OUT:]
    models = estimate_ngrams([list(text) for text in learnt], 3, tokens)
    ngram = parse_arpa(arpa_text(models).splitlines(), tokens)
    rows = [_rows(text, ids, np.random.default_rng(7 + n)) for n, text in enumerate(held_out)]
    for form in LanguageModelForm:
        model = NgramTokenModel(ngram, START_ID, form)
        options = FusionOptions(DEFAULT_WEIGHTS[form])
        started = time.perf_counter()
        found = [fuse(each, model, options, special=SPECIAL_IDS)[0].tokens for each in rows]
        elapsed_s = time.perf_counter() - started
        mended, broken = _compare(found, rows, held_out, ids)
        num_rows = sum(len(each) for each in rows)
        print(
            f"{form.value}: {1_000 * elapsed_s / num_rows:.3f} ms a row, "
            f"RTF {elapsed_s * TOKENS_PER_SECOND / num_rows:.5f}; of {num_rows} characters "
            f"{mended} mended, {broken} broken"
        )


def _rows(text: str, ids: dict[str, int], generator: np.random.Generator) -> Rows:
    """Return simulated rows in which some characters have three random alternatives."""
    rows = np.full((len(text), len(ids)), -14.0, np.float32)
    others = np.arange(len(SPECIAL_IDS), len(ids) - 1)
    for row, character in zip(rows, text, strict=True):
        if generator.random() < DOUBT:
            candidates = [ids[character], *generator.choice(others, 3, replace=False)]
            row[candidates] = np.log(generator.dirichlet([3, 1.5, 1.5, 1.5]) + 1e-3)
        else:
            row[ids[character]] = np.log(0.995)
    return rows


def _compare(
    found: list[tuple[int, ...]], rows: list[Rows], texts: list[str], ids: dict[str, int]
) -> tuple[int, int]:
    """Return the number of characters that were corrected and the number of new errors."""
    mended = broken = 0
    for path, each, text in zip(found, rows, texts, strict=True):
        for token, best, character in zip(path, each.argmax(axis=1), text, strict=True):
            mended += token == ids[character] != best
            broken += token != ids[character] == best
    return mended, broken


if __name__ == "__main__":
    main()
