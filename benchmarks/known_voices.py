"""Accuracy of known voices on two recordings of each speaker of the development conversations.

python -m benchmarks.known_voices

The turns of the conversations without noise, each source file once, are divided at random into two
recordings per speaker such that no source file is in both; one is the remembered voice, the other
the speaker to identify. A speaker with one source file, or with too little speech for two
recordings, is remembered only. Two rates are reported: false accepts of pairs at the cosine that
accepts 95 % of the pairs of one person, and wrong names among the names that the page offers, when
the person is remembered and when they are not.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.dev_recordings import THE_HOUR, read_json, require_dev_data
from benchmarks.loaded_pipeline import benchmark_parser
from benchmarks.tables import print_table
from pipeline.audio.decode import read_audio
from pipeline.core.intervals import Interval
from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.speakers.clustering.sentence_voices import SentenceVoices, sentence_voices
from pipeline.speakers.embedding.campplus import QUANTIZED_GRAPH, CampPlusEmbedder
from pipeline.speakers.embedding.windows import windows_over
from pipeline.speakers.protocol import SpeakerEmbedder
from pipeline.speakers.voice_prints import VoicePrint, cosine_of, known_voice, voice_print
from pipeline.transcription.loader import EMBEDDER_MODEL

CONVERSATIONS = (
    "d_conv10_en",
    "d_conv10_zh",
    "d_conv2_zh",
    "d_conv3_zh",
    "d_conv4_zh",
    "d_conv5_zh_text",
    "d_conv6_zh",
    THE_HOUR,
)
DIVISIONS = 20  # random ones
MOST_TAKES = 40  # of a speaker
LEAST_MS, MOST_MS = 6_000, 30_000  # of speech in a recording
TRUE_ACCEPTS = 0.95
MOST_FALSE_ACCEPTS, MOST_WRONG_NAMES = 0.005, 0.01
_WINDOW_MS, _HOP_MS = 1_500, 750

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A turn of a speaker with its embedding, and the source file that it was cut from."""

    speaker: str
    source: str
    length_ms: int
    voice: SentenceVoices


@dataclass(slots=True)
class Outcome:
    """Cosines of pairs and counts of offered names, over all divisions."""

    same: list[float] = field(default_factory=list)
    different: list[float] = field(default_factory=list)
    tried: int = 0
    right_names: int = 0
    wrong_names: int = 0
    strangers: int = 0
    named_strangers: int = 0

    def threshold(self) -> float:
        """Return the cosine that accepts TRUE_ACCEPTS of the pairs of one person."""
        return float(np.quantile(self.same, 1.0 - TRUE_ACCEPTS))

    def false_accepts(self) -> float:
        """Return the share of pairs of two people at or above the threshold."""
        return float((np.array(self.different) >= self.threshold()).mean())

    def wrong_share(self) -> float:
        """Return the share of wrong names among the names offered for remembered people."""
        return self.wrong_names / max(1, self.wrong_names + self.right_names)


def main() -> None:
    """Measure all divisions and print the figures; exit with 1 if one is out of bounds."""
    chosen = benchmark_parser(__doc__).parse_args()
    store = open_model_store(ModelLocations(chosen.model_cache, offline=True))
    embedder = CampPlusEmbedder(store.locate(EMBEDDER_MODEL).path(QUANTIZED_GRAPH))
    takes = list(_takes(require_dev_data() / "conv", embedder))
    outcome = Outcome()
    for seed in range(DIVISIONS):
        _compare(*_divided(takes, np.random.default_rng(seed)), outcome)
    header = ["what", "share", "of"]
    print_table(
        header,
        [
            [
                f"false accepts at the cosine of {outcome.threshold():.2f}, which accepts 95 %",
                f"{outcome.false_accepts():.2%}",
                f"{len(outcome.different)} pairs of two people ({len(outcome.same)} of one)",
            ],
            [
                "wrong names among those offered",
                f"{outcome.wrong_share():.2%}",
                str(outcome.wrong_names + outcome.right_names),
            ],
            [
                "remembered people who are named rightly",
                f"{outcome.right_names / max(1, outcome.tried):.2%}",
                str(outcome.tried),
            ],
            [
                "people who are not remembered but named",
                f"{outcome.named_strangers / max(1, outcome.strangers):.2%}",
                str(outcome.strangers),
            ],
        ],
    )
    is_met = (
        outcome.false_accepts() <= MOST_FALSE_ACCEPTS and outcome.wrong_share() <= MOST_WRONG_NAMES
    )
    sys.exit(0 if is_met else 1)


def _takes(folder: Path, embedder: SpeakerEmbedder) -> Iterator[Take]:
    """Yield the turns of the conversations, each part of a source file once."""
    seen: set[tuple[str, float]] = set()
    counts: Counter[str] = Counter()
    for name in CONVERSATIONS:
        truth = read_json(folder / f"{name}.json")
        turns = []
        for turn in truth["turns"]:
            part = (turn["source"]["path"], turn["source"]["offset"])
            if part not in seen and counts[turn["speaker"]] < MOST_TAKES:
                seen.add(part)
                counts[turn["speaker"]] += 1
                turns.append(turn)
        spoken = [
            Interval(*(round(1000 * turn[end]) for end in ("start", "end"))) for turn in turns
        ]
        windows = windows_over(spoken, window_ms=_WINDOW_MS, hop_ms=_HOP_MS)
        embeddings = embedder.embed(read_audio(folder / truth["file"]), windows)
        labels = np.zeros(len(windows), dtype=np.int64)
        voices = sentence_voices(windows, embeddings, labels, spoken)
        for number, (turn, interval) in enumerate(zip(turns, spoken, strict=True)):
            voice = voices[np.array([number])]
            yield Take(turn["speaker"], turn["source"]["path"], interval.duration_ms, voice)


def _divided(
    takes: Sequence[Take], random: np.random.Generator
) -> tuple[dict[str, VoicePrint], dict[str, VoicePrint]]:
    """Return the remembered voices and the voices to identify, by speaker."""
    remembered: dict[str, VoicePrint] = {}
    others: dict[str, VoicePrint] = {}
    for speaker in sorted({each.speaker for each in takes}):
        own = [each for each in takes if each.speaker == speaker]
        sources = random.permutation(sorted({each.source for each in own})).tolist()
        first = _print_of([each for each in own if each.source in sources[::2]])
        second = _print_of([each for each in own if each.source in sources[1::2]])
        if first is not None:
            remembered[speaker] = first
        if first is not None and second is not None:
            others[speaker] = second
    return remembered, others


def _print_of(takes: Sequence[Take]) -> VoicePrint | None:
    """Return the voice print of the first MOST_MS of turns; None below LEAST_MS."""
    chosen: list[Take] = []
    total_ms = 0
    for take in takes:
        if total_ms >= MOST_MS:
            break
        chosen.append(take)
        total_ms += take.length_ms
    if total_ms < LEAST_MS:
        return None
    return voice_print(
        SentenceVoices(
            np.concatenate([each.voice.means for each in chosen]),
            np.concatenate([each.voice.num_windows for each in chosen]),
            np.concatenate([each.voice.groups for each in chosen]),
        )
    )


def _compare(
    remembered: dict[str, VoicePrint], others: dict[str, VoicePrint], outcome: Outcome
) -> None:
    """Add the cosines of all pairs, and the names offered with and without the person."""
    for speaker, voice in others.items():
        for name, known in remembered.items():
            cosines = outcome.same if name == speaker else outcome.different
            cosines.append(cosine_of(voice, known))
        found = known_voice(voice, {name: [each] for name, each in remembered.items()})
        outcome.tried += 1
        outcome.right_names += found is not None and found.person == speaker
        outcome.wrong_names += found is not None and found.person != speaker
        strangers = {name: [each] for name, each in remembered.items() if name != speaker}
        outcome.strangers += 1
        outcome.named_strangers += known_voice(voice, strangers) is not None


if __name__ == "__main__":
    main()
