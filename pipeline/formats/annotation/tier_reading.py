"""Conversion of the tiers of an annotation file to sentences with timed words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.core.transcript import Sentence, Token
from pipeline.formats.annotation.tier_names import TierRole, tier_name
from pipeline.formats.annotation.tiers import WORDS_SUFFIX, Annotation
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.words import between_pauses, sentence_of_words, tokens_of

_FURTHER_TIER = re.compile(r"(.+) \[\d{1,4}\]")  # of a speaker with overlapping sentences
_SILENCES = frozenset({"sp", "sil", "silence", "<eps>", "<sil>", "<p>", "<p:>", "{sl}", "#"})
_MAX_ROUNDING_MS = 50  # a word may end this much later than its sentence


@dataclass(frozen=True, slots=True)
class ReadTier:
    """A tier read from an annotation file.

    Attributes:
        name: name of the tier.
        speaker: speaker according to the file, "" for none; None if not declared.
        annotations: in file order.
        line: line where it begins, counted from 1.
        role: None to derive the role from the name.
        owner: name of the sentence tier of its words; None if not declared.
    """

    name: str
    speaker: str | None
    annotations: tuple[Annotation, ...]
    line: int | None = None
    role: TierRole | None = None
    owner: str | None = None


@dataclass(slots=True)
class _Group:
    """The sentence tiers of one speaker with their word tiers."""

    speaker: str | None
    sentences: list[Annotation] = field(default_factory=list)
    words: list[Annotation] = field(default_factory=list)


def sentences_of_tiers(tiers: Sequence[ReadTier], log: ImportLog) -> tuple[Sentence, ...]:
    """Convert the tiers to sentences with words; report tiers with other content.

    Words without sentences are divided into sentences at pauses.
    """
    names = {tier.name for tier in tiers}
    identified = [_Identified(tier, names) for tier in tiers]
    owners = {each.owner for each in identified if each.owner is not None}
    groups: dict[str | tuple[str | None], _Group] = {}
    for each in _in_use(identified, log):
        if each.role is TierRole.SENTENCES:
            key = each.tier.name if each.tier.name in owners else (each.speaker,)
            group = groups.setdefault(key, _Group(each.speaker))
            group.sentences += each.tier.annotations
    alone: dict[str | None, list[Annotation]] = {}
    for each in identified:
        if each.role is TierRole.WORDS:
            own = _group_of(each, groups)
            words = alone.setdefault(each.speaker, []) if own is None else own.words
            words += (word for word in each.tier.annotations if word.text.lower() not in _SILENCES)
    return (
        *(sentence for group in groups.values() for sentence in _with_words(group, log)),
        *(
            sentence_of_words(words, speaker=speaker)
            for speaker, spoken in alone.items()
            for words in between_pauses(map(_token, spoken))
        ),
    )


class _Identified:
    """A tier with its role and speaker, from its name or declared in the file.

    Attributes:
        tier: the tier.
        role: its content; sentences if unknown.
        speaker: None if unknown.
        owner: name of the sentence tier of its words, None if unknown.
    """

    def __init__(self, tier: ReadTier, names: Collection[str]) -> None:
        self.tier = tier
        base = tier.name.removesuffix(WORDS_SUFFIX)
        is_ours = base != tier.name and base in names
        further = _FURTHER_TIER.fullmatch(tier.name)
        name = further[1] if further and further[1] in names else tier.name
        parts = tier_name(name)
        role = None if tier.speaker == name else parts.role
        self.role = tier.role or (TierRole.WORDS if is_ours else role or TierRole.SENTENCES)
        self.speaker = parts.speaker if tier.speaker is None else tier.speaker or None
        self.owner = tier.owner or (base if is_ours else None)


def _in_use(tiers: Sequence[_Identified], log: ImportLog) -> Iterator[_Identified]:
    """Yield the tiers with sentences or words, with speaker and role; report the other tiers.

    Ids of utterances are used as text if the speaker has no other text.
    """
    have_text = {each.speaker for each in tiers if each.role is TierRole.SENTENCES}
    for each in tiers:
        if each.role is TierRole.REFERENCES and each.speaker not in have_text:
            each.role = TierRole.SENTENCES
        if each.role in (TierRole.SENTENCES, TierRole.WORDS):
            yield each
        elif each.tier.annotations:
            log.note(ProblemKind.NOT_USED, each.tier.name, line=each.tier.line)


def _group_of(words: _Identified, groups: dict[str | tuple[str | None], _Group]) -> _Group | None:
    if words.owner is not None and words.owner in groups:
        return groups[words.owner]
    if words.speaker is None and len(groups) == 1:
        return next(iter(groups.values()))
    return groups.get((words.speaker,))


def _with_words(group: _Group, log: ImportLog) -> Iterator[Sentence]:
    """Yield the sentences, each with the words that start in it; report the remaining words."""
    in_order = sorted(group.sentences, key=lambda each: each.start_ms)
    starts_ms = [each.start_ms for each in in_order]
    words: list[list[Token]] = [[] for _ in in_order]
    for word in sorted(group.words, key=lambda each: each.start_ms):
        number = bisect_right(starts_ms, word.start_ms) - 1
        end_ms = in_order[number].end_ms if number >= 0 else 0
        if word.start_ms < end_ms and word.end_ms <= end_ms + _MAX_ROUNDING_MS:
            words[number].append(Token(word.start_ms, min(word.end_ms, end_ms), word.text))
        else:
            log.note(ProblemKind.NOT_USED, word.text)
    for each, spoken in zip(in_order, words, strict=True):
        tokens = tokens_of(spoken)
        yield Sentence(each.start_ms, each.end_ms, each.text, tokens, group.speaker)


def _token(word: Annotation) -> Token:
    return Token(word.start_ms, word.end_ms, word.text)
