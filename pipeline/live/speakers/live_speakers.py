"""Online diarization of a live recording by incremental and repeated clustering."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval
from pipeline.core.options import SpeakerCount
from pipeline.core.transcript import Sentence, SpeakerTurn
from pipeline.live.speakers.voice_windows import LabelledWindows, VoiceWindows
from pipeline.speakers.clustering.online_clustering import OnlineSpeakers
from pipeline.speakers.clustering.reclustering import counterparts_of, groups_of_segments
from pipeline.speakers.clustering.voice_clusterer import label_windows
from pipeline.speakers.embedding.campplus import EMBEDDING_DIM
from pipeline.speakers.embedding.windows import slide
from pipeline.speakers.protocol import Clusterer, SpeakerEmbedder
from pipeline.speakers.turns import turns_of_windows
from pipeline.transcription.speaker_assignment import give_speakers

WINDOW_MS = 1_500
HOP_MS = 750
SHORTEST_MS = 500  # of a window that takes part in the clustering

_REGROUP_MS = 10_000  # speech between two clusterings
_REGROUP_SHARE = 60  # or this part of all speech, if that is more
_FEWEST_WINDOWS = 7  # of which a clustering is made
_LATER_WINDOWS = 4  # after which its result is used: at a fixed place, however long it takes
_MIN_SHARE_MS = 1_500  # a second voice in a segment counts from here
_RECENT_MS = 3_000  # the speaker of interim text is that of the last seconds


@dataclass(frozen=True, slots=True, eq=False)
class SpeakersState:
    """The state of the provisional speakers, from which diarization continues.

    Attributes:
        windows: windows with their labels.
        num_labels: number of labels given so far.
        spoken_ms: duration of speech in the windows.
        regrouped_ms: duration of speech at the start of the last clustering.
        num_clustered: number of windows of a clustering whose result is not used yet; 0 for none.
        sentences: final sentences so far.
    """

    windows: LabelledWindows
    num_labels: int
    spoken_ms: int
    regrouped_ms: int
    num_clustered: int
    sentences: tuple[Interval, ...]


class LiveSpeakers:
    """Online diarization of one recording; speakers are numbers in order of first appearance.

    Each window of speech is assigned at once to the most similar speaker, or to a new one. At
    intervals all windows are clustered again, and the clusters are mapped to the existing numbers
    such that the least speech changes its speaker. A number without windows is not reused.
    """

    def __init__(
        self, embedder: SpeakerEmbedder, clusterer: Clusterer, num_speakers: SpeakerCount
    ) -> None:
        """Create the diarization of a new recording.

        Args:
            embedder: speaker embedding model.
            clusterer: clustering of the embeddings.
            num_speakers: allowed number of speakers; before the end of the recording only its upper
                bound applies.
        """
        self._embedder = embedder
        self._clusterer = clusterer
        self._num_speakers = num_speakers
        self._windows = VoiceWindows(EMBEDDING_DIM)
        self._online = OnlineSpeakers(num_speakers.at_most)
        self._num_labels = 0
        self._spoken_ms = 0
        self._regrouped_ms = 0
        self._num_clustered = 0
        self._clustering: Future[NDArray[np.int64]] | None = None
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="live-speakers")
        self._sentences: list[Interval] = []

    @property
    def state(self) -> SpeakersState:
        """The state from which `restore` continues."""
        return SpeakersState(
            self._windows.all,
            self._num_labels,
            self._spoken_ms,
            self._regrouped_ms,
            self._num_clustered,
            tuple(self._sentences),
        )

    def restore(self, state: SpeakersState) -> None:
        """Continue from the state of another object."""
        self._windows.restore(state.windows)
        self._num_labels = state.num_labels
        self._online.relabel(
            state.windows.embeddings, state.windows.labels, num_labels=state.num_labels
        )
        self._spoken_ms = state.spoken_ms
        self._regrouped_ms = state.regrouped_ms
        self._sentences = list(state.sentences)
        if state.num_clustered:
            self._start_clustering(state.num_clustered, self._at_most)

    def follow(self, audio: Audio, run: Interval, *, is_over: bool) -> list[tuple[int, int]]:
        """Label the windows of a run of speech that are not labelled yet.

        Args:
            audio: the recording so far.
            run: the part of the run that is certainly speech, from its start.
            is_over: whether the run ends there; otherwise windows that its end could shift are
                skipped.

        Returns:
            Changed speakers of final sentences: (index in order of `assign`, speaker number).
        """
        changes: list[tuple[int, int]] = []
        for start_ms, end_ms in self._new_windows(run, is_over=is_over):
            self._label(audio, Interval(start_ms, end_ms))
            changes += self._regroup_when_due()
        return changes

    def assign(self, sentences: Sequence[Sentence], segment: Interval) -> tuple[Sentence, ...]:
        """Assign speakers to the sentences of a segment, splitting them where the speaker changes.

        Args:
            sentences: sorted by start.
            segment: the segment, whose windows were labelled by `follow`.
        """
        found = give_speakers(sentences, self._turns_in(segment))
        self._sentences += [Interval(each.start_ms, each.end_ms) for each in found]
        return found

    def likeness(self, interval: Interval, speaker: int) -> float | None:
        """Return the cosine similarity of the speaker's mean embeddings in an interval and overall.

        The result is None if the speaker has no window in the interval.
        """
        windows = self._windows.all
        is_speaker = windows.labels == speaker
        is_inside = (windows.times_ms[:, 0] < interval.end_ms) & (
            windows.times_ms[:, 1] > interval.start_ms
        )
        if not (is_speaker & is_inside).any():
            return None
        here = windows.embeddings[is_speaker & is_inside].sum(axis=0)
        everywhere = windows.embeddings[is_speaker].sum(axis=0)
        lengths = np.linalg.norm(here) * np.linalg.norm(everywhere)
        return round(float(here @ everywhere / lengths), 3)

    def recent_speaker(self, now_ms: int, *, since_ms: int) -> int | None:
        """Return the speaker of most of the last seconds before a time, None if unknown.

        Args:
            now_ms: end of the seconds to consider.
            since_ms: ignore speech before this time.
        """
        first_ms = max(since_ms, now_ms - _RECENT_MS)
        if first_ms >= now_ms:
            return None
        shared = self._shared_ms(Interval(first_ms, now_ms))
        return int(shared.argmax()) if shared.any() else None

    def finish(self) -> list[tuple[int, int]]:
        """End the recording with a last clustering; return the changes as `follow` does."""
        changes = self._use_clustering()
        if len(self._windows) >= _FEWEST_WINDOWS:
            self._start_clustering(len(self._windows), self._num_speakers)
            changes += self._use_clustering()
        self._threads.shutdown()
        return list(dict(changes).items())

    def _new_windows(self, run: Interval, *, is_over: bool) -> list[tuple[int, int]]:
        windows = [
            (run.start_ms + start_ms, run.start_ms + end_ms)
            for start_ms, end_ms in slide(run.duration_ms, size=WINDOW_MS, hop=HOP_MS)
        ]
        if not is_over:
            windows = [
                (start_ms, end_ms)
                for start_ms, end_ms in windows
                if (start_ms - run.start_ms) % HOP_MS == 0 and end_ms - start_ms == WINDOW_MS
            ]
        return [each for each in windows if each[1] > self._windows.end_ms]

    def _label(self, audio: Audio, window: Interval) -> None:
        embedding = self._embedder.embed(audio, [window])[0]
        label = self._online.assign(embedding)
        self._windows.append(window, embedding, label)
        self._num_labels = max(self._num_labels, label + 1)
        self._spoken_ms += min(HOP_MS, window.duration_ms)

    def _regroup_when_due(self) -> list[tuple[int, int]]:
        num_windows = len(self._windows)
        if self._clustering is not None:
            is_time = num_windows >= self._num_clustered + _LATER_WINDOWS
            return self._use_clustering() if is_time else []
        needed_ms = max(_REGROUP_MS, self._spoken_ms // _REGROUP_SHARE)
        if num_windows >= _FEWEST_WINDOWS and self._spoken_ms - self._regrouped_ms >= needed_ms:
            self._regrouped_ms = self._spoken_ms
            self._start_clustering(num_windows, self._at_most)
        return []

    @property
    def _at_most(self) -> SpeakerCount:
        """The upper bound on the number of speakers, which alone applies before the end."""
        return SpeakerCount(at_most=self._num_speakers.at_most)

    def _start_clustering(self, num_windows: int, num_speakers: SpeakerCount) -> None:
        windows = self._windows.first(num_windows)
        self._num_clustered = num_windows
        self._clustering = self._threads.submit(
            label_windows,
            self._clusterer,
            windows.intervals,
            windows.embeddings,
            num_speakers,
            shortest_ms=SHORTEST_MS,
        )

    def _use_clustering(self) -> list[tuple[int, int]]:
        """Wait for the clustering and relabel the windows; return changed speakers of sentences."""
        if self._clustering is None:
            return []
        groups = self._clustering.result()
        before = self._windows.all
        self._clustering, self._num_clustered = None, 0
        clustered = self._windows.first(len(groups))
        numbers = self._numbers_of(groups, clustered)
        self._windows.relabel(numbers[groups])
        after = self._windows.all
        self._online.relabel(after.embeddings, after.labels, num_labels=self._num_labels)
        return self._changes(before, after)

    def _numbers_of(self, groups: NDArray[np.int64], windows: LabelledWindows) -> NDArray[np.int64]:
        """Return the speaker number of each cluster, a new one without a counterpart."""
        names = counterparts_of(
            groups.tolist(),
            windows.intervals,
            [str(label) for label in windows.labels.tolist()],
            int(groups.max()) + 1,
        )
        numbers: list[int] = []
        for name in names:
            numbers.append(self._num_labels if name is None else int(name))
            self._num_labels = max(self._num_labels, numbers[-1] + 1)
        return np.array(numbers, dtype=np.int64)

    def _changes(self, before: LabelledWindows, after: LabelledWindows) -> list[tuple[int, int]]:
        windows = after.intervals
        old = groups_of_segments(windows, before.labels, self._sentences)
        new = groups_of_segments(windows, after.labels, self._sentences)
        return [
            (number, is_now)
            for number, (was, is_now) in enumerate(zip(old, new, strict=True))
            if is_now is not None and was != is_now
        ]

    def _shared_ms(self, interval: Interval) -> NDArray[np.int64]:
        """Return the overlap of each speaker's windows with an interval in ms: (num_labels,)."""
        windows = self._windows.all
        starts_ms, ends_ms = windows.times_ms[:, 0], windows.times_ms[:, 1]
        shared_ms = np.minimum(ends_ms, interval.end_ms) - np.maximum(starts_ms, interval.start_ms)
        return np.bincount(
            windows.labels, weights=np.maximum(shared_ms, 0), minlength=self._num_labels
        ).astype(np.int64)

    def _turns_in(self, segment: Interval) -> tuple[SpeakerTurn, ...]:
        """Return the turns in a segment, omitting speakers with little speech in it."""
        windows = self._windows.all
        first, stop = (
            np.searchsorted(windows.times_ms[:, 1], segment.start_ms, "right"),
            len(windows),
        )
        inside = [
            number
            for number in range(int(first), stop)
            if windows.times_ms[number, 0] < segment.end_ms
        ]
        if not inside:
            return ()
        intervals = [Interval(*map(int, windows.times_ms[each])) for each in inside]
        turns = turns_of_windows(
            intervals,
            windows.labels[inside],
            [Interval(intervals[0].start_ms, max(each.end_ms for each in intervals))],
            duration_ms=intervals[-1].end_ms,
        )
        return _long_enough(turns, segment)


def _long_enough(turns: Sequence[SpeakerTurn], segment: Interval) -> tuple[SpeakerTurn, ...]:
    """Return the turns of the speakers with enough speech and of the main speaker."""
    shares_ms: dict[str, int] = {}
    for turn in turns:
        shares_ms[turn.speaker] = shares_ms.get(turn.speaker, 0) + turn.overlap_ms(segment)
    main = max(shares_ms, key=lambda speaker: shares_ms[speaker])
    kept = {speaker for speaker, ms in shares_ms.items() if ms >= _MIN_SHARE_MS} | {main}
    return tuple(turn for turn in turns if turn.speaker in kept)


def speaker_number(speaker: str | None) -> int | None:
    """Convert a speaker label to a number, "S1" to 0; return None for None."""
    return None if speaker is None else int(speaker.removeprefix("S")) - 1
