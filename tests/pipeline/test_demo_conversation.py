from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import soundfile

from pipeline.formats.importing import import_transcript
from pipeline.metrics import cer

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "assets" / "demo"
TRUTH = json.loads((DEMO / "demo.json").read_text("utf-8"))
TURNS = TRUTH["turns"]
SCRIPT = json.loads((ROOT / "tools" / "demo_script.json").read_text("utf-8"))
REVIEWED = json.loads((DEMO / "reviewed.json").read_text("utf-8"))


def test_the_audio_is_as_long_as_the_truth_says_and_small() -> None:
    info = soundfile.info(DEMO / "demo.flac")

    assert (info.samplerate, info.channels, info.subtype) == (16000, 1, "PCM_16")
    assert info.frames * 1000 // info.samplerate == TRUTH["duration_ms"]
    assert (DEMO / "demo.flac").stat().st_size < 2_000_000


def test_people_take_turns_with_natural_pauses() -> None:
    pauses = [after["start_ms"] - before["end_ms"] for before, after in itertools.pairwise(TURNS)]
    same = [
        after["text"]
        for before, after in itertools.pairwise(TURNS)
        if before["speaker"] == after["speaker"]
    ]

    assert min(pauses) >= 200
    assert max(pauses) <= 600
    assert same == []


def test_five_people_speak_most_of_them_more_than_once_and_no_clip_returns() -> None:
    turns = Counter(turn["speaker"] for turn in TURNS)
    clips = Counter(clip["clip"] for turn in TURNS for clip in turn["clips"])

    assert len(turns) == 5
    assert sum(number >= 2 for number in turns.values()) >= 3
    assert max(clips.values()) == 1


def test_speech_lies_inside_its_clips_and_all_clips_are_equally_loud() -> None:
    samples, rate = soundfile.read(DEMO / "demo.flac", dtype="float64")
    per_ms = rate // 1000

    def level(start_ms: int, end_ms: int) -> float:
        return float((samples[start_ms * per_ms : end_ms * per_ms] ** 2).mean())

    clips = [level(clip["start_ms"], clip["end_ms"]) for turn in TURNS for clip in turn["clips"]]
    pauses = [level(a["end_ms"] + 50, b["start_ms"] - 50) for a, b in itertools.pairwise(TURNS)]

    assert max(clips) / min(clips) < 10**0.3  # 3 dB
    assert max(pauses) < min(clips) / 1000


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


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn["text"][:6])
def test_every_turn_is_credited_on_the_page_beside_it(turn: dict[str, Any]) -> None:
    page = (DEMO / "README.md").read_text("utf-8")

    names = ", ".join(f"`{clip['clip']}`" for clip in turn["clips"])
    repositories = dict.fromkeys(clip["source"].split(":")[0] for clip in turn["clips"])
    assert f"| {turn['text']} | {names} | {', '.join(repositories)} |" in page


def test_every_clip_is_of_an_open_corpus_and_known_by_its_hash() -> None:
    corpora = {SCRIPT["sources"][clip["source"]]["corpus"] for clip in SCRIPT["clips"]}
    hashes = [clip["sha256"] for clip in SCRIPT["clips"]]

    assert corpora == {"AISHELL-1", "AISHELL-3"}  # both Apache-2.0
    assert all(len(each) == len(hashlib.sha256().hexdigest()) for each in hashes)
    assert len({*hashes}) == len(hashes)


def test_the_reviewed_transcript_has_the_true_text_and_names_for_all_speakers() -> None:
    content = (DEMO / "reviewed.json").read_bytes()
    document = import_transcript(content, "json", duration_ms=None).document
    transcript = document.transcript

    said = "".join(each.text for each in transcript.sentences)
    assert cer("".join(turn["text"] for turn in TURNS), said) == 0
    assert {document.names[each.speaker or ""] for each in transcript.sentences} == {
        each["name"] for each in SCRIPT["speakers"]
    }
    assert transcript.duration_ms == TRUTH["duration_ms"]
    assert REVIEWED["speaker_names"]["S1"] == "主持人"
