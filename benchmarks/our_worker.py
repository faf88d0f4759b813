"""Worker command that transcribes audio files with Speaker Studio.

python -m benchmarks.our_worker [--recognizer NAME | --diarize-only] [--folder NAME=DIR ...]

Standard input has one path per line, followed by a tab and the language if known. Output is one
line of JSON for each: `seconds` in all, `stages` (seconds by stage), `outside_s` (seconds in which
no ONNX graph ran), `turns` as [[start_s, end_s, speaker], ...], and `text`.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnxruntime

from benchmarks.loaded_pipeline import (
    benchmark_parser,
    diarization_options,
    load,
    recognition_options,
)
from pipeline.audio.decode import read_audio
from pipeline.core.options import PipelineOptions
from pipeline.transcription.pipeline import Pipeline


class GraphClock:
    """Recorder of the start and end times of ONNX graph runs in all threads."""

    def __init__(self) -> None:
        """Create an empty record."""
        self._runs: list[tuple[float, float]] = []
        self._lock = threading.Lock()

    def listen(self) -> None:
        """Record the runs of all ONNX sessions in this process from now on."""
        kind = onnxruntime.InferenceSession
        for name in ("run", "run_with_iobinding"):
            setattr(kind, name, self._noting(getattr(kind, name)))

    def idle_s(self, begin: float, end: float) -> float:
        """Return the seconds of an interval in which no graph ran, and clear the record."""
        with self._lock:
            runs, self._runs = sorted(self._runs), []
        idle, reached = 0.0, begin
        for start, stop in runs:
            idle += max(0.0, start - reached)
            reached = max(reached, stop)
        return idle + max(0.0, end - reached)

    def _noting(self, run: Callable[..., Any]) -> Callable[..., Any]:  # Any: the library's own
        def noted(*arguments: Any, **named: Any) -> Any:  # Any: passed on unseen
            start = time.perf_counter()
            try:
                return run(*arguments, **named)
            finally:
                with self._lock:
                    self._runs.append((start, time.perf_counter()))

        return noted


def main() -> None:
    """Transcribe each file named on standard input; write the results as JSON lines.

    Output of libraries goes to standard error.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    parser = benchmark_parser(__doc__)
    parser.add_argument("--recognizer", default="auto")
    parser.add_argument("--diarize-only", action="store_true")
    parser.add_argument("--folder", dest="folders", action="append", default=[], metavar="NAME=DIR")
    chosen = parser.parse_args()
    options = (
        diarization_options(chosen)
        if chosen.diarize_only
        else recognition_options(chosen, language=None)
    )
    clock = GraphClock()
    clock.listen()
    pipeline = load(chosen, options)
    for line in sys.stdin:
        path, _, language = line.rstrip("\n").partition("\t")
        asked = replace(options, asr=replace(options.asr, language=language or None))
        answers.write(json.dumps(_answer(pipeline, Path(path), asked, clock)) + "\n")
        answers.flush()


def _answer(
    pipeline: Pipeline, path: Path, options: PipelineOptions, clock: GraphClock
) -> dict[str, object]:
    begin = time.perf_counter()
    audio = read_audio(path)
    result = pipeline.transcribe(audio, options)
    end = time.perf_counter()
    transcript = result.transcript
    return {
        "seconds": end - begin,
        "outside_s": clock.idle_s(begin, end),
        "stages": dict(result.stage_seconds),
        "turns": [
            [turn.start_ms / 1000, turn.end_ms / 1000, turn.speaker] for turn in transcript.turns
        ],
        "text": "".join(sentence.text for sentence in transcript.sentences),
    }


if __name__ == "__main__":
    main()
