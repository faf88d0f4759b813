"""Command that fits the constants of `assignment_confidence` and plots calibration.

python -m tools.train_speaker_doubt --picture docs/images/speaker_doubt.svg

The development recordings are diarized without a given number of speakers, with one speaker fewer
and with one and two more than they have; more errors than those of the first way are needed for a
fit. A sentence is wrong if its speaker is not the counterpart of the reference speaker of most of
it. Figures are those of leave-one-recording-out: each recording is evaluated with a model fitted to
the others; variants of a conversation count as one recording.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.dev_recordings import short_recordings
from benchmarks.loaded_pipeline import benchmark_parser, diarization_options, load
from benchmarks.speaker_effort import Diarized, diarized, reclustered, wrong_sentences
from pipeline.speakers.clustering.assignment_confidence import assignment_features
from tools.calibration import Floats, Series, calibration_picture, fitted, judged_left_out

FOLDERS = ("conv", "meetings", "real")
CHANGES = (-1, 1, 2)  # of the number of speakers
SHARE, MARKED_FROM = 0.15, 0.5  # of a recording's sentences at most, from this probability on


@dataclass(frozen=True, slots=True)
class Labelled:
    """Features and error labels of the sentences of one diarization.

    Attributes:
        group: recordings of one group are left out together.
        has_own_number: whether the number of speakers was not given.
        features: (num_sentences, 3): lead, cosine and length, NaN without a result.
        is_wrong: (num_sentences,) bool.
    """

    group: str
    has_own_number: bool
    features: Floats
    is_wrong: NDArray[np.bool_]


def main() -> None:
    """Diarize the recordings, fit the constants, and print them with the figures."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--picture", type=Path)
    chosen = parser.parse_args()
    options = diarization_options(chosen)
    pipeline = load(chosen, options)
    found: list[Labelled] = []
    for recording in short_recordings(FOLDERS):
        found += labelled(diarized(options, pipeline, recording), recording.path.stem)
    report(found, chosen.picture)


def labelled(recording: Diarized, name: str) -> Iterator[Labelled]:
    """Yield the sentences of a recording by each way of diarization with several speakers."""
    group = re.sub(r"(d_conv\d+_[a-z]+).*", r"\1", name)
    tasks = [recording.task, *(reclustered(recording, each) for each in CHANGES)]
    for number, task in enumerate(tasks):
        if len(set(task.found.tolist())) > 1:
            features = assignment_features(
                recording.evidence.windows,
                recording.evidence.embeddings,
                recording.sentences,
                [None if each < 0 else str(each) for each in task.found],
            )
            yield Labelled(group, number == 0, features, wrong_sentences(task))


def report(diarizations: Sequence[Labelled], picture: Path | None) -> None:
    """Print the constants and leave-one-out figures; draw the picture if a path is given."""
    sizes = [len(each.is_wrong) for each in diarizations]
    features = np.concatenate([each.features for each in diarizations])
    is_wrong = np.concatenate([each.is_wrong for each in diarizations])
    groups = np.repeat([each.group for each in diarizations], sizes)
    is_judged = ~np.isnan(features[:, 0])
    features, groups = features[is_judged], groups[is_judged]
    weights = fitted(features, is_wrong[is_judged])
    print("intercept, lead, cosine, length:", *np.round(weights, 2))
    doubts = np.zeros(len(is_wrong))
    doubts[is_judged] = judged_left_out(features, is_wrong[is_judged], groups)
    has_own_number = np.repeat([each.has_own_number for each in diarizations], sizes)
    parts = np.split(doubts, np.cumsum(sizes)[:-1])
    marked = np.concatenate([_is_marked(each) for each in parts])
    for name, chosen in (("number found", has_own_number), ("number given", ~has_own_number)):
        print(
            f"{name}: {(marked & is_wrong & chosen).sum()} of {(marked & chosen).sum()} marked "
            f"sentences are wrong; {(is_wrong & chosen).sum()} of {chosen.sum()} are wrong in all"
        )
    if picture is not None:
        own, given = is_judged & has_own_number, is_judged & ~has_own_number
        series = [
            Series("number of speakers found", "#00695c", doubts[own], is_wrong[own]),
            Series("a wrong number given", "#bf7400", doubts[given], is_wrong[given]),
        ]
        picture.write_text(calibration_picture(series, "speakers"), encoding="utf-8")


def _is_marked(doubts: Floats) -> NDArray[np.bool_]:
    """Return whether the page marks each sentence of one diarization."""
    worst = np.argsort(-doubts, kind="stable")[: math.ceil(SHARE * len(doubts))]
    is_marked = np.zeros(len(doubts), dtype=np.bool_)
    is_marked[worst] = doubts[worst] >= MARKED_FROM
    return is_marked


if __name__ == "__main__":
    main()
