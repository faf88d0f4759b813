"""Memory and speed of a live session over hours of audio.

python -m benchmarks.live_soak [--hours 3] [--text] [--random-voices]

The development conversations are repeated and fed without waiting: the CPU time of a minute of
audio, at the start and at the end, is measured in place of the delay. Without `--text` no
recogniser runs, with `--random-voices` no speaker embedding network, so that hours of audio take
minutes.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from benchmarks.dev_recordings import require_dev_data
from benchmarks.live_speakers import RECORDINGS, NoText
from benchmarks.process_tree import tree_bytes
from benchmarks.tables import print_table
from pipeline.audio.decode import read_audio
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.intervals import Interval
from pipeline.core.progress import Report, ignore_report
from pipeline.live.models import LiveModels, load_live_models
from pipeline.live.options import LiveOptions
from pipeline.live.segmenter import BLOCK_SAMPLES
from pipeline.live.session import LiveSession
from pipeline.models.locations import ModelLocations
from pipeline.speakers.embedding.campplus import EMBEDDING_DIM

_MINUTE_SAMPLES = 60 * SAMPLE_RATE_HZ
_FIRST_MINUTES = 10  # before memory is compared
_NUM_VOICES = 6
_VOICE_MS = 20_000
_LOUDNESS = 0.05  # of what differs from window to window
_MB = 1_000_000


class RandomVoices:
    """Speaker embedder that returns the embeddings of another random voice every 20 s."""

    def embed(
        self,
        audio: Audio,  # noqa: ARG002
        windows: Sequence[Interval],
        *,
        report: Report = ignore_report,  # noqa: ARG002
    ) -> NDArray[np.float32]:
        """Return one random embedding per window."""
        found = np.stack([self._embedding(each) for each in windows])
        lengths: NDArray[np.float32] = np.linalg.norm(found, axis=1, keepdims=True)
        return (found / lengths).astype(np.float32)

    def _embedding(self, window: Interval) -> NDArray[np.float64]:
        noise = np.random.default_rng(window.start_ms).normal(size=EMBEDDING_DIM) * _LOUDNESS
        noise[window.start_ms // _VOICE_MS % _NUM_VOICES] += 1.0
        return noise


@dataclass(frozen=True, slots=True)
class Minute:
    """Cost of one minute of audio: CPU seconds, and memory after it."""

    cpu_s: float
    memory_mb: float


def main() -> None:
    """Run a session and print its memory and speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--text", action="store_true")
    parser.add_argument("--random-voices", action="store_true")
    chosen = parser.parse_args()
    options = LiveOptions(language="zh", recognizer="whisper")
    models = load_live_models(ModelLocations(offline=True), options)
    if not chosen.text:
        models = replace(models, open_recognizer=lambda _: NoText())
    if chosen.random_voices:
        models = replace(models, embedder=RandomVoices())
    minutes = list(_minutes(models, options, round(60 * chosen.hours)))
    _print(minutes)


def _minutes(models: LiveModels, options: LiveOptions, count: int) -> Iterator[Minute]:
    """Transcribe `count` minutes of audio; yield the cost of each."""
    process = os.getpid()
    sound = np.concatenate(
        [read_audio(require_dev_data() / "conv" / f"{name}.flac").pcm for name in RECORDINGS]
    )
    places = cycle(range(0, len(sound) - BLOCK_SAMPLES, BLOCK_SAMPLES))
    session = LiveSession(models, options)
    for _ in range(count):
        began_s = time.process_time()
        for _ in range(_MINUTE_SAMPLES // BLOCK_SAMPLES):
            place = next(places)
            session.feed(sound[place : place + BLOCK_SAMPLES])
        yield Minute(time.process_time() - began_s, tree_bytes(process) / _MB)


def _print(minutes: Sequence[Minute]) -> None:
    first, last = minutes[:_FIRST_MINUTES], minutes[-_FIRST_MINUTES:]
    rows = [
        [name, f"{np.mean([each.cpu_s for each in part]) / 60:.3f}", f"{part[-1].memory_mb:.1f}"]
        for name, part in (("first ten minutes", first), ("last ten minutes", last))
    ]
    print_table(("", "CPU of a core", "memory in MB"), rows)
    print(f"{len(minutes)} minutes of sound")


if __name__ == "__main__":
    main()
