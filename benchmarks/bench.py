"""Command that runs the benchmarks of Speaker Studio and its peers and stores the results as JSON.

A peer is a program compared with Speaker Studio: senko, funasr-onnx, sherpa-onnx, faster-whisper.

python -m benchmarks.bench [--parts diarization,whisper] [--runs 3] [--peers .venv-peers]
    [--model-folder paraformer=DIR --model-folder punctuation=DIR]
    [--minutes 10] [--long-minutes 60]

Every figure is written as soon as it is measured; a part that is run again the same day replaces
its figures. Parts and peers that cannot be measured on this machine are listed with the reason.
`python -m benchmarks.report` makes the tables and the picture.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import bench_accuracy, bench_app, bench_speed
from benchmarks.bench_recordings import BenchRecordings
from benchmarks.bench_speed import ExcludedInputError, Setting
from benchmarks.dev_recordings import REPOSITORY
from benchmarks.machine import load, this_machine
from benchmarks.measurements import Measurement, Results, read_results, write_results
from benchmarks.peers import PEERS, PEERS_FOLDER, python_of
from benchmarks.report import print_results
from pipeline.models.flags import add_folder_flag
from pipeline.models.model_folders import ModelFolders

RESULTS_FOLDER = REPOSITORY / "benchmarks" / "results"

Part = Callable[[Setting], Iterator[Measurement]]

PARTS: dict[str, Part] = {
    "diarization": bench_speed.diarization,
    "paraformer": bench_speed.paraformer,
    "whisper": bench_speed.whisper,
    "recogniser": bench_accuracy.recogniser,
    "accuracy": bench_accuracy.accuracy,
    "start": bench_app.start,
    "first_words": bench_app.first_words,
    "editing": bench_app.editing,
    "killed": bench_app.killed,
    "ten_hours": bench_speed.ten_hours,
}
LONG_PARTS = ("killed", "ten_hours")  # only on request


def main() -> None:
    """Run the requested benchmark parts in sequence; a failed part does not stop the others."""
    parser = _parser()
    chosen = parser.parse_args()
    names = [name for name in chosen.parts.split(",") if name]
    unknown = set(names) - set(PARTS)
    if unknown:
        parser.error(f"there are the parts {', '.join(PARTS)}, not {', '.join(sorted(unknown))}")
    path = chosen.out or _path_for_today()
    results = _begun(path)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        setting = Setting(
            BenchRecordings(Path(folder)),
            runs=chosen.runs,
            peers=chosen.peers,
            models=ModelFolders.parse(chosen.model_folder),
            threads=results.machine.cores,
            short_s=round(60 * chosen.minutes),
            long_s=round(60 * chosen.long_minutes),
        )
        for name in names:
            results = _run_part(name, setting, results, path)
    print_results(results)
    print(f"\n{path}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    usual = ",".join(name for name in PARTS if name not in LONG_PARTS)
    parser.add_argument("--parts", default=usual, help=f"any of {', '.join(PARTS)}")
    parser.add_argument("--runs", type=int, default=3, help="of what is short")
    parser.add_argument("--peers", type=Path, default=PEERS_FOLDER, help="their environments")
    parser.add_argument(
        "--minutes", type=float, default=10, help="length of the recording of every run"
    )
    parser.add_argument(
        "--long-minutes", type=float, default=60, help="length of the long recording; 0 omits it"
    )
    parser.add_argument("--out", type=Path, help="JSON file (default: by date and machine)")
    add_folder_flag(parser, os.environ)
    return parser


def _path_for_today() -> Path:
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    return RESULTS_FOLDER / f"{today}-{this_machine().short_name()}.json"


def _begun(path: Path) -> Results:
    if path.exists():
        return read_results(path)
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    return Results(this_machine(), today)


def _run_part(name: str, setting: Setting, results: Results, path: Path) -> Results:
    begin = time.perf_counter()
    print(f"{name} ... (load {load():.1f})", file=sys.stderr, flush=True)
    results = results.without_part(name)
    results = results.with_load(name, load()).with_gap(name, _absent_peers(name, setting))
    try:
        for measurement in PARTS[name](setting):
            results = results.with_figures([measurement])
            write_results(path, results)
            print(
                f"  {measurement.what} [{measurement.who}]: {measurement.value:.4g}"
                f" {measurement.unit}",
                file=sys.stderr,
                flush=True,
            )
    except ExcludedInputError as error:
        results = results.with_gap(name, str(error))
        print(f"  left out: {error}", file=sys.stderr)
    except Exception as error:  # a failure is a result: the table reports the missing figure
        traceback.print_exc()
        results = results.with_gap(name, f"failed: {error}")
    write_results(path, results)
    print(f"  {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
    return results


_PEERS_OF = {
    "diarization": ("senko",),
    "paraformer": ("funasr-onnx",),
    "whisper": ("faster-whisper",),
    "recogniser": ("funasr-onnx", "sherpa-onnx"),
}


def _absent_peers(part: str, setting: Setting) -> str:
    """Return a remark with the part's uninstalled peers and any substitute recording."""
    absent = [each for each in _PEERS_OF.get(part, ()) if python_of(each, setting.peers) is None]
    notes = [f"without {PEERS[each].title}, which is not installed" for each in absent]
    if part in _PEERS_OF and setting.recordings.note:
        notes.append(f"recording: {setting.recordings.note}")
    return "; ".join(notes)


if __name__ == "__main__":
    main()
