"""Detection of doubtful words of a transcript, with alternatives."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.transcript import Sentence, Token, WordCandidates
from pipeline.text.candidates.doubt import doubts_of
from pipeline.text.candidates.lexicon import LONGEST_WORD, general_lexicon
from pipeline.text.candidates.neighbours import NeighbourModel
from pipeline.text.candidates.search import CandidateSearch, Character, Place, candidate_search
from pipeline.text.scripts import is_chinese

DOUBTFUL_SHARE = 0.15  # of the characters of a recording
MOST_PLACES = 3_000  # of a recording, about 200 kB
_LEAST_DOUBT = 0.1  # probability that a character is wrong
_SURE_FROM = 0.9  # of all characters of a word that counts as the recording's vocabulary


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A Chinese character with the token that contains it."""

    character: Character
    token: Token


_Run = Sequence[_Spoken]


def find_candidates(
    sentences: Iterable[Sentence],
    *,
    own_words: Iterable[str] = (),
    neighbours: NeighbourModel | None = None,
) -> tuple[WordCandidates, ...]:
    """Find the doubtful Chinese words and alternatives for them, sorted by start.

    The spans are disjoint; the least certain ones are processed first. Tokens without a confidence
    are never doubtful.

    Args:
        sentences: of the whole recording.
        own_words: known words of the workspace.
        neighbours: language model of the workspace; None without one.
    """
    runs = [run for sentence in sentences for run in _runs(sentence.tokens)]
    doubts = _doubts(runs)
    doubtful = _doubtful(doubts)
    if not doubtful:
        return ()
    search = candidate_search((*own_words, *_vocabulary(runs)), neighbours)
    found = _places(search, runs, doubts, doubtful)
    return tuple(sorted(found, key=lambda each: each.start_ms))


def _runs(tokens: Iterable[Token]) -> Iterator[_Run]:
    """Yield the sequences of Chinese characters without punctuation or other words between them."""
    run: list[_Spoken] = []
    for token in tokens:
        text = token.text.strip()
        letters = [each for each in text if is_chinese(each)]
        if len(letters) != 1 or not is_chinese(text[0]):
            yield run
            run = []
        if len(letters) == 1:
            confidence = 1.0 if token.confidence is None else token.confidence
            run.append(_Spoken(Character(letters[0], confidence, token.alternatives), token))
            if not is_chinese(text[-1]):
                yield run
                run = []
    yield run


def _doubts(runs: Sequence[_Run]) -> list[tuple[float, ...]]:
    """Return the error probability of each character of each run."""
    if all(each.token.confidence is None for run in runs for each in run):
        return [(0.0,) * len(run) for run in runs]
    lexicon = general_lexicon()
    return [
        doubts_of(
            "".join(each.character.text for each in run),
            [each.character.confidence for each in run],
            lexicon,
        )
        for run in runs
    ]


def _doubtful(doubts: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Return (run, position) of the most doubtful characters, the most doubtful first."""
    ranked = sorted(
        (-doubt, number, position)
        for number, of_run in enumerate(doubts)
        for position, doubt in enumerate(of_run)
    )
    most = min(MOST_PLACES, math.ceil(DOUBTFUL_SHARE * len(ranked)))
    return [(run, at) for doubt, run, at in ranked[:most] if -doubt >= _LEAST_DOUBT]


def _vocabulary(runs: Sequence[_Run]) -> set[str]:
    """Return the words that were recognised with high confidence."""
    lexicon = general_lexicon()
    sure: set[str] = set()
    for run in runs:
        position = 0
        for word in lexicon.words_of("".join(each.character.text for each in run)):
            said = run[position : position + len(word)]
            position += len(word)
            if len(word) > 1 and all(each.character.confidence >= _SURE_FROM for each in said):
                sure.add(word)
    return sure


def _places(
    search: CandidateSearch,
    runs: Sequence[_Run],
    doubts: Sequence[Sequence[float]],
    doubtful: Sequence[tuple[int, int]],
) -> Iterator[WordCandidates]:
    taken: set[tuple[int, int]] = set()
    open_places = set(doubtful)
    for number, position in doubtful:
        if (number, position) in taken:
            continue
        run = runs[number]
        around = _neighbours(number, position, open_places - taken)
        place = search.at([each.character for each in run], around)
        if place is None or any((number, each) in taken for each in range(place.start, place.stop)):
            place = Place(around.start, around.stop, ())
        taken.update((number, each) for each in range(place.start, place.stop))
        said = run[place.start : place.stop]
        yield WordCandidates(
            said[0].token.start_ms,
            max(each.token.end_ms for each in said),
            "".join(each.character.text for each in said),
            place.candidates,
            max(doubts[number][place.start : place.stop]),
        )


def _neighbours(number: int, position: int, doubtful: set[tuple[int, int]]) -> range:
    """Return the range of adjacent doubtful positions around one, at most the length of a word."""
    start = stop = position
    while stop - start < LONGEST_WORD and (number, stop) in doubtful:
        stop += 1
    while stop - start < LONGEST_WORD and (number, start - 1) in doubtful:
        start -= 1
    return range(start, stop)
