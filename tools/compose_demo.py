"""Command that composes the demo conversation from clips of the AISHELL-3 corpus.

    python tools/compose_demo.py --clips FOLDER --out assets/demo

`FOLDER` holds 16 kHz clips and a `clips.json` that gives speaker, text, licence and source of each.
The same clips always give the same conversation, with its reference as RTTM and JSON.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

Samples = NDArray[np.float64]

SAMPLE_RATE_HZ = 16000
FRAME = 160  # 10 ms, the resolution of speech detection
SPEECH_DB = -38.0  # lowest level of a speech frame, relative to the loudest frame
MARGIN_BEFORE_MS, MARGIN_AFTER_MS = 120, 180  # length of the clip's silence to keep around speech
FADE_MS = 40
SPEECH_LEVEL_DBFS = -22.0  # level of the speech frames of every clip
PEAK = 0.9
ROOM_DBFS = -70.0  # background noise, so that pauses are not digital silence
LEAD_MS = 600  # before the first turn and after the last
PAUSES_MS = (
    400,
    300,
    500,
    350,
    600,
    450,
    300,
    550,
    400,
)  # pauses between the speech of consecutive turns, used cyclically


@dataclass(frozen=True)
class Line:
    """A clip to use for one turn, and its text if the collection has none.

    Attributes:
        file: name of the clip without its extension.
        text: transcribed manually, or from another publication of the clip.
        origin: where `text` comes from; "collection" if from clips.json.
    """

    file: str
    text: str = ""
    origin: str = "collection"


HEARD = "written down from the recording"
CORPUS = "AISHELL-3 content.txt"
PAPER = "page of the source repository"
LINES = (
    Line("A3-SSB1365__SSB13650001", "店面一层突出展示了李宁专业品类的运动科技产品。", HEARD),
    Line("A3-SSB0606__SSB06060009"),
    Line("A3-SSB0011__SSB00110004"),
    Line("A3-SSB1630__SSB16300026", "反而进一步提升了他个人在海内外的知名度。", PAPER),
    Line("A3-SSB0112__SSB01120001", "没有这么简单。", PAPER),
    Line("A3-SSB0011__SSB00110001", "领导干部廉洁从政自查。", CORPUS),
    Line("A3-SSB0606__SSB06060006"),
    Line("A3-SSB0011__SSB00110003"),
    Line("A3-SSB0112__SSB01120009", "他就跟他父母一模一样。", HEARD),
    Line("A3-SSB1630__SSB16300010", "本溪市的景点有什么？", HEARD),
    Line("A3-SSB1365__SSB13650004"),
    Line("A3-SSB0112__SSB01120002"),
    Line("A3-SSB1630__SSB16300375", "来几首法语歌儿。", PAPER),
    Line("A3-SSB0112__SSB01120364"),
)


@dataclass(frozen=True)
class Turn:
    """A clip trimmed to its speech and normalised in level, with its metadata."""

    samples: Samples
    speech_start: int
    speech_end: int
    about: dict[str, Any]


def main() -> None:
    """Compose the conversation from the clips, and write its audio and reference files."""
    parser = argparse.ArgumentParser(description="Compose the demo conversation")
    parser.add_argument("--clips", type=Path, required=True, help="folder of clips and clips.json")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    arguments = parser.parse_args()
    known = {
        Path(clip["file"]).stem: clip
        for clip in json.loads((arguments.clips / "clips.json").read_text("utf-8"))
    }
    turns = [read_turn(arguments.clips, line, known[line.file]) for line in LINES]
    samples, truth = compose(turns)
    arguments.out.mkdir(parents=True, exist_ok=True)
    write(arguments.out, samples, truth)


def read_turn(folder: Path, line: Line, about: dict[str, Any]) -> Turn:
    """Read a clip, trim it to its speech with a margin, normalise its level, and fade its ends.

    Raises:
        ValueError: if the clip is not AISHELL-3 at 16 kHz.
    """
    samples, rate = soundfile.read(folder / f"{line.file}.flac", dtype="float64")
    if rate != SAMPLE_RATE_HZ or samples.ndim != 1 or about["corpus"] != "AISHELL-3":
        raise ValueError(f"{line.file} is not a 16 kHz mono clip of AISHELL-3")
    start, end, level = find_speech(samples)
    first = max(0, start - to_samples(MARGIN_BEFORE_MS))
    last = min(len(samples), end + to_samples(MARGIN_AFTER_MS))
    cut = samples[first:last] * (10 ** (SPEECH_LEVEL_DBFS / 20) / level)
    loudest = float(np.abs(cut).max())
    cut = fade(cut * min(1.0, PEAK / loudest))
    text = line.text or about["text"]
    return Turn(cut, start - first, end - first, {**about, "text": text, "origin": line.origin})


def find_speech(samples: Samples) -> tuple[int, int, float]:
    """Return the start and the end of speech in samples, and the linear RMS of loud frames."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    power = (frames**2).mean(axis=1)
    is_speech = power > power.max() * 10 ** (SPEECH_DB / 10)
    spoken = np.flatnonzero(is_speech)
    level = float(np.sqrt(power[power > power.max() * 0.01].mean()))
    return int(spoken[0]) * FRAME, int(spoken[-1] + 1) * FRAME, level


def fade(samples: Samples) -> Samples:
    """Return the samples faded in and out."""
    length = to_samples(FADE_MS)
    ramp = np.sin(np.linspace(0, np.pi / 2, length)) ** 2
    envelope = np.ones(len(samples))
    envelope[:length] = ramp
    envelope[-length:] = ramp[::-1]
    return samples * envelope


def compose(turns: list[Turn]) -> tuple[Samples, list[dict[str, Any]]]:
    """Join the turns with pauses over background noise; return samples and reference rows."""
    placed, truth = [], []
    speech_start = to_samples(LEAD_MS)
    for index, turn in enumerate(turns):
        placed.append((speech_start - turn.speech_start, turn.samples))
        speech_end = speech_start + turn.speech_end - turn.speech_start
        truth.append(describe(turn, speech_start, speech_end))
        speech_start = speech_end + to_samples(PAUSES_MS[index % len(PAUSES_MS)])
    total = to_samples(truth[-1]["end_ms"] + LEAD_MS)
    samples = np.random.default_rng(0).normal(0, 10 ** (ROOM_DBFS / 20), total)
    for offset, part in placed:
        samples[offset : offset + len(part)] += part
    return samples, truth


def describe(turn: Turn, start: int, end: int) -> dict[str, Any]:
    """Return one turn as an entry of demo.json."""
    about, source = turn.about, turn.about["source"]
    return {
        "start_ms": round(start * 1000 / SAMPLE_RATE_HZ),
        "end_ms": round(end * 1000 / SAMPLE_RATE_HZ),
        "speaker": about["speaker"].removeprefix("A3-"),
        "text": about["text"].rstrip("。") + ("" if about["text"].endswith("？") else "。"),
        "text_origin": about["origin"],
        "clip": Path(source["path"]).stem,
        "source": f"{source['repo']}: {source['path']} @ {source['commit']}",
    }


def to_samples(duration_ms: int) -> int:
    """Return the number of samples of a duration."""
    return duration_ms * SAMPLE_RATE_HZ // 1000


def write(folder: Path, samples: Samples, truth: list[dict[str, Any]]) -> None:
    """Write demo.flac, demo.rttm and demo.json."""
    soundfile.write(folder / "demo.flac", samples, SAMPLE_RATE_HZ, subtype="PCM_16")
    lines = [
        f"SPEAKER demo 1 {turn['start_ms'] / 1000:.3f} "
        f"{(turn['end_ms'] - turn['start_ms']) / 1000:.3f} <NA> <NA> {turn['speaker']} <NA> <NA>\n"
        for turn in truth
    ]
    (folder / "demo.rttm").write_text("".join(lines), "utf-8", newline="\n")
    content = {
        "licence": "Apache-2.0",
        "corpus": "AISHELL-3 (OpenSLR 93)",
        "duration_ms": len(samples) * 1000 // SAMPLE_RATE_HZ,
        "language": "zh",
        "turns": truth,
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    (folder / "demo.json").write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
