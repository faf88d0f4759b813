"""Proposal of speakers for sentences, based on the speakers that users set for others.

A speaker's sentences are drawn from a Gaussian around the speaker's mean embedding, whose prior is
a Gaussian too: the model of probabilistic linear discriminant analysis (Prince and Elder, 2007)
with equal variance in all directions. Sentences whose speaker a user decided are fixed; the
speakers of the others are estimated by expectation maximisation, among all speakers and one unknown
speaker.

Measured by `benchmarks.speaker_effort`; the variances are the means over its recordings.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.speakers.clustering.sentence_voices import NO_GROUP, SentenceVoices

# Energy of the differences in unit embeddings, summed over all dimensions.
SPEAKER_ENERGY = 0.5  # between the mean voices of two speakers, halved
SENTENCE_ENERGY = 0.07  # between long sentences of a speaker
WINDOW_ENERGY = 0.5  # between windows of a speaker
LEAST_WINDOWS = 0.25  # of a sentence; less overlap counts as this much

# The dimensions of an embedding are not independent: within a speaker about 30 of 192 are.
INDEPENDENT_SHARE = 0.15
STAY_LOGIT = 5.0  # prior of a sentence's present speaker
UNKNOWN_LOGIT = 1.0  # prior of a speaker who is not in the list
SHOWN_PROBABILITY = 0.95
ROUNDS = 12
SETTLED = 1e-3  # change of a probability at which the rounds end
# Sentences that count when two groups are compared: their means differ by more than chance
# explains, because groups are made of similar sentences.
COMPARED_ENERGY = 0.2  # of one sentence
COMPARED_SENTENCES = 2
NEGLIGIBLE = 1e-12
_IMPOSSIBLE = -1e9


@dataclass(frozen=True, slots=True)
class SpeakerDecisions:
    """The current speakers of a recording's sentences, with the decisions of users.

    Attributes:
        speakers: speaker of each sentence; None if unknown.
        decided: whether a user set or confirmed the speaker of each sentence.
        open: whether a speaker may be proposed for each sentence.
        declined: (sentence index, speaker) of proposals that users rejected.
    """

    speakers: Sequence[str | None]
    decided: Sequence[bool]
    open: Sequence[bool]
    declined: Collection[tuple[int, str]] = ()


@dataclass(frozen=True, slots=True)
class SpeakerProposal:
    """A proposed speaker of a sentence.

    Attributes:
        sentence: index of the sentence.
        speaker: the proposed speaker, different from the current one.
        probability: from SHOWN_PROBABILITY to 1.
    """

    sentence: int
    speaker: str
    probability: float


def propose_speakers(
    voices: SentenceVoices, decisions: SpeakerDecisions
) -> tuple[SpeakerProposal, ...]:
    """Propose speakers for open sentences, the most probable first.

    Only speakers with a decided sentence are proposed.
    """
    audible = np.flatnonzero(voices.num_windows > 0.0)
    state = _State.of(voices[audible], decisions, audible)
    if not state.decided.any():
        return ()
    with threadpool_limits(1):  # more threads wait for each other on a busy machine
        probabilities = _probabilities(state)
    best = probabilities.argmax(axis=1)
    chance = probabilities[np.arange(len(best)), best]
    has_decided = np.zeros(probabilities.shape[1], dtype=np.bool_)
    has_decided[state.present[state.decided]] = True
    shown = state.open & (best != state.present) & has_decided[best] & (chance >= SHOWN_PROBABILITY)
    order = sorted(np.flatnonzero(shown), key=lambda row: (-chance[row], row))
    return tuple(
        SpeakerProposal(int(audible[row]), state.names[best[row]], float(chance[row]))
        for row in order
    )


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """The model's input: centred sentence means, variance per dimension, and speaker numbers."""

    names: tuple[str, ...]
    means: NDArray[np.float64]
    variance: NDArray[np.float64]
    groups: NDArray[np.int64]
    present: NDArray[np.int64]  # -1 for an unknown speaker
    decided: NDArray[np.bool_]
    open: NDArray[np.bool_]
    declined: tuple[tuple[int, int], ...]  # row and speaker

    @property
    def dim(self) -> int:
        return int(self.means.shape[1])

    @property
    def prior(self) -> float:
        return SPEAKER_ENERGY / self.dim

    @staticmethod
    def of(
        voices: SentenceVoices, decisions: SpeakerDecisions, audible: NDArray[np.int64]
    ) -> _State:
        names = tuple(sorted({each for each in decisions.speakers if each is not None}))
        numbers = {name: number for number, name in enumerate(names)}
        rows = {int(sentence): row for row, sentence in enumerate(audible)}
        present = [
            -1 if name is None else numbers[name]
            for name in (decisions.speakers[sentence] for sentence in audible)
        ]
        speakers = np.array(present, dtype=np.int64)
        decided = np.array([decisions.decided[each] for each in audible], dtype=np.bool_)
        weights = voices.num_windows
        centre = weights @ voices.means / max(float(weights.sum()), LEAST_WINDOWS)
        energy = SENTENCE_ENERGY + WINDOW_ENERGY / np.maximum(weights, LEAST_WINDOWS)
        return _State(
            names=names,
            means=voices.means - centre,
            variance=energy / max(voices.means.shape[1], 1),
            groups=voices.groups,
            present=speakers,
            decided=decided & (speakers >= 0),
            open=np.array([decisions.open[each] for each in audible], dtype=np.bool_),
            declined=tuple(
                (rows[sentence], numbers[speaker])
                for sentence, speaker in sorted(decisions.declined)
                if sentence in rows and speaker in numbers
            ),
        )


def _probabilities(state: _State) -> NDArray[np.float64]:
    """Estimate the probability of each column for each sentence by expectation maximisation.

    The columns are the speakers, the groups of rejected sentences, and the unknown speaker.
    """
    fixed, others = _fixed_columns(state)
    start = _joined_groups(state)
    num_rows, num_known = len(start), len(state.names) + others
    is_fixed = fixed >= 0
    shares = np.zeros((num_rows, num_known + 1))
    first = np.where(is_fixed, fixed, start)
    has_first = np.flatnonzero(first >= 0)
    shares[has_first, first[has_first]] = 1.0
    logits = np.zeros_like(shares)
    has_start = np.flatnonzero(start >= 0)
    logits[has_start, start[has_start]] = STAY_LOGIT
    logits[:, num_known] = UNKNOWN_LOGIT
    for row, speaker in state.declined:
        logits[row, speaker] = _IMPOSSIBLE
    unknown = _likelihoods(state, np.zeros((1, state.dim)), np.array([state.prior]))
    kept = shares[is_fixed]
    for _ in range(ROUNDS):
        known = _likelihoods(state, *_mean_voices(state, shares[:, :num_known]))
        updated = _softmax(np.hstack([known, unknown]) + logits)
        updated[is_fixed] = kept
        change = float(np.abs(updated - shares).max())
        shares = updated
        if change < SETTLED:
            break
    return shares


def _fixed_columns(state: _State) -> tuple[NDArray[np.int64], int]:
    """Return the fixed column of each row, -1 for none, and the number of added columns.

    The rejected sentences of a current speaker form a separate group, to which similar sentences
    are assigned instead of to the rejected speaker.
    """
    fixed = np.where(state.decided, state.present, -1)
    groups: dict[tuple[int, int], int] = {}
    for row, speaker in state.declined:
        if not state.decided[row]:
            group = groups.setdefault((int(state.present[row]), speaker), len(groups))
            fixed[row] = len(state.names) + group
    return fixed, len(groups)


def _joined_groups(state: _State) -> NDArray[np.int64]:
    """Return the initial speaker of each row for expectation maximisation.

    It is the current one, unless users moved sentences of this speaker's group to another speaker
    whose other sentences have the same voice.
    """
    start: NDArray[np.int64] = state.present.copy()
    for speaker in range(len(state.names)):
        own = state.present == speaker
        if not own.any() or (own & state.decided).any():
            continue
        group = _most_frequent(state.groups[own])
        moved = state.present[state.decided & (state.groups == group)]
        if group == NO_GROUP or len(moved) == 0:
            continue
        target = _most_frequent(moved)
        others = (state.present == target) & (state.groups != group)
        if others.any() and _is_one_voice(state, own, others):
            start[own] = target
    return start


def _is_one_voice(state: _State, some: NDArray[np.bool_], others: NDArray[np.bool_]) -> bool:
    """Return whether two sets of sentences are more likely to have one speaker than two."""
    (some_weight, some_sum), (other_weight, other_sum) = (
        _compared(state, some),
        _compared(state, others),
    )
    together = _evidence(state, some_weight + other_weight, some_sum + other_sum)
    apart = _evidence(state, some_weight, some_sum) + _evidence(state, other_weight, other_sum)
    return together > apart


def _compared(state: _State, chosen: NDArray[np.bool_]) -> tuple[float, NDArray[np.float64]]:
    """Return the summed weight and mean of sentences, limited to COMPARED_SENTENCES sentences."""
    weights = 1.0 / state.variance[chosen]
    total = float(weights.sum())
    most = COMPARED_SENTENCES * state.dim / COMPARED_ENERGY
    share = min(1.0, most / total)
    return share * total, share * (weights @ state.means[chosen])


def _evidence(state: _State, weight: float, voice: NDArray[np.float64]) -> float:
    """Return the log likelihood that sentences have one speaker, up to a constant."""
    spread = 1.0 + state.prior * weight
    return float(0.5 * (voice @ voice * state.prior / spread - state.dim * np.log(spread)))


def _mean_voices(
    state: _State, shares: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the posterior mean of each column's speaker and its variance per dimension."""
    weights = shares / state.variance[:, None]
    variance = 1.0 / (1.0 / state.prior + weights.sum(axis=0))
    return (weights.T @ state.means) * variance[:, None], variance


def _likelihoods(
    state: _State, voices: NDArray[np.float64], variances: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the log likelihood of each row for each speaker, up to a constant."""
    spread = state.variance[:, None] + variances[None, :]
    distance = (
        np.square(state.means).sum(axis=1)[:, None]
        - 2.0 * state.means @ voices.T
        + np.square(voices).sum(axis=1)[None, :]
    )
    return np.asarray(
        -0.5 * INDEPENDENT_SHARE * (state.dim * np.log(spread) + distance / spread),
        dtype=np.float64,
    )


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    raised[raised < NEGLIGIBLE] = 0.0  # denormal numbers are slow to multiply
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


def _most_frequent(values: NDArray[np.int64]) -> int:
    found, counts = np.unique(values, return_counts=True)
    return int(found[counts.argmax()])
