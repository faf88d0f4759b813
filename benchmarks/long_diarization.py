"""Diarization error, memory and clustering time of recordings from ten minutes to ten hours.

python -m benchmarks.long_diarization [--hours 0.167 1 4 10] [--speakers 12] [--pool FILE]

The recordings are composed, with a fixed seed, of segments of the hour-long development recording
and of three conversations. Each segment is analysed once. Where a recording repeats it, its
embeddings are perturbed about as much as by real noise. The measurement covers the parts of
diarization whose cost grows with the length: windows, clustering and turns.
"""

from __future__ import annotations

import argparse
import json
import pickle
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.composed_voices import Excerpt, compose, find_excerpts
from benchmarks.dev_recordings import REPOSITORY, THE_HOUR, read_truth, require_dev_data
from benchmarks.tables import percent, print_table
from pipeline.audio.decode import read_audio
from pipeline.core.options import SpeakerCount
from pipeline.core.transcript import SpeakerTurn
from pipeline.metrics import DiarizationErrors, diarization_errors
from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.speakers.clustering.voice_clusterer import VoiceClusterer, label_windows
from pipeline.speakers.diarization_options import (
    BorderOptions,
    ClusteringOptions,
    DiarizationOptions,
)
from pipeline.speakers.embedding.campplus import QUANTIZED_GRAPH, CampPlusEmbedder
from pipeline.speakers.embedding.windows import windows_along
from pipeline.speakers.segmentation.frame_turns import label_frames, turns_of_frames
from pipeline.speakers.segmentation.segmentation_model import SegmentationModel
from pipeline.transcription.loader import EMBEDDER_MODEL, SEGMENTATION_MODEL, VAD_MODEL
from pipeline.vad.fsmn import FsmnVad

SOURCES = (THE_HOUR, "d_conv10_zh", "d_conv10_en", "d_conv6_zh")
LENGTHS_H = (1 / 6, 1.0, 4.0, 10.0)
COLLAR_MS = 250
SEED = 0
_MS_PER_H = 3_600_000
_KB_PER_MB = 1024


def main() -> None:
    """Measure each recording length in a separate process, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--hours", type=float, nargs="+", default=LENGTHS_H)
    add("--speakers", type=int, default=12)
    add("--pool", type=Path, help="file of the analysed parts; created if it does not exist")
    add("--max-compared", type=int, default=ClusteringOptions().max_compared)
    add("--worker", type=float, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker is not None:
        print(json.dumps(_measure(chosen)))
        return
    with TemporaryDirectory() as folder:
        pool = chosen.pool or Path(folder) / "excerpts.pickle"
        if not pool.is_file():
            pool.write_bytes(pickle.dumps(_excerpts_of_sources()))
        common = ["--pool", str(pool), "--speakers", str(chosen.speakers)]
        common += ["--max-compared", str(chosen.max_compared)]
        rows = [_row(hours, common) for hours in chosen.hours]
    header = ["hours", "windows", "DER %", "collar 0.25 s", "speakers", "clustering s", "peak MB"]
    print_table(header, rows)


def _excerpts_of_sources() -> list[Excerpt]:
    store = open_model_store(ModelLocations(offline=True))
    vad, segmentation, voices = map(store.locate, (VAD_MODEL, SEGMENTATION_MODEL, EMBEDDER_MODEL))
    found: list[Excerpt] = []
    for name in SOURCES:
        truth = read_truth(require_dev_data() / "conv" / f"{name}.rttm")
        found += find_excerpts(
            read_audio(truth.path),
            truth.turns,
            vad=FsmnVad(vad.path("model.onnx"), vad.path("am.mvn")),
            segmentation=SegmentationModel(segmentation.path("model.onnx")),
            embedder=CampPlusEmbedder(voices.path(QUANTIZED_GRAPH)),
        )
        print(f"{name}: {len(found)} excerpts so far", file=sys.stderr)
    return found


def _row(hours: float, flags: list[str]) -> list[str]:
    command = [sys.executable, "-m", "benchmarks.long_diarization", *flags, "--worker", str(hours)]
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, check=True, text=True)
    found = json.loads(done.stdout)
    return [
        f"{hours:.2f}",
        str(found["windows"]),
        percent(found["strict"]),
        percent(found["with_collar"]),
        f"{found['true']} -> {found['found']}",
        f"{found['seconds']:.1f}",
        f"{found['before_mb']:.0f} + {found['peak_mb'] - found['before_mb']:.0f}",
    ]


def _measure(chosen: argparse.Namespace) -> dict[str, float]:
    excerpts: list[Excerpt] = pickle.loads(chosen.pool.read_bytes())
    duration_ms = round(chosen.worker * _MS_PER_H)
    recording = compose(excerpts, duration_ms=duration_ms, num_speakers=chosen.speakers, seed=SEED)
    options, borders = DiarizationOptions(), BorderOptions()
    windows = tuple(windows_along(recording.pieces, options.windows))
    embeddings = recording.embeddings_of(windows, seed=SEED)
    clusterer = VoiceClusterer(replace(options.clustering, max_compared=chosen.max_compared))
    before_mb, begin = _peak_mb(), time.process_time()
    labels = label_windows(
        clusterer, windows, embeddings, SpeakerCount(), shortest_ms=options.min_clustered_ms
    )
    seconds = time.process_time() - begin
    frames = label_frames(recording.pieces, windows, labels, len(recording.overlap))
    turns = turns_of_frames(frames, recording.overlap > borders.overlap, borders)
    return {
        "windows": len(windows),
        "seconds": seconds,
        "before_mb": before_mb,
        "peak_mb": _peak_mb(),
        "strict": _errors(recording.turns, turns, collar_ms=0).rate,
        "with_collar": _errors(recording.turns, turns, collar_ms=COLLAR_MS).rate,
        "true": len({turn.speaker for turn in recording.turns}),
        "found": len({turn.speaker for turn in turns}),
    }


def _errors(
    truth: tuple[SpeakerTurn, ...], found: tuple[SpeakerTurn, ...], *, collar_ms: int
) -> DiarizationErrors:
    return diarization_errors(truth, found, collar_ms=collar_ms)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KB_PER_MB


if __name__ == "__main__":
    main()
