from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.db.errors import TrainingOptionError
from storage.training.export_options import Split, SplitPlan
from storage.training.selection.splits import assign_splits

THREE_WAYS = SplitPlan(validation_share=0.1, test_share=0.1)
durations = st.dictionaries(st.text(max_size=8), st.integers(1, 100_000), max_size=40)


def test_shares_are_met_as_nearly_as_whole_groups_allow() -> None:
    groups = {f"recording {number}": 1_000 for number in range(100)}

    taken = list(assign_splits(groups, THREE_WAYS).values())

    assert {split: taken.count(split) for split in Split} == {
        Split.TRAIN: 80,
        Split.VALIDATION: 10,
        Split.TEST: 10,
    }


@given(durations, st.integers())
def test_every_group_has_one_of_the_requested_splits(groups: dict[str, int], seed: int) -> None:
    plan = SplitPlan(validation_share=0.2, seed=seed)

    splits = assign_splits(groups, plan)

    assert set(splits) == set(groups)
    assert set(splits.values()) <= {Split.TRAIN, Split.VALIDATION}
    assert splits == assign_splits(dict(reversed(groups.items())), plan)


@given(durations.filter(lambda groups: len(groups) >= 3), st.integers())
def test_no_split_is_empty_with_enough_groups(groups: dict[str, int], seed: int) -> None:
    plan = SplitPlan(validation_share=0.1, test_share=0.1, seed=seed)

    assert set(assign_splits(groups, plan).values()) == set(Split)


def test_a_single_group_is_for_training() -> None:
    assert assign_splits({"only": 5_000}, THREE_WAYS) == {"only": Split.TRAIN}


def test_another_seed_gives_another_division() -> None:
    groups = {f"recording {number}": 1_000 for number in range(30)}

    divisions = {
        tuple(sorted(assign_splits(groups, SplitPlan(seed=seed)).items())) for seed in range(5)
    }

    assert len(divisions) > 1


@pytest.mark.parametrize(("validation", "test"), [(-0.1, 0.0), (0.5, 0.5), (1.0, 0.0)])
def test_shares_without_training_data_are_refused(validation: float, test: float) -> None:
    with pytest.raises(TrainingOptionError, match="leave something to train on"):
        SplitPlan(validation_share=validation, test_share=test)
