"""Command that composes the demo conversation from published clips of AISHELL-1 and AISHELL-3.

    python tools/compose_demo.py --repositories FOLDER --out assets/demo

The clips are listed in `demo_script.json` with repository, path, commit and SHA-256. FOLDER holds
clones of the repositories as OWNER/NAME; missing ones are cloned from GitHub. The same clips
always give the same conversation, with its reference as RTTM and JSON and the reviewed transcript.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any  # entries of the script are JSON

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

Samples = NDArray[np.float64]

SCRIPT = Path(__file__).with_name("demo_script.json")
SAMPLE_RATE_HZ = 16000
FRAME = 160  # 10 ms, the resolution of speech detection
SPEECH_DB = -38.0  # lowest level of a speech frame, relative to the loudest frame
MARGIN_BEFORE_MS, MARGIN_AFTER_MS = 120, 180  # length of the clip's silence to keep around speech
FADE_MS = 40
SPEECH_LEVEL_DBFS = -23.0  # level of the speech frames of every clip
PEAK = 0.9
ROOM_DBFS = -66.0  # background noise, so that pauses are not digital silence
LEAD_MS = 600  # before the first clip and after the last


@dataclass(frozen=True)
class Clip:
    """Clip trimmed to its speech and normalised in level, with its entry in the script."""

    samples: Samples
    speech_start: int
    speech_end: int
    entry: dict[str, Any]


@dataclass(frozen=True)
class Placed:
    """Clip in the conversation, with the start and end of its speech in samples."""

    clip: Clip
    start: int

    @property
    def end(self) -> int:
        """End of the speech in samples."""
        return self.start + self.clip.speech_end - self.clip.speech_start

    @property
    def interval_ms(self) -> tuple[int, int]:
        """Start and end of the speech in milliseconds."""
        return tuple(  # type: ignore[return-value]  # two elements
            round(each * 1000 / SAMPLE_RATE_HZ) for each in (self.start, self.end)
        )


def main() -> None:
    """Compose the conversation and write its audio, reference files and reviewed transcript."""
    parser = argparse.ArgumentParser(description="Compose the demo conversation")
    parser.add_argument("--repositories", type=Path, required=True, help="folder of the clones")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    arguments = parser.parse_args()
    script = json.loads(SCRIPT.read_text("utf-8"))
    clips = [read_clip(arguments.repositories, script, entry) for entry in script["clips"]]
    placed = place(clips)
    arguments.out.mkdir(parents=True, exist_ok=True)
    soundfile.write(
        arguments.out / "demo.flac", mix(placed), SAMPLE_RATE_HZ, subtype="PCM_16", format="FLAC"
    )
    write_references(arguments.out, script, placed)


def read_clip(repositories: Path, script: dict[str, Any], entry: dict[str, Any]) -> Clip:
    """Read a clip, trim it to its speech with a margin, normalise its level, and fade its ends.

    Raises:
        ValueError: if the file is not the published one.
    """
    source = script["sources"][entry["source"]]
    content = published_file(repositories, source, entry["path"])
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ValueError(f"{entry['path']} is not the published file: its SHA-256 differs")
    samples, rate = soundfile.read(io.BytesIO(content), dtype="float64")
    if rate != SAMPLE_RATE_HZ:
        samples = soxr.resample(samples, rate, SAMPLE_RATE_HZ, quality="VHQ")
    start, end, level = find_speech(samples)
    first = max(0, start - to_samples(MARGIN_BEFORE_MS))
    last = min(len(samples), end + to_samples(MARGIN_AFTER_MS))
    cut = samples[first:last] * (10 ** (SPEECH_LEVEL_DBFS / 20) / level)
    return Clip(
        fade(cut * min(1.0, PEAK / float(np.abs(cut).max()))), start - first, end - first, entry
    )


def published_file(repositories: Path, source: dict[str, str], path: str) -> bytes:
    """Return a file of a repository at the commit of its source; clone it if it is missing."""
    clone = repositories / source["repository"]
    if not clone.exists():
        address = f"https://github.com/{source['repository']}"
        subprocess.run(["git", "clone", "--quiet", address, str(clone)], check=True)
    command = ["git", "-C", str(clone), "cat-file", "blob", f"{source['commit']}:{path}"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def find_speech(samples: Samples) -> tuple[int, int, float]:
    """Return the start and the end of speech in samples, and the linear RMS of loud frames."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = (frames**2).mean(axis=1)
    is_speech = power > power.max() * 10 ** (SPEECH_DB / 10)
    spoken = np.flatnonzero(is_speech)
    level = float(np.sqrt(power[power > power.max() * 0.01].mean()))
    return int(spoken[0]) * FRAME, int(spoken[-1] + 1) * FRAME, level


def fade(samples: Samples) -> Samples:
    """Return the samples with a fade-in and a fade-out of FADE_MS."""
    length = to_samples(FADE_MS)
    ramp = np.sin(np.linspace(0, np.pi / 2, length)) ** 2
    envelope = np.ones(len(samples))
    envelope[:length] = ramp
    envelope[-length:] = ramp[::-1]
    return samples * envelope


def place(clips: Sequence[Clip]) -> list[Placed]:
    """Arrange the clips in sequence, each after the pause stated in its entry."""
    placed: list[Placed] = []
    end = 0
    for clip in clips:
        placed.append(Placed(clip, end + to_samples(clip.entry.get("pause_ms", LEAD_MS))))
        end = placed[-1].end
    return placed


def mix(placed: Sequence[Placed]) -> Samples:
    """Return the sum of the placed clips over background noise."""
    total = placed[-1].end + to_samples(LEAD_MS)
    samples = np.random.default_rng(0).normal(0, 10 ** (ROOM_DBFS / 20), total)
    for each in placed:
        offset = each.start - each.clip.speech_start
        samples[offset : offset + len(each.clip.samples)] += each.clip.samples
    return samples


def to_samples(duration_ms: int) -> int:
    """Return the number of samples of a duration."""
    return duration_ms * SAMPLE_RATE_HZ // 1000


def turns_of(placed: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Yield the turns: consecutive clips of one speaker."""
    turn = [placed[0]]
    for before, each in pairwise(placed):
        if each.clip.entry["speaker"] != before.clip.entry["speaker"]:
            yield turn
            turn = []
        turn.append(each)
    yield turn


def write_references(folder: Path, script: dict[str, Any], placed: Sequence[Placed]) -> None:
    """Write demo.rttm, demo.json and reviewed.json."""
    turns = [
        {"start_ms": turn[0].interval_ms[0], "end_ms": turn[-1].interval_ms[1], "clips": turn}
        for turn in turns_of(placed)
    ]
    duration_ms = (placed[-1].end + to_samples(LEAD_MS)) * 1000 // SAMPLE_RATE_HZ
    described = [described_turn(script, turn) for turn in turns]
    lines = [
        f"SPEAKER demo 1 {turn['start_ms'] / 1000:.3f} "
        f"{(turn['end_ms'] - turn['start_ms']) / 1000:.3f} <NA> <NA> {turn['speaker']} <NA> <NA>\n"
        for turn in described
    ]
    (folder / "demo.rttm").write_text("".join(lines), "utf-8", newline="\n")
    about = {key: script[key] for key in ("title", "licence", "corpora")}
    write_json(
        folder / "demo.json",
        {**about, "duration_ms": duration_ms, "language": "zh", "turns": described},
    )
    write_json(folder / "reviewed.json", reviewed(script, described, duration_ms))


def described_turn(script: dict[str, Any], turn: dict[str, Any]) -> dict[str, Any]:
    """Return one turn as an entry of demo.json."""
    entries = [each.clip.entry for each in turn["clips"]]
    return {
        "start_ms": turn["start_ms"],
        "end_ms": turn["end_ms"],
        "speaker": entries[0]["speaker"],
        "text": "".join(entry["text"] for entry in entries),
        "clips": [
            {
                "start_ms": each.interval_ms[0],
                "end_ms": each.interval_ms[1],
                "text": each.clip.entry["text"],
                "text_origin": each.clip.entry.get("text_origin", "corpus"),
                "clip": Path(each.clip.entry["path"]).stem.removeprefix("aishell_"),
                "source": source_of(script, each.clip.entry),
            }
            for each in turn["clips"]
        ],
    }


def source_of(script: dict[str, Any], entry: dict[str, Any]) -> str:
    """Return repository, path and commit of a clip as one line."""
    source = script["sources"][entry["source"]]
    return f"{source['repository']}: {entry['path']} @ {source['commit']}"


def reviewed(
    script: dict[str, Any], turns: Sequence[dict[str, Any]], duration_ms: int
) -> dict[str, Any]:
    """Return the reviewed transcript in the app's own JSON format.

    A sentence ends with a full stop, a question mark or an exclamation mark.
    """
    roles = {each["speaker"]: each["name"] for each in script["speakers"]}
    labels = {speaker: f"S{number}" for number, speaker in enumerate(roles, start=1)}
    sentences = []
    for turn in turns:
        for clips in sentences_of(turn["clips"]):
            sentences.append(
                {
                    "start_ms": clips[0]["start_ms"],
                    "end_ms": clips[-1]["end_ms"],
                    "speaker": labels[turn["speaker"]],
                    "text": "".join(clip["text"] for clip in clips),
                    "tokens": [],
                }
            )
    return {
        "duration_ms": duration_ms,
        "language": "zh",
        "sentences": sentences,
        "turns": [
            {
                "start_ms": turn["start_ms"],
                "end_ms": turn["end_ms"],
                "speaker": labels[turn["speaker"]],
            }
            for turn in turns
        ],
        "speaker_names": {labels[speaker]: name for speaker, name in roles.items()},
    }


def sentences_of(clips: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the clips of each sentence of a turn."""
    sentence: list[dict[str, Any]] = []
    for clip in clips:
        sentence.append(clip)
        if clip["text"][-1] in "。？！":
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file with line feeds, for the same bytes on every system."""
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
