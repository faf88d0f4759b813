from __future__ import annotations

import itertools
import json
from collections import Counter
from pathlib import Path

import pytest
import soundfile

DEMO = Path(__file__).resolve().parents[2] / "assets" / "demo"
TRUTH = json.loads((DEMO / "demo.json").read_text("utf-8"))
TURNS = TRUTH["turns"]


def test_the_audio_is_as_long_as_the_truth_says() -> None:
    info = soundfile.info(DEMO / "demo.flac")

    assert (info.samplerate, info.channels, info.subtype) == (16000, 1, "PCM_16")
    assert info.frames * 1000 // info.samplerate == TRUTH["duration_ms"]


def test_people_take_turns_with_natural_pauses() -> None:
    pauses = [after["start_ms"] - before["end_ms"] for before, after in itertools.pairwise(TURNS)]
    same = [
        after["clip"]
        for before, after in itertools.pairwise(TURNS)
        if before["speaker"] == after["speaker"]
    ]

    assert min(pauses) >= 200
    assert max(pauses) <= 600
    assert same == []


def test_every_speaker_returns_and_no_clip_does() -> None:
    assert min(Counter(turn["speaker"] for turn in TURNS).values()) >= 2
    assert max(Counter(turn["clip"] for turn in TURNS).values()) == 1


def test_speech_lies_inside_its_turns_and_all_turns_are_equally_loud() -> None:
    samples, rate = soundfile.read(DEMO / "demo.flac", dtype="float64")
    per_ms = rate // 1000

    def level(start_ms: int, end_ms: int) -> float:
        return float((samples[start_ms * per_ms : end_ms * per_ms] ** 2).mean())

    turns = [level(turn["start_ms"], turn["end_ms"]) for turn in TURNS]
    pauses = [level(a["end_ms"] + 50, b["start_ms"] - 50) for a, b in itertools.pairwise(TURNS)]

    assert max(turns) / min(turns) < 10**0.3  # 3 dB
    assert max(pauses) < min(turns) / 1000


def test_the_rttm_says_the_same_as_the_json() -> None:
    lines = [line.split() for line in (DEMO / "demo.rttm").read_text("utf-8").splitlines()]

    assert [(line[3], line[4], line[7]) for line in lines] == [
        (
            f"{turn['start_ms'] / 1000:.3f}",
            f"{(turn['end_ms'] - turn['start_ms']) / 1000:.3f}",
            turn["speaker"],
        )
        for turn in TURNS
    ]


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn["clip"])
def test_every_turn_is_credited_on_the_page_beside_it(turn: dict[str, str]) -> None:
    page = (DEMO / "README.md").read_text("utf-8")

    repository = turn["source"].split(":")[0]
    assert f"| {turn['text']} | `{turn['clip']}` | {repository} |" in page
