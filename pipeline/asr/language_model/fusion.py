"""Beam search over a recogniser's output rows with a language model, one token per row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.language_model.token_models import NextTokens, State, TokenModel


@dataclass(frozen=True, slots=True)
class FusionOptions:
    """Settings of the beam search with a language model.

    Attributes:
        weight: factor of the language model's scores.
        beam: number of hypotheses kept after each row.
        max_distance: tokens within this many nats of a row's best are candidates.
        max_candidates: largest number of candidates of a row.
    """

    weight: float
    beam: int = 10
    max_distance: float = 6.0
    max_candidates: int = 10


@dataclass(frozen=True, slots=True)
class TokenPath:
    """A sequence of tokens, one for each row from the first on, with its score."""

    tokens: tuple[int, ...]
    score: float


class TextScorer(Protocol):
    """A language model that scores whole texts at once."""

    def score_texts(self, texts: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """Return the natural logarithm of each text's probability."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Text(Generic[State]):
    """A hypothesis of the beam search, with the scores of its next token."""

    path: tuple[int, ...]
    score: float
    scores: NDArray[np.float32]
    state: State


def fuse(
    rows: NDArray[np.float32],
    model: TokenModel[State],
    options: FusionOptions,
    *,
    special: Collection[int],
) -> tuple[TokenPath, ...]:
    """Run a beam search over each row's most probable tokens; return the best paths.

    A special token is chosen only where it is the best of its row; it adds nothing and is no part
    of the text. Where no row has several candidates, the model is not asked.

    Args:
        rows: (num_rows, vocabulary_size) float32, log probabilities.
        model: scores tokens.
        options: settings.
        special: ids of tokens that are no text.

    Returns:
        The best paths, best first, at most as many as the beam; each has a token for every row.
    """
    candidates = [_candidates(row, options, special) for row in rows]
    if all(len(each) == 1 for each in candidates):
        tokens = tuple(int(each[0]) for each in candidates)
        return (TokenPath(tokens, float(sum(row[t] for row, t in zip(rows, tokens, strict=True)))),)
    first = model.begin()
    texts = [_Text((), 0.0, first.scores[0], first.states[0])]
    for position, (row, tokens_of_row) in enumerate(zip(rows, candidates, strict=True)):
        grown = _grow(texts, row, tokens_of_row, options, special)
        is_last = position == len(rows) - 1
        texts = grown if is_last else _advance(grown, model, special)
    return tuple(TokenPath(each.path, each.score) for each in texts)


def fuse_exactly(
    rows: NDArray[np.float32],
    model: TokenModel[State],
    *,
    weight: float,
    beam: int,
    end: int,
    bonus: float = 0.0,
) -> tuple[TokenPath, ...]:
    """Run a beam search over the whole vocabulary exactly as FunASR's BeamSearchPara does.

    A hypothesis with the end token keeps its score while those of the others decrease, so an
    early end wins easily, as in the reference system.

    Args:
        rows: (num_rows, vocabulary_size) float32, log probabilities.
        model: scores tokens.
        weight: factor of the model's scores.
        beam: number of hypotheses kept after each row.
        end: id of the end of a sentence.
        bonus: added for each token.

    Returns:
        Paths, best first; one with fewer tokens than rows ended early and ends in `end`.
    """
    going: list[_Text[State]] = []
    ended: list[TokenPath] = []
    first = model.begin()
    going.append(_Text((), 0.0, first.scores[0], first.states[0]))
    for position, row in enumerate(rows):
        totals = np.stack(
            [
                np.float32(text.score)
                + (row + np.float32(weight) * text.scores + np.float32(bonus))
                for text in going
            ]
        ).ravel()
        best = _largest(totals, beam)
        grown = [
            _append(going[origin], int(token), float(totals[place]))
            for place, (origin, token) in zip(
                best, (divmod(int(place), len(row)) for place in best), strict=True
            )
        ]
        is_last = position == len(rows) - 1
        has_ended = [is_last or text.path[-1] == end for text in grown]
        pairs = list(zip(grown, has_ended, strict=True))
        ended += [TokenPath(text.path, text.score) for text, is_over in pairs if is_over]
        going = [text for text, is_over in pairs if not is_over]
        if not going:
            break
        going = _advance(going, model, ())
    return tuple(sorted(ended, key=lambda path: -path.score))


def rescore(
    paths: Sequence[TokenPath],
    model: TextScorer,
    *,
    weight: float,
    special: Collection[int],
) -> TokenPath:
    """Return the best path by its score plus the weighted log probability of its text.

    The model is not asked about a single path.
    """
    if len(paths) == 1:
        return paths[0]
    texts = [[token for token in path.tokens if token not in special] for path in paths]
    totals = np.array([path.score for path in paths]) + weight * model.score_texts(texts)
    return paths[int(totals.argmax())]


def _candidates(
    row: NDArray[np.float32], options: FusionOptions, special: Collection[int]
) -> NDArray[np.int64]:
    """Return the candidate tokens of a row, best first."""
    best = int(row.argmax())
    if best in special:
        return np.array([best])
    near = np.flatnonzero(row >= row[best] - options.max_distance)
    text = near[~np.isin(near, list(special))]
    return text[np.argsort(-row[text], kind="stable")][: options.max_candidates]


def _grow(
    texts: Sequence[_Text[State]],
    row: NDArray[np.float32],
    candidates: NDArray[np.int64],
    options: FusionOptions,
    special: Collection[int],
) -> list[_Text[State]]:
    """Append each candidate to each hypothesis; keep the best ones."""
    weight = 0.0 if int(candidates[0]) in special else options.weight
    own = row[candidates].astype(np.float64)
    scores = np.stack([text.score + own + weight * text.scores[candidates] for text in texts])
    order = np.lexsort(
        (
            np.tile(candidates, len(texts)),
            np.arange(scores.size) // len(candidates),
            -scores.ravel(),
        )
    )
    places = (divmod(int(place), len(candidates)) for place in order[: options.beam])
    return [
        _append(texts[origin], int(candidates[choice]), float(scores[origin, choice]))
        for origin, choice in places
    ]


def _append(text: _Text[State], token: int, score: float) -> _Text[State]:
    return _Text((*text.path, token), score, text.scores, text.state)


def _advance(
    texts: Sequence[_Text[State]], model: TokenModel[State], special: Collection[int]
) -> list[_Text[State]]:
    """Return the hypotheses with the scores of their next token; special tokens change nothing."""
    if texts[0].path[-1] in special:  # a special token is the only candidate of its row
        return list(texts)
    after: NextTokens[State] = model.advance(
        [text.state for text in texts], [text.path[-1] for text in texts]
    )
    return [
        _Text(text.path, text.score, scores, state)
        for text, scores, state in zip(texts, after.scores, after.states, strict=True)
    ]


def _largest(values: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return the positions of the `count` largest values in descending order, ties by position."""
    nearest = np.argpartition(-values, min(count, len(values) - 1))[:count]
    return nearest[np.lexsort((nearest, -values[nearest]))]
