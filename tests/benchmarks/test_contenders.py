from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.contenders import contender, in_turns

ECHO = """
import json, sys, time
begin = time.perf_counter()
big = bytearray(60_000_000) if "big" in sys.argv else b""
for line in sys.stdin:
    path, _, language = line.rstrip("\\n").partition("\\t")
    time.sleep(0.3)
    answer = {"seconds": 0.3, "at": time.time(), "path": path, "language": language}
    print(json.dumps(answer), flush=True)
"""


def echo(*arguments: str) -> list[str]:
    return [sys.executable, "-c", ECHO, *arguments]


def test_a_worker_gets_path_and_language_and_its_memory_is_watched() -> None:
    with contender(echo()) as small, contender(echo("big")) as big:
        first = small.ask(Path("/a b.wav"), "zh")
        second = big.ask(Path("/a b.wav"))

    assert (first.fields["path"], first.fields["language"]) == ("/a b.wav", "zh")
    assert (second.seconds, second.fields["language"]) == (0.3, "")
    assert second.peak_bytes - first.peak_bytes > 50_000_000


def test_each_begins_in_turn() -> None:
    with contender(echo()) as one, contender(echo()) as two:
        answers = in_turns({"one": one, "two": two}, Path("x"), runs=2)

    times = [(each.fields["at"], who) for who, theirs in answers.items() for each in theirs]
    assert [who for _, who in sorted(times)] == ["one", "two", "two", "one"]


def test_a_worker_that_ends_is_an_error() -> None:
    with contender([sys.executable, "-c", ""]) as gone, pytest.raises(RuntimeError, match="ended"):
        gone.ask(Path("x"))
