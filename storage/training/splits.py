"""Which group of rows is for training, which for validation, which for the test."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from storage.training.options import Split, SplitPlan


def assign_splits(durations_ms: Mapping[str, int], plan: SplitPlan) -> dict[str, Split]:
    """A split for every group; the same groups and the same plan give the same answer.

    Durations come as near to the shares as whole groups allow. Where there are as many groups as
    splits, none of these is empty; a group alone is for training.

    Args:
        durations_ms: how much each group has.
        plan: the shares and the seed.
    """
    total_ms = sum(durations_ms.values())
    missing_ms = {split: share * total_ms for split, share in plan.shares.items()}
    splits: dict[str, Split] = {}
    for group in sorted(durations_ms, key=lambda each: _place(each, plan.seed)):
        splits[group] = max(missing_ms, key=lambda split: missing_ms[split])
        missing_ms[splits[group]] -= durations_ms[group]
    for split in missing_ms:
        if split not in splits.values():
            _fill(split, splits, durations_ms)
    return splits


def _fill(split: Split, splits: dict[str, Split], durations_ms: Mapping[str, int]) -> None:
    """Move the smallest group that another split can spare."""
    taken = list(splits.values())
    spare = [group for group, holder in splits.items() if taken.count(holder) > 1]
    if spare:
        splits[min(spare, key=lambda group: (durations_ms[group], group))] = split


def _place(group: str, seed: int) -> bytes:
    """Where a group stands in the order that the seed gives; other groups do not change it."""
    return hashlib.sha256(f"{seed} {group}".encode()).digest()
