"""Diarization error rate and speaker count on the development recordings.

python -m benchmarks.diarization_accuracy --profile default [--recordings meetings] [--hour]
    [--out DIR]
    [--scorer score_der.py --scorer-python VENV/bin/python]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.dev_recordings import (
    FOLDERS,
    THE_HOUR,
    TrueRecording,
    read_truth,
    require_dev_data,
    short_recordings,
)
from benchmarks.loaded_pipeline import benchmark_parser, diarization_options, load
from benchmarks.tables import percent, print_table
from pipeline.audio.decode import read_audio
from pipeline.core.options import PipelineOptions, SpeakerCount
from pipeline.core.transcript import Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.scoring.rttm import write_rttm
from pipeline.metrics import DiarizationErrors, diarization_errors
from pipeline.transcription.pipeline import Pipeline

COLLAR_MS = 250


@dataclass(frozen=True, slots=True)
class Score:
    """Diarization errors and speaker counts of one recording, or of all together."""

    name: str
    strict: DiarizationErrors
    with_collar: DiarizationErrors
    num_true: int
    num_found: int

    def cells(self) -> list[str]:
        """Return the cells of the recording's table row."""
        total = max(1, self.strict.total_ms)
        return [
            self.name,
            percent(self.strict.rate),
            percent(self.with_collar.rate),
            percent(self.strict.missed_ms / total),
            percent(self.strict.false_alarm_ms / total),
            percent(self.strict.confusion_ms / total),
            f"{self.num_true} -> {self.num_found}",
        ]


def main() -> None:
    """Diarize the recordings, write the turns as RTTM, and print the errors."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--out", type=Path, help="folder for the RTTM files (default: temporary)")
    parser.add_argument(
        "--tell-number", action="store_true", help="give the pipeline the true number of speakers"
    )
    parser.add_argument(
        "--recordings", nargs="+", default=FOLDERS, help="folders of the development recordings"
    )
    parser.add_argument(
        "--hour", action="store_true", help="score the recording of an hour alone, and time it"
    )
    parser.add_argument(
        "--scorer", type=Path, help="an independent scorer: SCORER HYP_DIR REF_DIR..."
    )
    parser.add_argument("--scorer-python", type=Path, default=Path(sys.executable))
    chosen = parser.parse_args()
    if chosen.hour:
        _score_hour(chosen)
        return
    with tempfile.TemporaryDirectory() as temporary:
        out = chosen.out or Path(temporary)
        out.mkdir(parents=True, exist_ok=True)
        scores = score_all(chosen, out, folders=chosen.recordings, tell_number=chosen.tell_number)
        _print_scores(scores)
        if chosen.scorer is not None:
            _run_scorer(chosen, out)


def score_all(
    chosen: argparse.Namespace,
    out: Path | None = None,
    *,
    folders: Sequence[str] = FOLDERS,
    tell_number: bool = False,
) -> list[Score]:
    """Diarize all recordings of folders except the hour-long one; return the scores.

    Args:
        chosen: flags of `benchmark_parser`.
        out: folder for RTTM files, None for none.
        folders: folders of the development recordings.
        tell_number: whether the pipeline is given the true number of speakers.
    """
    options = diarization_options(chosen)
    pipeline = load(chosen, options)
    scores = []
    for recording in short_recordings(folders):
        own = options
        if tell_number:
            count = SpeakerCount(recording.num_speakers, recording.num_speakers)
            own = replace(options, speakers=count)
        transcript = _transcribe(pipeline, recording, own, out)
        scores.append(_score(recording, transcript))
        print(".", end="", flush=True, file=sys.stderr)
    print(file=sys.stderr)
    return scores


def _score_hour(chosen: argparse.Namespace) -> None:
    """Diarize the recording of an hour; print its score, real-time factor and CPU time."""
    options = diarization_options(chosen)
    pipeline = load(chosen, options)
    hour = read_truth(next(require_dev_data().glob(f"*/{THE_HOUR}.rttm")))
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    transcript = _transcribe(pipeline, hour, options, None)
    took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    _print_scores([_score(hour, transcript)])
    length_s = transcript.duration_ms / 1_000
    print(f"real-time factor {took_s / length_s:.4f}, CPU {cpu_s / length_s:.4f} of the length")


def _transcribe(
    pipeline: Pipeline, recording: TrueRecording, options: PipelineOptions, out: Path | None
) -> Transcript:
    transcript = pipeline.transcribe(read_audio(recording.path), options).transcript
    if out is None:
        return transcript
    document = TranscriptDocument(recording.path.stem, transcript)
    rttm = out / f"{recording.path.stem}.rttm"
    rttm.write_text(write_rttm(document), encoding="utf-8")
    return transcript


def _score(recording: TrueRecording, transcript: Transcript) -> Score:
    strict, with_collar = (
        diarization_errors(
            recording.turns, transcript.turns, collar_ms=collar_ms, uem=recording.scored
        )
        for collar_ms in (0, COLLAR_MS)
    )
    num_found = len({turn.speaker for turn in transcript.turns})
    return Score(recording.path.stem, strict, with_collar, recording.num_speakers, num_found)


def _print_scores(scores: list[Score]) -> None:
    strict = sum((score.strict for score in scores), DiarizationErrors())
    with_collar = sum((score.with_collar for score in scores), DiarizationErrors())
    num_right = sum(score.num_true == score.num_found for score in scores)
    total = Score("all", strict, with_collar, len(scores), num_right)
    rows = [score.cells() for score in scores]
    header = ["recording", "DER %", "collar 0.25 s", "missed", "false", "confused", "speakers"]
    print_table(header, [*rows, [*total.cells()[:-1], f"{num_right} of {len(scores)} right"]])


def _run_scorer(chosen: argparse.Namespace, out: Path) -> None:
    """Run an independent scoring script on the written RTTM files; its output is printed."""
    data = require_dev_data()
    print(f"\n{chosen.scorer.name}:")
    folders = [data / folder for folder in chosen.recordings]
    command = [chosen.scorer_python, chosen.scorer, out, *folders]
    subprocess.run([str(each) for each in command], check=True)


if __name__ == "__main__":
    main()
