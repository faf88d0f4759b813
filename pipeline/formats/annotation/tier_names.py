"""Parsing of tier names into speaker and role, such as sentences or words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pipeline.formats.annotation.tiers import UNKNOWN_SPEAKER


class TierRole(Enum):
    """The role of a tier: the kind of its content."""

    SENTENCES = "sentences"
    WORDS = "words"
    REFERENCES = "references"  # ids of utterances, beside a tier with their text
    OTHER = "other"  # phones, glosses, translations, comments


@dataclass(frozen=True, slots=True)
class TierName:
    """The speaker and role in the name of a tier.

    Attributes:
        speaker: the whole name if it has no role; None if the name is a role or a placeholder.
        role: None if the name has none.
    """

    speaker: str | None
    role: TierRole | None


# Montreal Forced Aligner, FAVE, P2FA, WebMAUS, SPPAS, CorpAfroAs, and manual names.
_NAMES: dict[TierRole, str] = {
    TierRole.SENTENCES: (
        "utterance utterances sentence sentences transcript transcripts transcription "
        "transcriptions text txt tx trs trn orth ort 句子 文本 转写"
    ),
    TierRole.WORDS: "word words wd mot token tokens tokensalign ort-mau 词 字 单词",
    TierRole.REFERENCES: "ref refs reference references id ids",
    TierRole.OTHER: (
        "phone phones phoneme phonemes phonalign mau kan kan-mau mas syllable syllables morph "
        "morphs morpheme morphemes mb ge gloss glosses ps pos rx ft translation translations "
        "note notes comment comments 音素 音节 拼音 翻译 备注 注释"
    ),
}
_ROLES = {name: role for role, names in _NAMES.items() for name in names.split()}
_SPEAKER_FIRST = re.compile(r"(.*\S)\s*[-–—:_/.]\s*(\w+)")
_SPEAKER_LAST = re.compile(r"([^@]+)@(.*\S.*)")
_MIN_LETTERS_AFTER_SPEAKER = 4  # "Ann_id" may be a name
_NOBODY = frozenset({UNKNOWN_SPEAKER, "default"})  # ELAN's name of its first tier
_CHINESE_SUFFIXES = frozenset(name for name in _ROLES if not name.isascii())


def tier_name(name: str) -> TierName:
    """Parse a tier name such as `Ann - words`, `tx@Ann` or `phones`."""
    role = _ROLES.get(name.casefold())
    if role is not None:
        return TierName(None, role)
    first = _SPEAKER_FIRST.fullmatch(name)
    if first is not None and _is_suffix(first[2].casefold()):
        return TierName(first[1], _ROLES.get(first[2].casefold()))
    if (last := _SPEAKER_LAST.fullmatch(name)) is not None:
        return TierName(last[2].strip(), role_among([last[1]]))
    return TierName(None if name in _NOBODY else name, None)


def role_among(names: Iterable[str]) -> TierRole | None:
    """Return the role of the first name that has one, None if no name has."""
    return next((_ROLES[key] for each in names if (key := each.casefold()) in _ROLES), None)


def _is_suffix(name: str) -> bool:
    is_long = len(name) >= _MIN_LETTERS_AFTER_SPEAKER or name in _CHINESE_SUFFIXES
    return name in _ROLES and is_long
