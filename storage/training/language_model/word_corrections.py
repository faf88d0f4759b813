"""Extraction of corrected words from the corrections of sentences."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import jieba

from pipeline.text.sequence_alignment import kept_pairs
from pipeline.text.text_units import TextUnit, text_units
from storage.training.selection.rows import Candidate, TrainingRow

MIN_CORRECTIONS = 2  # of a word before it is suggested
MAX_WORDS = 50

_MAX_UNITS = 8  # Chinese characters and words; a longer change is a new wording
_MAX_CHARACTERS = 40
_COMMON_FREQUENCY = 1_000  # in jieba's dictionary; a more frequent word needs no help
_TERM = re.compile(r"[^\W_](?:[\w' -]*[^\W_])?")
_CHINESE_ALONE = re.compile(r"[\u3400-\u9fff]")
# In function words: a change of several words with one of them is a new wording and no term.
_FUNCTION_CHARACTERS = frozenset("我你他她它的了是在再不就也都和这那有把被吗呢吧")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WordCorrection:
    """A corrected word in one sentence.

    Attributes:
        word: as corrected.
        heard_as: text of the machine that it replaced.
        sentence: the sentence.
    """

    word: str
    heard_as: str
    sentence: Candidate


@dataclass(frozen=True, slots=True)
class CorrectedWord:
    """A corrected word with all its sentences.

    Attributes:
        word: as corrected.
        heard_as: text of the machine that it replaced most often.
        sentences: the sentences, sorted by time within a recording.
    """

    word: str
    heard_as: str
    sentences: tuple[Candidate, ...]

    @property
    def num_edits(self) -> int:
        """Number of sentences in which the word was corrected."""
        return len(self.sentences)


def word_corrections(rows: Iterable[TrainingRow]) -> tuple[WordCorrection, ...]:
    """Return the corrected words of sentences, in every form that may be a term."""
    return tuple(
        WordCorrection(word, heard_as, row.utterance)
        for row in rows
        if row.correction is not None and row.machine_text is not None
        for word, heard_as in corrected_forms(row.machine_text.text, row.utterance.text)
    )


def words_by_form(corrections: Iterable[WordCorrection]) -> dict[str, CorrectedWord]:
    """Return {form: corrected word}, including words that were corrected only once."""
    found: defaultdict[str, list[WordCorrection]] = defaultdict(list)
    for each in corrections:
        found[each.word].append(each)
    return {word: _counted(word, same) for word, same in found.items()}


def suggested_words(corrections: Iterable[WordCorrection]) -> tuple[CorrectedWord, ...]:
    """Return up to MAX_WORDS words corrected in several sentences, the most frequent first.

    Common words are left out, as are forms whose sentences all belong to another returned form
    that contains them or is contained in them.
    """
    frequent = sorted(
        (
            each
            for each in words_by_form(corrections).values()
            if each.num_edits >= MIN_CORRECTIONS
            and jieba.get_FREQ(each.word, 0) < _COMMON_FREQUENCY
        ),
        key=lambda each: (-each.num_edits, -len(each.word), each.word),
    )
    kept: list[CorrectedWord] = []
    for word in frequent:
        if not any(_is_same_term(word, other) for other in kept):
            kept.append(word)
    return tuple(sorted(kept, key=lambda each: (-each.num_edits, each.word)))[:MAX_WORDS]


def corrected_forms(heard: str, corrected: str) -> Iterator[tuple[str, str]]:
    """Yield each form of a corrected word, with the text that it replaced.

    The forms are the changed characters alone and the dictionary's words around them: where a word
    ends depends on its neighbours, and only the same form in several sentences is a term.
    """
    before, after = text_units(heard), text_units(corrected)
    words = [(start, end) for _, start, end in jieba.tokenize(corrected)]
    for old, new in _changed_spans(before, after):
        for span in dict.fromkeys((new, _widened(new, after, words))):
            replaced = _counterpart(span, old, new, before, after)
            if replaced is None or span[0] == span[1]:
                continue
            word, heard_as = _text(corrected, after, span), _text(heard, before, replaced)
            is_word = (after[span[0]].first, after[span[1] - 1].stop) in words
            if _is_term(word, span[1] - span[0], is_word=is_word):
                yield word, heard_as


def _counted(word: str, same: list[WordCorrection]) -> CorrectedWord:
    sentences = {each.sentence.utterance_id: each.sentence for each in same}
    in_order = sorted(
        sentences.values(), key=lambda each: (each.source.recording_id, each.start_ms)
    )
    heard_as = Counter(each.heard_as for each in same).most_common(1)[0][0]
    return CorrectedWord(word, heard_as, tuple(in_order))


def _is_same_term(word: CorrectedWord, kept: CorrectedWord) -> bool:
    """Return whether one word contains the other, and `kept` has all sentences of `word`."""
    if word.word not in kept.word and kept.word not in word.word:
        return False
    ids = {each.utterance_id for each in word.sentences}
    return ids <= {each.utterance_id for each in kept.sentences}


def _changed_spans(
    before: tuple[TextUnit, ...], after: tuple[TextUnit, ...]
) -> Iterator[tuple[Span, Span]]:
    """Yield (span before, span after) of replaced and of inserted units; skip deletions."""
    kept = kept_pairs([each.key for each in before], [each.key for each in after])
    borders = [(-1, -1), *kept, (len(before), len(after))]
    for (i, j), (next_i, next_j) in pairwise(borders):
        if j + 1 < next_j:
            yield (i + 1, next_i), (j + 1, next_j)


def _widened(span: Span, units: tuple[TextUnit, ...], words: list[Span]) -> Span:
    """Extend a span of units to the boundaries of the words that it overlaps."""
    first, stop = units[span[0]].first, units[span[1] - 1].stop
    touched = [(start, end) for start, end in words if start < stop and first < end]
    inside = [
        place
        for place, unit in enumerate(units)
        if any(start <= unit.first and unit.stop <= end for start, end in touched)
    ]
    return min([span[0], *inside]), max([span[1] - 1, *inside]) + 1


def _counterpart(
    span: Span, old: Span, new: Span, before: tuple[TextUnit, ...], after: tuple[TextUnit, ...]
) -> Span | None:
    """Return the span that a widened span replaced; None if empty or with another change."""
    first, stop = old[0] - (new[0] - span[0]), old[1] + (span[1] - new[1])
    if first < 0 or stop > len(before) or first >= stop:
        return None
    lead = zip(before[first : old[0]], after[span[0] : new[0]], strict=True)
    tail = zip(before[old[1] : stop], after[new[1] : span[1]], strict=True)
    is_kept = all(was.key == now.key for pairs in (lead, tail) for was, now in pairs)
    return (first, stop) if is_kept else None


def _text(text: str, units: tuple[TextUnit, ...], span: Span) -> str:
    return text[units[span[0]].first : units[span[1] - 1].stop]


def _is_term(word: str, num_units: int, *, is_word: bool) -> bool:
    if not _TERM.fullmatch(word) or num_units > _MAX_UNITS or len(word) > _MAX_CHARACTERS:
        return False
    if len(word) < 2 or (num_units == 1 and _CHINESE_ALONE.match(word)):  # noqa: PLR2004
        return False
    is_wording = not is_word and not _FUNCTION_CHARACTERS.isdisjoint(word)
    return not is_wording
