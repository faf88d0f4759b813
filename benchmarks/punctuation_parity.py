"""Comparison of our punctuation and its cost with funasr-onnx (the peer) on the same texts.

python -m benchmarks.punctuation_parity --graph FOLDER [--peer-python VENV/bin/python]

funasr-onnx's `CT_Transformer` reads the same folder. The time for 10,000 words is compared with
that of the graph alone on the same windows.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from statistics import median
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.recogniser_peer import peer_command
from benchmarks.tables import percent, print_table
from pipeline.core.options import RuntimeOptions
from pipeline.punctuation.ct_transformer.ct_transformer import (
    PUNCTUATION_GRAPH,
    CtTransformerPunctuator,
    cutter_for,
)
from pipeline.punctuation.ct_transformer.punctuation_folder import PunctuationFiles, find_files
from pipeline.punctuation.ct_transformer.vocabulary import read_mark_list, read_vocabulary
from pipeline.runtime.onnx_session import OnnxSession, open_session

NUM_TEXTS = 50
LENGTHS = (0, 1, 2, 5, 19, 20, 21, 39, 40, 41, 45, 100, 199, 200, 201, 220, 300, 500)
COSTED_WORDS = 10_000
FOREIGN = ("hello", "AI", "iPhone", "don't", "2024", "3.5", "x&y", "A4", "Ω", "ünlü")


class TimedSession:
    """An ONNX session that records its total run time and the window size of each run."""

    def __init__(self, session: OnnxSession) -> None:
        """Store the ONNX session to time."""
        self._session = session
        self.metadata = session.metadata
        self.seconds = 0.0
        self.window_sizes: tuple[int, ...] = ()

    def run(self, *inputs: NDArray[Any]) -> tuple[NDArray[np.float32], ...]:
        """Run the graph, record its time and window size, and return its outputs."""
        begin = time.perf_counter()
        outputs = self._session.run(*inputs)
        self.seconds += time.perf_counter() - begin
        self.window_sizes += (inputs[0].shape[1],)
        return outputs


@dataclass(frozen=True)
class Answer:
    """Result of funasr-onnx for one text; the ids are None if it failed."""

    seconds: float
    ids: list[int] | None


def main() -> None:
    """Compare the punctuation ids of each text, then time one long text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, required=True, help="folder of the model")
    parser.add_argument("--peer-python", type=Path, help="interpreter that has funasr-onnx")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5, help="the median of these counts")
    chosen = parser.parse_args()
    files = find_files(chosen.graph)
    known = _known_words(files)
    texts = _texts(known)
    long_text = " ".join(_words(random.Random(2), known, COSTED_WORDS))
    theirs: list[Answer] = []
    if chosen.peer_python is not None:
        theirs = _ask_peer(chosen, files, [*texts, *[long_text] * chosen.runs])
        _compare(_open(chosen, files)[0], files, texts, theirs[: len(texts)])
    _print_cost(chosen, files, long_text.split(), [each.seconds for each in theirs[len(texts) :]])


def _open(
    chosen: argparse.Namespace, files: PunctuationFiles
) -> tuple[CtTransformerPunctuator, TimedSession]:
    runtime = RuntimeOptions(num_threads=chosen.threads)
    opened = open_session(files.graph, contract=PUNCTUATION_GRAPH, runtime=runtime)
    session = TimedSession(opened)
    punctuator = CtTransformerPunctuator(
        cast("OnnxSession", session),
        vocabulary=read_vocabulary(files.vocabulary, session.metadata),
        marks=read_mark_list(files.configuration, session.metadata),
        cutter=cutter_for(files),
    )
    return punctuator, session


def _known_words(files: PunctuationFiles) -> list[str]:
    if files.vocabulary is None:
        raise SystemExit(f"{files.graph.parent} has no tokens.json to make texts of")
    words = json.loads(files.vocabulary.read_text(encoding="utf-8"))
    return [word for word in words if len(word) == 1 and not word.isspace()]


def _words(drawn: random.Random, known: Sequence[str], num_words: int) -> list[str]:
    return [drawn.choice(FOREIGN if drawn.random() < 0.1 else known) for _ in range(num_words)]


def _texts(known: Sequence[str]) -> list[str]:
    """Return random texts of known and foreign words; half of them have no spaces."""
    drawn = random.Random(1)
    lengths = [LENGTHS[number % len(LENGTHS)] for number in range(NUM_TEXTS)]
    return [
        (" " if number % 2 else "").join(_words(drawn, known, length))
        for number, length in enumerate(lengths)
    ]


def _ask_peer(
    chosen: argparse.Namespace, files: PunctuationFiles, texts: Sequence[str]
) -> list[Answer]:
    arguments = (str(chosen.graph), files.graph.name, str(chosen.threads))
    command = peer_command(chosen.peer_python, "funasr-onnx-punctuation", *arguments)
    finished = subprocess.run(
        command,
        input="".join(json.dumps(text) + "\n" for text in texts),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [Answer(**json.loads(line)) for line in finished.stdout.splitlines()]


def _compare(
    punctuator: CtTransformerPunctuator,
    files: PunctuationFiles,
    texts: Sequence[str],
    theirs: Sequence[Answer],
) -> None:
    cutter = cutter_for(files)
    ours = [list(punctuator.mark_ids(cutter.cut(text.split()).texts)) for text in texts]
    failed = [our for our, their in zip(ours, theirs, strict=True) if their.ids is None]
    both = [
        (our, their.ids) for our, their in zip(ours, theirs, strict=True) if their.ids is not None
    ]
    differing = sum(
        our_id != their_id for our, their in both for our_id, their_id in zip_longest(our, their)
    )
    rows = [
        ["texts", str(len(texts))],
        ["texts with identical ids", str(sum(our == their for our, their in both))],
        ["texts without words, on which the peer fails", str(failed.count([]))],
        ["texts with words on which the peer fails", str(len(failed) - failed.count([]))],
        ["words", str(sum(len(our) for our in ours))],
        ["words with another id", str(differing)],
    ]
    print_table(["ids beside funasr-onnx", "number"], rows)
    print()


def _print_cost(
    chosen: argparse.Namespace,
    files: PunctuationFiles,
    words: Sequence[str],
    their_seconds: Sequence[float],
) -> None:
    punctuator, session = _open(chosen, files)
    whole, graph = list[float](), list[float]()
    for _ in range(chosen.runs):
        session.seconds, session.window_sizes = 0.0, ()
        begin = time.perf_counter()
        punctuator.punctuate(words)
        whole.append(time.perf_counter() - begin)
        graph.append(session.seconds)
    overheads = [all_of_it / runs - 1 for all_of_it, runs in zip(whole, graph, strict=True)]
    rows = [
        ["whole, s", f"{median(whole):.3f}"],
        ["runs of the graph, s", f"{median(graph):.3f}"],
        ["everything else, % of the runs", percent(median(overheads))],
        ["number of runs", str(len(session.window_sizes))],
        ["longest window, words", str(max(session.window_sizes))],
    ]
    if their_seconds:
        rows.append(["funasr-onnx, s", f"{median(their_seconds):.3f}"])
    print_table([f"{len(words):,} words", "median"], rows)


if __name__ == "__main__":
    main()
