"""Speed and errors of Whisper base with speakers, and of faster-whisper (the peer), on an hour.

python -m benchmarks.whisper_speed [--minutes 10] [--rounds 1] [--recording d_conv12_60min]

Each run is a separate process; loading models is not counted. The peer is the installed
faster-whisper, with the same 8-bit weights, `vad_filter` and `word_timestamps`, without speakers.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import soundfile

from benchmarks.dev_recordings import REPOSITORY, THE_HOUR, read_json, require_dev_data
from benchmarks.loaded_pipeline import benchmark_parser, load, recognition_options
from benchmarks.placed_errors import TimedWord, placed_errors
from benchmarks.process_tree import run_and_watch
from benchmarks.tables import percent, print_table
from pipeline.audio.decode import read_audio
from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.metrics import CharacterErrors

OURS, PEER = "speaker studio", "faster-whisper"
_BYTES_PER_GB = 1e9
_MS_PER_S = 1000


@dataclass(frozen=True, slots=True)
class Piece:
    """Excerpt of the recording in a separate file, with its start in ms."""

    path: Path
    from_ms: int


@dataclass(frozen=True, slots=True)
class Turn:
    """Measurements of one process that transcribed one excerpt."""

    seconds: float
    cpu_seconds: float
    recognise_seconds: float
    duration_s: float
    peak_bytes: int
    errors: CharacterErrors


def main() -> None:
    """Transcribe each excerpt with both programs in turn, and print a table."""
    parser = benchmark_parser(__doc__)
    add = parser.add_argument
    add("--recording", default=THE_HOUR)
    add("--minutes", type=int, default=0, help="length of the pieces (default: all in one)")
    add("--rounds", type=int, default=1, help="how many times everything is done")
    add("--worker", choices=tuple(_WORKERS), help=argparse.SUPPRESS)
    add("--input", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    chosen.recognizer = "whisper"
    if chosen.worker is not None:
        print(json.dumps(_WORKERS[chosen.worker](chosen)))
        return
    truth = read_json(require_dev_data() / "conv" / f"{chosen.recording}.json")
    turns: dict[str, list[Turn]] = {OURS: [], PEER: []}
    with tempfile.TemporaryDirectory() as folder:
        pieces = list(_pieces(truth["file"], chosen.minutes, Path(folder)))
        for _ in range(chosen.rounds):
            for piece in pieces:
                for name, done in turns.items():
                    done.append(_measure(name, piece, truth["turns"]))
    header = ["who", "RTF", "recogniser", "CPU s per s", "CER %", "peak GB"]
    print_table(header, [_row(name, done) for name, done in turns.items()])
    ratios = [
        theirs.seconds / ours.seconds for ours, theirs in zip(turns[OURS], turns[PEER], strict=True)
    ]
    print(
        f"\n{PEER} takes {median(ratios):.2f} times as long (median of {len(ratios)} pairs, "
        f"{min(ratios):.2f} to {max(ratios):.2f})"
    )


def _pieces(file: str, minutes: int, folder: Path) -> Iterator[Piece]:
    pcm = read_audio(require_dev_data() / "conv" / file).pcm
    step = minutes * 60 * SAMPLE_RATE_HZ or pcm.size
    for start in range(0, pcm.size - pcm.size % step if minutes else 1, step):
        path = folder / f"{start}.wav"
        soundfile.write(path, pcm[start : start + step], SAMPLE_RATE_HZ, subtype="PCM_16")
        yield Piece(path, start * _MS_PER_S // SAMPLE_RATE_HZ)


def _measure(name: str, piece: Piece, truth: list[dict[str, object]]) -> Turn:
    load_before = os.getloadavg()[0]
    finished = run_and_watch(
        [
            *(sys.executable, "-m", "benchmarks.whisper_speed", *sys.argv[1:]),
            *("--worker", name, "--input", str(piece.path)),
        ],
        cwd=REPOSITORY,
        output=piece.path.with_suffix(".json"),
    )
    report = json.loads(finished.output)
    duration_s = report["duration_s"]
    turn = Turn(
        seconds=report["seconds"],
        cpu_seconds=report["cpu_seconds"],
        recognise_seconds=report["recognise_seconds"],
        duration_s=duration_s,
        peak_bytes=finished.peak_bytes,
        errors=placed_errors(
            truth,
            [TimedWord(middle_ms, text) for middle_ms, text in report["heard"]],
            from_ms=piece.from_ms,
            duration_ms=duration_s * _MS_PER_S,
        ),
    )
    print(
        f"{name} from {piece.from_ms // _MS_PER_S} s: RTF {turn.seconds / duration_s:.4f}, "
        f"CPU {turn.cpu_seconds / duration_s:.4f}, CER {percent(turn.errors.rate)} % "
        f"(machine load before {load_before:.1f}, after {os.getloadavg()[0]:.1f})",
        file=sys.stderr,
    )
    return turn


def _row(name: str, done: list[Turn]) -> list[str]:
    total_s = sum(turn.duration_s for turn in done)
    errors = sum((turn.errors for turn in done), CharacterErrors())
    return [
        name,
        f"{sum(turn.seconds for turn in done) / total_s:.4f}",
        f"{sum(turn.recognise_seconds for turn in done) / total_s:.4f}",
        f"{sum(turn.cpu_seconds for turn in done) / total_s:.4f}",
        percent(errors.rate),
        f"{max(turn.peak_bytes for turn in done) / _BYTES_PER_GB:.2f}",
    ]


def _ours(chosen: argparse.Namespace) -> dict[str, object]:
    options = recognition_options(chosen, language=None)
    pipeline = load(chosen, options)
    begin, cpu_begin = time.perf_counter(), time.process_time()
    audio = read_audio(chosen.input)
    result = pipeline.transcribe(audio, options)
    return {
        "seconds": time.perf_counter() - begin,
        "cpu_seconds": time.process_time() - cpu_begin,
        "recognise_seconds": dict(result.stage_seconds)["recognize"],
        "duration_s": audio.duration_ms / _MS_PER_S,
        "heard": [
            ((token.start_ms + token.end_ms) / 2, token.text)
            for sentence in result.transcript.sentences
            for token in sentence.tokens
        ],
    }


def _peer(chosen: argparse.Namespace) -> dict[str, object]:
    from faster_whisper import WhisperModel  # noqa: PLC0415 - only for the peer

    from pipeline.asr.whisper.text.chinese_text import SimplifiedChinese  # noqa: PLC0415 - as above
    from pipeline.models.locations import ModelLocations, open_model_store  # noqa: PLC0415

    store = open_model_store(ModelLocations(chosen.model_cache))
    folder = store.fetch("whisper-base").path("model.bin").parent
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=chosen.threads)
    begin, cpu_begin = time.perf_counter(), time.process_time()
    found, info = model.transcribe(str(chosen.input), vad_filter=True, word_timestamps=True)
    words = [word for segment in found for word in segment.words or ()]
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - cpu_begin
    texts = SimplifiedChinese().rewrite([word.word for word in words])
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "recognise_seconds": seconds,
        "duration_s": info.duration,
        "heard": [
            ((word.start + word.end) / 2 * _MS_PER_S, text)
            for word, text in zip(words, texts, strict=True)
        ],
    }


_WORKERS: dict[str, Callable[[argparse.Namespace], dict[str, object]]] = {OURS: _ours, PEER: _peer}

if __name__ == "__main__":
    main()
