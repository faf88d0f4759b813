"""Assignment of recordings or speakers to the training, validation and test splits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from storage.training.export_options import Split, SplitPlan


def assign_splits(durations_ms: Mapping[str, int], plan: SplitPlan) -> dict[str, Split]:
    """Assign each group of rows to a split; the result is deterministic.

    Durations are as near to the shares as whole groups allow. With as many groups as splits or
    more, no split is empty; a single group is for training.

    Args:
        durations_ms: total duration of each group.
        plan: the shares and the seed.
    """
    total_ms = sum(durations_ms.values())
    missing_ms = {split: share * total_ms for split, share in plan.shares.items()}
    splits: dict[str, Split] = {}
    for group in sorted(durations_ms, key=lambda each: _sort_key(each, plan.seed)):
        splits[group] = max(missing_ms, key=lambda split: missing_ms[split])
        missing_ms[splits[group]] -= durations_ms[group]
    for split in missing_ms:
        if split not in splits.values():
            _fill(split, splits, durations_ms)
    return splits


def _fill(split: Split, splits: dict[str, Split], durations_ms: Mapping[str, int]) -> None:
    """Move the smallest group of a split with several groups to an empty split."""
    taken = list(splits.values())
    spare = [group for group, holder in splits.items() if taken.count(holder) > 1]
    if spare:
        splits[min(spare, key=lambda group: (durations_ms[group], group))] = split


def _sort_key(group: str, seed: int) -> bytes:
    """Return the SHA-256 of seed and group as a sort key independent of other groups."""
    return hashlib.sha256(f"{seed} {group}".encode()).digest()
