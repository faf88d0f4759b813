"""Memory and speed of a live session over hours of audio.

python -m benchmarks.live_soak [--hours 3] [--text] [--random-voices]

The development conversations are repeated and fed on a virtual clock, which advances by the CPU
time of each step. CPU time, memory and the delay of final texts after their last word are compared
between the first and the last minutes. Without `--text` no recogniser runs, with `--random-voices`
no speaker embedding network. Interim texts are made in the compared minutes alone: in between, the
session is told of a backlog. So hours of audio take minutes.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from benchmarks.dev_recordings import require_dev_data
from benchmarks.live_measures import percentiles
from benchmarks.live_speakers import RECORDINGS, NoText
from benchmarks.process_tree import tree_bytes
from benchmarks.tables import print_table
from benchmarks.virtual_clock import VirtualClock
from pipeline.audio.decode import read_audio
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.intervals import Interval
from pipeline.core.progress import Report, ignore_report
from pipeline.live.events import FinalText, LiveEvent
from pipeline.live.models import LiveModels, load_live_models
from pipeline.live.options import LiveOptions
from pipeline.live.segmenter import BLOCK_SAMPLES
from pipeline.live.session import LiveSession
from pipeline.models.locations import ModelLocations
from pipeline.speakers.embedding.campplus import EMBEDDING_DIM

_MINUTE_SAMPLES = 60 * SAMPLE_RATE_HZ
_COMPARED = 10  # minutes at the start and at the end
_BACKLOG_MS = 60_000  # at which no interim text is made
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


@dataclass(slots=True)
class Minute:
    """Cost of one minute of audio.

    Attributes:
        cpu_s: CPU seconds.
        memory_mb: memory after it.
        delays_s: delays of the final texts after their last word.
    """

    cpu_s: float = 0.0
    memory_mb: float = 0.0
    delays_s: list[float] = field(default_factory=list)


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
    minutes: list[Minute] = []
    for minute in _minutes(models, options, round(60 * chosen.hours)):
        minutes.append(minute)
        if len(minutes) % _COMPARED == 0:
            print(f"{len(minutes)} minutes: {minute.memory_mb:.1f} MB", flush=True)
    _print(minutes)


def _minutes(models: LiveModels, options: LiveOptions, count: int) -> Iterator[Minute]:
    """Transcribe `count` minutes of audio; yield the cost of each."""
    sound = np.concatenate(
        [read_audio(require_dev_data() / "conv" / f"{name}.flac").pcm for name in RECORDINGS]
    )
    blocks = cycle(np.split(sound, range(BLOCK_SAMPLES, len(sound), BLOCK_SAMPLES))[:-1])
    clock = VirtualClock()
    number = 0

    def existing_ms() -> int:
        is_compared = not _COMPARED <= number < count - _COMPARED
        return clock.existing_ms() + (0 if is_compared else _BACKLOG_MS)

    session = LiveSession(models, options, clock=existing_ms)
    for number in range(count):
        minute, before_s = Minute(), clock.cpu_s
        while session.num_samples < (number + 1) * _MINUTE_SAMPLES:
            clock.wait_for(session.num_samples + BLOCK_SAMPLES)
            with clock.work():
                for event in session.follow(next(blocks)):
                    minute.delays_s += _delays(event, clock.now_s)
        minute.cpu_s = clock.cpu_s - before_s
        minute.memory_mb = tree_bytes(os.getpid()) / _MB
        yield minute


def _delays(event: LiveEvent, now_s: float) -> list[float]:
    if not isinstance(event, FinalText) or not event.sentences:
        return []
    return [now_s - event.sentences[-1].end_ms / 1000]


def _print(minutes: Sequence[Minute]) -> None:
    rows = [
        [
            name,
            f"{np.mean([each.cpu_s for each in part]) / 60:.3f}",
            percentiles([delay for each in part for delay in each.delays_s]),
            f"{part[-1].memory_mb:.1f}",
        ]
        for name, part in (
            ("first ten minutes", minutes[:_COMPARED]),
            ("last ten minutes", minutes[-_COMPARED:]),
        )
    ]
    print_table(("", "CPU of a core", "final text after, s", "memory in MB"), rows)
    print(f"{len(minutes)} minutes of sound")


if __name__ == "__main__":
    main()
