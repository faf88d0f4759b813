"""Estimation of n-gram models from texts by Witten-Bell smoothing, and their ARPA form."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.text.scripts import CHINESE

SENTENCE_START, SENTENCE_END, UNKNOWN = "<s>", "</s>", "<unk>"
_UNIT = re.compile(rf"{CHINESE}|[a-z]+(?:'[a-z]+)*")
_RUN = re.compile(rf"(?:{_UNIT.pattern}| +)+")
MAX_ORDER = 4

_NEVER = -99.0  # logarithm of the probability of a start within a sentence
_MANY_UNITS = 100_000  # from here on, histories of three are seen often enough

Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The probability and back-off weight of an n-gram, as logarithms to base 10."""

    probability: float
    back_off: float


@dataclass(slots=True)
class _Successors:
    """The counts of the units after a history: total and distinct."""

    count: int = 0
    types: int = 0


def unit_runs(text: str) -> tuple[tuple[str, ...], ...]:
    """Split a text into runs of Chinese characters and English words.

    Words are in lower case, as recognisers write them. Punctuation, digits and everything else end
    a run, so that no n-gram spans them.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    runs = (tuple(_UNIT.findall(run)) for run in _RUN.findall(folded))
    return tuple(run for run in runs if run)


def suitable_order(num_units: int) -> int:
    """Return the suitable n-gram order for a number of training units."""
    return MAX_ORDER if num_units >= _MANY_UNITS else MAX_ORDER - 1


def estimate_ngrams(
    texts: Iterable[Sequence[str]], order: int, vocabulary: Iterable[str] = ()
) -> tuple[dict[Gram, Estimate], ...]:
    """Estimate interpolated Witten-Bell n-grams; return one table per length, unigrams first.

    P(c|h) = (n(hc) + T(h) P(c|h')) / (n(h) + T(h)), where T counts the different units after h
    and h' is h without its first unit. Works from one text on, without held-out texts.

    Args:
        texts: sequences of units, each framed by the start and end of a sentence.
        order: length of the longest n-grams.
        vocabulary: further units that get a probability; those of the texts, the end of a
            sentence and the unknown unit always do.
    """
    counts = _count(texts, order)
    followed = [_successors(each) for each in counts]
    seen = (unit for (unit,) in counts[0])
    units = dict.fromkeys([*vocabulary, *seen, SENTENCE_END, UNKNOWN])
    units.pop(SENTENCE_START, None)
    probabilities = [_unigrams(list(units), counts[0], followed[0][()])]
    for counted, after in zip(counts[1:], followed[1:], strict=True):
        shorter = probabilities[-1]
        probabilities.append(
            {
                gram: (count + after[gram[:-1]].types * shorter[gram[1:]])
                / (after[gram[:-1]].count + after[gram[:-1]].types)
                for gram, count in counted.items()
                if gram[-1] != SENTENCE_START
            }
        )
    last: dict[Gram, _Successors] = {}
    models = [
        {gram: Estimate(math.log10(p), _back_off(after.get(gram))) for gram, p in found.items()}
        for found, after in zip(probabilities, [*followed[1:], last], strict=True)
    ]
    start = (SENTENCE_START,)
    after_start = followed[1].get(start) if order > 1 else None
    models[0][start] = Estimate(_NEVER, _back_off(after_start))
    return tuple(models)


def arpa_text(models: Sequence[dict[Gram, Estimate]]) -> str:
    """Format n-grams in the ARPA format, sorted by units."""
    lines = ["\\data\\"]
    lines += [f"ngram {length}={len(grams)}" for length, grams in enumerate(models, start=1)]
    for length, grams in enumerate(models, start=1):
        lines += ["", f"\\{length}-grams:"]
        has_back_off = length < len(models)
        for gram, found in sorted(grams.items(), key=lambda item: item[0]):
            suffix = f"\t{found.back_off:.7f}" if has_back_off and found.back_off else ""
            lines.append(f"{found.probability:.7f}\t{' '.join(gram)}{suffix}")
    return "\n".join([*lines, "", "\\end\\", ""])


def _count(texts: Iterable[Sequence[str]], order: int) -> list[Counter[Gram]]:
    counts: list[Counter[Gram]] = [Counter() for _ in range(order)]
    for text in texts:
        framed = (SENTENCE_START, *text, SENTENCE_END)
        for length, counter in enumerate(counts, start=1):
            counter.update(framed[at : at + length] for at in range(len(framed) - length + 1))
    return counts


def _successors(counts: Counter[Gram]) -> defaultdict[Gram, _Successors]:
    found: defaultdict[Gram, _Successors] = defaultdict(_Successors)
    for gram, count in counts.items():
        if gram[-1] != SENTENCE_START:
            after = found[gram[:-1]]
            after.count += count
            after.types += 1
    return found


def _unigrams(units: Sequence[str], counts: Counter[Gram], total: _Successors) -> dict[Gram, float]:
    types = max(total.types, 1)
    share = types / len(units)
    return {(unit,): (counts[(unit,)] + share) / (total.count + types) for unit in units}


def _back_off(after: _Successors | None) -> float:
    if after is None or after.count == 0:
        return 0.0
    return math.log10(after.types / (after.count + after.types))
