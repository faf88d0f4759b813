"""Speed and peak memory of transcribing an hour, compared with its first ten minutes.

python -m benchmarks.long_recording [--recognizer whisper] [--folder paraformer=DIR ...]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import soundfile

from benchmarks.dev_recordings import REPOSITORY, THE_HOUR, require_dev_data
from benchmarks.loaded_pipeline import benchmark_parser, load, recognition_options
from benchmarks.process_tree import run_and_watch
from benchmarks.tables import print_table
from pipeline.audio.decode import read_audio
from pipeline.audio.samples import SAMPLE_RATE_HZ

CUT_MINUTES = 10
_BYTES_PER_GB = 1e9


def main() -> None:
    """Transcribe both lengths in separate processes, and print a table."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--recognizer", default="auto")
    parser.add_argument(
        "--folder",
        dest="folders",
        action="append",
        default=[],
        metavar="NAME=DIR",
        help="a model you have: paraformer=DIR or punctuation=DIR",
    )
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker is not None:
        _work(chosen)
        return
    hour = require_dev_data() / "conv" / f"{THE_HOUR}.ogg"
    with tempfile.TemporaryDirectory() as folder:
        cut = Path(folder) / "ten_minutes.wav"
        soundfile.write(
            cut, read_audio(hour).pcm[: CUT_MINUTES * 60 * SAMPLE_RATE_HZ], SAMPLE_RATE_HZ
        )
        short = _measure(cut, Path(folder))
        long = _measure(hour, Path(folder))
    header = ["recording", "minutes", "RTF", "peak GB", "sentences", "speakers"]
    print_table(header, [short.cells("cut"), long.cells("whole")])
    print(f"\nRTF of the whole is {long.rtf / short.rtf:.2f} times that of the cut")


class Measured:
    """Measurements of one transcription, reported by its process, with the sampled peak memory."""

    def __init__(self, report: dict[str, float], peak_bytes: int) -> None:
        """Set the report and the peak memory in bytes."""
        self._report = report
        self._peak_bytes = peak_bytes

    @property
    def rtf(self) -> float:
        """Real-time factor: processing time without loading models, divided by audio duration."""
        return self._report["seconds"] / self._report["duration_s"]

    def cells(self, name: str) -> list[str]:
        """Return the cells of the table row with a given name."""
        return [
            name,
            f"{self._report['duration_s'] / 60:.1f}",
            f"{self.rtf:.4f}",
            f"{self._peak_bytes / _BYTES_PER_GB:.2f}",
            f"{self._report['sentences']:.0f}",
            f"{self._report['speakers']:.0f}",
        ]


def _measure(recording: Path, folder: Path) -> Measured:
    command = [sys.executable, "-m", "benchmarks.long_recording", *sys.argv[1:]]
    finished = run_and_watch(
        [*command, "--worker", str(recording)], cwd=REPOSITORY, output=folder / "report.json"
    )
    report = json.loads(finished.output)
    for stage, seconds in report["stages"]:
        print(f"{recording.name}  {stage}: {seconds:.1f} s", file=sys.stderr)
    return Measured(report, finished.peak_bytes)


def _work(chosen: argparse.Namespace) -> None:
    options = recognition_options(chosen, language=None)
    pipeline = load(chosen, options)
    begin = time.perf_counter()
    audio = read_audio(chosen.worker)
    result = pipeline.transcribe(audio, options)
    report = {
        "seconds": time.perf_counter() - begin,
        "duration_s": audio.duration_ms / 1000,
        "sentences": len(result.transcript.sentences),
        "speakers": len(result.transcript.speakers),
        "stages": result.stage_seconds,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
