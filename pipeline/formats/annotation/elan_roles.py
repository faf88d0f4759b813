"""Classification of ELAN tiers as sentences, words or other content such as ids and glosses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.formats.annotation.elan_parsing import FileTier
from pipeline.formats.annotation.tier_names import TierRole, role_among, tier_name
from pipeline.formats.annotation.tiers import WORDS_SUFFIX
from pipeline.text.scripts import is_letter_or_digit

_NUMBERED = re.compile(r"[A-Za-z0-9_.:/#-]*\d[A-Za-z0-9_.:/#-]*", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
_SHARE_OF_IDS = 0.9


def text_tier_of(root: FileTier) -> FileTier:
    """Return the sentence tier of a root tier: the root itself or one of its descendants."""
    tier = root
    while not _has_text(tier):
        children = [child for child in tier.children if _may_be_text(child)]
        if not children:
            return root
        tier = min(children, key=lambda child: _role(child) is not TierRole.SENTENCES)
    return tier


def words_tier_below(text_tier: FileTier) -> FileTier | None:
    """Return the word tier below a sentence tier, or None if there is none.

    A word tier is recognised by its name, or by the sentences' letters in shorter pieces.
    """
    below = list(_all_below(text_tier))
    ours = f"{text_tier.name}{WORDS_SUFFIX}"
    for tier in below:
        if tier.name == ours or _role(tier) is TierRole.WORDS:
            return tier
    unnamed = (tier for tier in below if _role(tier) is None)
    return next((tier for tier in unnamed if _holds_pieces(tier, text_tier)), None)


def speaker_of(root: FileTier, text_tier: FileTier) -> str | None:
    """Return the speaker from participants and tier names: "" for no speaker, None if undetermined.

    With None, only the name of the root tier can determine the speaker.
    """
    participant = text_tier.participant or root.participant
    if participant or text_tier is root:
        return participant or None
    named = tier_name(text_tier.name)
    return (named.speaker if named.role else None) or tier_name(root.name).speaker or ""


def _has_text(tier: FileTier) -> bool:
    texts = [value.text for value in tier.values if value.text]
    return bool(texts) and _role(tier) is not TierRole.REFERENCES and not _are_ids(texts)


def _may_be_text(tier: FileTier) -> bool:
    role = _role(tier)
    if role in (TierRole.OTHER, TierRole.WORDS):
        return False
    has_own = any(value.text for value in tier.values)
    return has_own and (role is TierRole.SENTENCES or _has_text(tier) or bool(tier.children))


def _are_ids(texts: Sequence[str]) -> bool:
    """Return whether nearly all texts share one pattern apart from digits, as utterance ids do."""
    if not all(map(_NUMBERED.fullmatch, texts)):
        return False
    shapes = Counter(_DIGITS.sub("0", text) for text in texts)
    return shapes.most_common(1)[0][1] >= _SHARE_OF_IDS * len(texts)


def _role(tier: FileTier) -> TierRole | None:
    """Return the role of a tier by its name or the name of its type, None if neither has a role."""
    if tier.name == tier.participant:
        return None
    return tier_name(tier.name).role or role_among([tier.kind])


def _all_below(tier: FileTier) -> Iterator[FileTier]:
    for child in tier.children:
        yield child
        yield from _all_below(child)


def _holds_pieces(tier: FileTier, text_tier: FileTier) -> bool:
    """Return whether a tier's texts are the letters of another tier's texts in shorter pieces."""
    pieces = _letters(value.text for value in tier.values)
    done = num_texts = 0
    for text in (_letters([value.text]) for value in text_tier.values):
        if text and pieces.startswith(text, done):
            done += len(text)
            num_texts += 1
    num_pieces = sum(bool(value.text) for value in tier.values)
    return done == len(pieces) and num_pieces > num_texts > 0


def _letters(texts: Iterable[str]) -> str:
    return "".join(filter(is_letter_or_digit, "".join(texts)))
