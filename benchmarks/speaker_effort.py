"""Number of actions that correct a diarization with a wrong number of speakers.

python -m benchmarks.speaker_effort [--long]

Each development recording is diarized with two speakers fewer and two more than it has, and by the
classic profile. A simulated practised annotator listens to it once and corrects each wrong sentence
with one key, also for a new speaker; when the page proposes other sentences of the voice, the
annotator declines the wrong proposals and accepts the others. It is compared with one dropdown in
each row (two clicks per wrong row). Sentences are the turns of a diarization without a given
number, cut at five seconds; the correct speaker of a sentence is the reference speaker of most of
it. With --long, the recording of an hour is measured too.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from benchmarks.dev_recordings import THE_HOUR, TrueRecording, read_truth, require_dev_data
from benchmarks.loaded_pipeline import benchmark_parser, diarization_options, load
from benchmarks.tables import percent, print_table
from pipeline.audio.decode import read_audio
from pipeline.core.intervals import Interval
from pipeline.core.options import PipelineOptions, Profile, SpeakerCount
from pipeline.core.result import SpeakerEvidence
from pipeline.core.transcript import SpeakerTurn
from pipeline.speakers.clustering.reclustering import groups_of_segments, recluster_voices
from pipeline.speakers.clustering.sentence_voices import SentenceVoices, sentence_voices
from pipeline.speakers.clustering.speaker_proposals import SpeakerDecisions, propose_speakers
from pipeline.speakers.turns import speaker_name
from pipeline.transcription.pipeline import Pipeline

SENTENCE_MS = 5_000
DROPDOWN_ACTIONS = 2  # to open and to choose
DECLINE_ACTIONS = 2  # to go to the row and to decline it
CORRECTIONS = 3  # of each speaker, before the recall is measured
NUM_WINDOWS = 10_000  # whose scoring is timed
MOST_ACTIONS, LEAST_PRECISION, LEAST_RECALL, MOST_SECONDS = 0.20, 0.98, 0.70, 0.3
MOST_HOUR_ACTIONS = 40  # less than this many for the recording of an hour, each way


@dataclass(slots=True)
class Effort:
    """Counts of actions and of proposals; recall counts wrong sentences after three corrections."""

    actions: int = 0
    dropdown_actions: int = 0
    proposed: int = 0
    proposed_right: int = 0
    wrong: int = 0
    found: int = 0

    def __add__(self, other: Effort) -> Effort:
        return Effort(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def cells(self) -> list[str]:
        """Return the cells of a table row: actions, their share, precision and recall."""
        return [
            f"{self.actions} / {self.dropdown_actions}",
            percent(self.actions / max(1, self.dropdown_actions)),
            percent(self.proposed_right / max(1, self.proposed)),
            percent(self.found / max(1, self.wrong)),
        ]


@dataclass(frozen=True, slots=True, eq=False)
class Diarized:
    """Sentences of a diarized recording: embeddings, estimated speakers and correct ones."""

    evidence: SpeakerEvidence
    sentences: list[Interval]
    found: NDArray[np.int64]
    right: NDArray[np.int64]

    @property
    def task(self) -> Task:
        """The task of correcting the estimated speakers."""
        evidence = self.evidence
        voices = sentence_voices(
            evidence.windows, evidence.embeddings, evidence.labels, self.sentences
        )
        return Task(voices, self.right, self.found)


@dataclass(frozen=True, slots=True)
class Task:
    """Sentences of a recording with their voices, correct speakers and estimated speakers."""

    voices: SentenceVoices
    right: NDArray[np.int64]
    found: NDArray[np.int64]


@dataclass(slots=True)
class Annotator:
    """Simulated annotator who corrects the speakers of one recording, with counted actions."""

    task: Task
    speakers: NDArray[np.int64] = field(init=False)
    decided: set[int] = field(default_factory=set)
    declined: set[tuple[int, str]] = field(default_factory=set)
    effort: Effort = field(default_factory=Effort)

    def __post_init__(self) -> None:
        self.speakers = self.task.found.copy()

    def correct_all(self) -> Effort:
        """Correct each wrong sentence, sorted by time; return the counts."""
        number_of = speakers_by_voice(self.task)
        self.effort.dropdown_actions = DROPDOWN_ACTIONS * int(wrong_sentences(self.task).sum())
        for row, voice in enumerate(self.task.right):
            if int(voice) not in number_of:
                number_of[int(voice)] = int(self.speakers.max()) + 1
            speaker = number_of[int(voice)]
            if self.speakers[row] == speaker:
                continue
            self.effort.actions += 1
            self.give([row], speaker)
            self._answer_proposals(speaker, number_of)
        return self.effort

    def give(self, rows: list[int], speaker: int) -> None:
        """Assign sentences to a speaker and mark them as decided."""
        self.speakers[rows] = speaker
        self.decided.update(rows)

    def proposals(self) -> list[tuple[int, int]]:
        """Return the proposals as (sentence, speaker) pairs."""
        numbers = range(len(self.speakers))
        found = propose_speakers(
            self.task.voices,
            SpeakerDecisions(
                [None if each < 0 else str(each) for each in self.speakers],
                [each in self.decided for each in numbers],
                [each not in self.decided for each in numbers],
                self.declined,
            ),
        )
        return [(each.sentence, int(each.speaker)) for each in found]

    def _answer_proposals(self, speaker: int, number_of: dict[int, int]) -> None:
        rows = [row for row, proposed in self.proposals() if proposed == speaker]
        right = [row for row in rows if number_of.get(int(self.task.right[row])) == speaker]
        self.effort.proposed += len(rows)
        self.effort.proposed_right += len(right)
        if not right:
            return
        wrong = [row for row in rows if row not in right]
        self.effort.actions += 1 + DECLINE_ACTIONS * len(wrong) + bool(wrong)
        self.declined.update((row, str(speaker)) for row in wrong)
        self.give(right, speaker)


def speakers_by_voice(task: Task) -> dict[int, int]:
    """Return {voice: estimated speaker with most of its sentences}, one to one."""
    counts = _counts(task)
    found: dict[int, int] = {}
    for speaker in sorted(range(len(counts)), key=lambda each: -int(counts[each].max())):
        if counts[speaker].any():
            found.setdefault(int(counts[speaker].argmax()), speaker)
    return found


def recall_after_corrections(task: Task) -> Effort:
    """Correct three sentences of each speaker; count remaining wrong and rightly proposed ones."""
    random = np.random.default_rng(0)
    annotator = Annotator(task)
    number_of = speakers_by_voice(task)
    for voice in np.unique(task.right):
        number_of.setdefault(int(voice), max(*number_of.values(), int(task.found.max())) + 1)
    right = np.array([number_of[int(voice)] for voice in task.right])
    for speaker in number_of.values():
        wrong = np.flatnonzero((right == speaker) & (annotator.speakers != speaker))
        annotator.give(random.permutation(wrong)[:CORRECTIONS].tolist(), speaker)
    wrong_now = int((annotator.speakers != right).sum())
    found = sum(int(right[row] == speaker) for row, speaker in annotator.proposals())
    return Effort(wrong=wrong_now, found=found)


def _counts(task: Task) -> NDArray[np.int64]:
    """Return the number of sentences by estimated speaker (row) and correct one (column)."""
    size = 1 + max(int(task.found.max()), int(task.right.max()))
    counts = np.zeros((size, size), dtype=np.int64)
    has_speaker = task.found >= 0
    np.add.at(counts, (task.found[has_speaker], task.right[has_speaker]), 1)
    return counts


def wrong_sentences(task: Task) -> NDArray[np.bool_]:
    """Return which sentences are wrong under the best one-to-one speaker mapping."""
    counts = _counts(task)
    counterparts = np.full(len(counts), -1)
    rows, columns = linear_sum_assignment(counts, maximize=True)
    counterparts[rows] = columns
    is_wrong: NDArray[np.bool_] = (task.found < 0) | (counterparts[task.found] != task.right)
    return is_wrong


def main() -> None:
    """Measure all recordings and print the figures; exit with 1 if one is out of bounds."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--long", action="store_true", help="measure the hour-long one too")
    chosen = parser.parse_args()
    options = diarization_options(chosen)
    pipelines = [
        (each, load(chosen, each)) for each in (options, replace(options, profile=Profile.CLASSIC))
    ]
    rows, total, hour_actions = [], Effort(), 0
    for recording in _recordings(with_the_hour=chosen.long):
        for name, task in _tasks(pipelines, recording).items():
            effort = Annotator(task).correct_all() + recall_after_corrections(task)
            total += effort
            rows.append([recording.path.stem, name, *effort.cells()])
            if recording.path.stem == THE_HOUR:
                hour_actions = max(hour_actions, effort.actions)
    seconds = _seconds_of_scoring()
    header = ["recording", "speakers", "actions / dropdowns", "%", "precision %", "recall %"]
    print_table(header, [*rows, ["all", "", *total.cells()]])
    print(f"{NUM_WINDOWS} windows are scored in {1000 * seconds:.0f} ms")
    is_met = (
        total.actions <= MOST_ACTIONS * total.dropdown_actions
        and hour_actions < MOST_HOUR_ACTIONS
        and total.proposed_right >= LEAST_PRECISION * total.proposed
        and total.found >= LEAST_RECALL * total.wrong
        and seconds <= MOST_SECONDS
    )
    sys.exit(0 if is_met else 1)


def _recordings(*, with_the_hour: bool) -> list[TrueRecording]:
    data = require_dev_data()
    folders = (data / "conv", data / "meetings")
    found: list[Path] = [path for each in folders for path in sorted(each.glob("*.rttm"))]
    return [read_truth(path) for path in found if with_the_hour or path.stem != THE_HOUR]


def _tasks(
    pipelines: Sequence[tuple[PipelineOptions, Pipeline]], recording: TrueRecording
) -> dict[str, Task]:
    """Return the tasks of a recording by name: wrong numbers of speakers, and classic."""
    default, classic = (diarized(*each, recording) for each in pipelines)
    return {
        "-2": reclustered(default, -2),
        "+2": reclustered(default, 2),
        "classic": classic.task,
    }


def diarized(options: PipelineOptions, pipeline: Pipeline, recording: TrueRecording) -> Diarized:
    """Diarize a recording; return its sentences with their estimated and correct speakers."""
    result = pipeline.transcribe(read_audio(recording.path), options)
    names = sorted({turn.speaker for turn in recording.turns})
    labels = {speaker_name(label): label for label in set(result.evidence.labels.tolist())}
    rows = [
        (sentence, labels[turn.speaker], names.index(speaker))
        for turn in result.transcript.turns
        for sentence in _pieces(turn)
        if (speaker := _speaker_of(sentence, recording.turns)) is not None
    ]
    return Diarized(
        evidence=result.evidence,
        sentences=[sentence for sentence, _, _ in rows],
        found=np.array([label for _, label, _ in rows], dtype=np.int64),
        right=np.array([speaker for _, _, speaker in rows], dtype=np.int64),
    )


def _pieces(turn: Interval) -> list[Interval]:
    count = max(1, round(turn.duration_ms / SENTENCE_MS))
    borders = np.linspace(turn.start_ms, turn.end_ms, count + 1).astype(int).tolist()
    return [Interval(*each) for each in pairwise(borders)]


def _speaker_of(sentence: Interval, turns: tuple[SpeakerTurn, ...]) -> str | None:
    shares: dict[str, int] = {}
    for turn in turns:
        common = min(turn.end_ms, sentence.end_ms) - max(turn.start_ms, sentence.start_ms)
        shares[turn.speaker] = shares.get(turn.speaker, 0) + max(0, common)
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] > 0 else None


def reclustered(recording: Diarized, change: int) -> Task:
    """Cluster the sentences into `change` more speakers than the reference has; return a task."""
    evidence, sentences = recording.evidence, recording.sentences
    count = max(1, len(set(recording.right.tolist())) + change)
    clustered = recluster_voices(
        evidence.windows,
        evidence.embeddings,
        SpeakerCount(count, count),
        segments=sentences,
        speakers=[None] * len(sentences),
        is_mixed=evidence.is_mixed,
    )
    labels = np.array(clustered.window_groups, dtype=np.int64)
    voices = sentence_voices(evidence.windows, evidence.embeddings, labels, sentences)
    groups = groups_of_segments(evidence.windows, labels, sentences)
    found = np.array([-1 if each is None else each for each in groups], dtype=np.int64)
    return Task(replace(voices, groups=found), recording.right, found)


def _seconds_of_scoring() -> float:
    """Return the shortest of three times in seconds to score NUM_WINDOWS windows."""
    random = np.random.default_rng(0)
    windows = [Interval(1_500 * i, 1_500 * (i + 1)) for i in range(NUM_WINDOWS)]
    sentences = [Interval(3_000 * i, 3_000 * (i + 1)) for i in range(NUM_WINDOWS // 2)]
    labels = random.integers(10, size=NUM_WINDOWS)
    centres = random.normal(size=(10, 192))
    embeddings = (centres[labels] + random.normal(size=(NUM_WINDOWS, 192))).astype(np.float32)
    names: list[str | None] = [str(labels[2 * i]) for i in range(len(sentences))]
    decided = [i % 50 == 0 for i in range(len(sentences))]
    took = []
    for _ in range(3):
        began = time.perf_counter()
        voices = sentence_voices(windows, embeddings, labels, sentences)
        propose_speakers(voices, SpeakerDecisions(names, decided, [not each for each in decided]))
        took.append(time.perf_counter() - began)
    return min(took)


if __name__ == "__main__":
    main()
