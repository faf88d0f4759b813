"""Benchmarks of diarization error and of Paraformer alone, on the development recordings."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from benchmarks.bench_speed import COLLAR_MS, ExcludedInputError, Setting, paraformer_folders
from benchmarks.diarization_accuracy import score_all
from benchmarks.loaded_pipeline import benchmark_parser
from benchmarks.measurements import OURS, Measurement
from benchmarks.paraformer_speed import time_contenders
from benchmarks.peers import PEERS, python_of
from pipeline.metrics import DiarizationErrors

RECOGNISER_MINUTES = 5.0


def accuracy(setting: Setting) -> Iterator[Measurement]:
    """Yield diarization error rates and the number of recordings with a correct speaker count."""
    _require_dev_data(setting)
    scores = score_all(_chosen())
    for collar_ms, errors in (
        (0, [score.strict for score in scores]),
        (COLLAR_MS, [score.with_collar for score in scores]),
    ):
        rate = 100 * sum(errors, DiarizationErrors()).rate
        what = f"{len(scores)} recordings: diarization error, collar {collar_ms / 1000:g} s"
        yield Measurement("accuracy", what, OURS, "%", (rate,))
    num_right = sum(score.num_true == score.num_found for score in scores)
    what = f"{len(scores)} recordings: right number of speakers"
    yield Measurement("accuracy", what, OURS, "", (float(num_right),))


def recogniser(setting: Setting) -> Iterator[Measurement]:
    """Yield the real-time factors of Paraformer, of its network alone, and of other programs."""
    _require_dev_data(setting)
    (folder, _), weights = paraformer_folders(setting)
    chosen = _chosen()
    chosen.model_folder = folder
    chosen.minutes = RECOGNISER_MINUTES
    chosen.funasr_python = python_of("funasr-onnx", setting.peers)
    chosen.sherpa_python = python_of("sherpa-onnx", setting.peers)
    spent, speech_s = time_contenders(chosen)
    titles = {"Speaker Studio": OURS, **{name: peer.title for name, peer in PEERS.items()}}
    for name, seconds in spent.items():
        yield Measurement(
            "recogniser",
            f"Paraformer-large int8 ({weights}) alone, {RECOGNISER_MINUTES:g} min: speed",
            titles.get(name, name),
            "RTF",
            (seconds / speech_s,),
        )


def _chosen() -> argparse.Namespace:
    return benchmark_parser(None).parse_args([])


def _require_dev_data(setting: Setting) -> None:
    if not setting.recordings.has_dev_data:
        raise ExcludedInputError("needs the development recordings (STUDIO_DEV_DATA)")
