"""Real-time factors of diarization by Speaker Studio and senko, on the same ten minutes of speech.

python -m benchmarks.diarization_speed [--senko-python VENV/bin/python] [--runs 5]
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import IO

import numpy as np
import soundfile

from benchmarks.dev_recordings import require_dev_data
from benchmarks.loaded_pipeline import benchmark_parser, diarization_options, load
from benchmarks.recogniser_peer import peer_command
from benchmarks.tables import print_table
from pipeline.audio.decode import read_audio
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.options import PipelineOptions
from pipeline.transcription.pipeline import Pipeline

MINUTES = 10
SHOWN_FROM_S = 1e-3  # skipped stages take microseconds
SOURCES = ("d_conv10_zh", "d_conv6_zh", "d_conv10_en")  # 681 s, 25 different voices


def main() -> None:
    """Time our diarization, alternating with senko if its interpreter is given; print a table."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--runs", type=int, default=5, help="the median of these counts")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="of speech, 11 at most")
    parser.add_argument("--senko-python", type=Path, help="interpreter that can import senko")
    chosen = parser.parse_args()
    options = diarization_options(chosen)
    pipeline = load(chosen, options)
    with tempfile.TemporaryDirectory() as folder, senko(chosen.senko_python) as peer:
        wav = Path(folder) / "conversations.wav"
        duration_s = _write_recording(wav, minutes=chosen.minutes)
        _time_ours(pipeline, wav, options)  # the first run includes lazy initialisation
        ours, theirs = defaultdict[str, list[float]](list), list[float]()
        for _ in range(chosen.runs):
            for stage, seconds in _time_ours(pipeline, wav, options).items():
                ours[stage].append(seconds)
            if peer is not None:
                theirs.append(_ask(peer, wav))
    _print_times(ours, theirs, duration_s)


def _write_recording(wav: Path, *, minutes: float) -> float:
    """Write joined conversations as a 16 kHz mono WAV file, and return its length in seconds."""
    folder = require_dev_data() / "conv"
    parts = [read_audio(folder / f"{name}.flac").pcm for name in SOURCES]
    pcm = np.concatenate(parts)[: round(minutes * 60 * SAMPLE_RATE_HZ)]
    soundfile.write(wav, pcm, SAMPLE_RATE_HZ, subtype="PCM_16")
    return Audio(pcm).duration_ms / 1000


def _time_ours(pipeline: Pipeline, wav: Path, options: PipelineOptions) -> dict[str, float]:
    """Diarize a file; return the seconds by stage, and the total elapsed seconds as "all"."""
    begin = time.perf_counter()
    audio = read_audio(wav)
    read_s = time.perf_counter() - begin
    result = pipeline.transcribe(audio, options)
    whole_s = time.perf_counter() - begin
    stages = {name: seconds for name, seconds in result.stage_seconds if seconds >= SHOWN_FROM_S}
    return {"read_audio": read_s, **stages, "all": whole_s}


@contextmanager
def senko(python: Path | None) -> Iterator[subprocess.Popen[str] | None]:
    """Start a senko worker process and yield it, or yield None without an interpreter."""
    if python is None:
        yield None
        return
    with subprocess.Popen(
        peer_command(python, "senko"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        _pipe(process.stdin).close()


def _ask(process: subprocess.Popen[str], wav: Path) -> float:
    """Diarize a file with senko, and return the seconds that its worker reports."""
    asked, answers = _pipe(process.stdin), _pipe(process.stdout)
    asked.write(f"{wav}\n")
    asked.flush()
    return float(json.loads(answers.readline())["seconds"])


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("the senko process was started without pipes")
    return pipe


def _print_times(ours: dict[str, list[float]], theirs: list[float], duration_s: float) -> None:
    def row(name: str, seconds: list[float]) -> list[str]:
        rtfs = [each / duration_s for each in seconds]
        return [name, f"{median(rtfs):.5f}", f"{min(rtfs):.5f}", f"{max(rtfs):.5f}"]

    rows = [row(stage, seconds) for stage, seconds in ours.items()]
    if theirs:
        rows.append(row("senko", theirs))
    print_table(["stage", "median RTF", "least", "most"], rows)
    if theirs:
        ratios = [their / our for their, our in zip(theirs, ours["all"], strict=True)]
        print(f"\nsenko takes {median(ratios):.2f} times as long (median of pairs)")


if __name__ == "__main__":
    main()
