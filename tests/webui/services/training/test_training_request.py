from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.db.errors import TrainingOptionError
from storage.training.export_options import (
    CaseRule,
    DigitRule,
    GroupBy,
    PunctuationRule,
    SplitPlan,
    TextRules,
    TrainingFilters,
    TrainingOptions,
)
from webui.services.training.training_request import training_options

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = (
    *("formats", "verified_only", "changed_only", "without_heard", "min_seconds", "max_seconds"),
    *("speakers", "tags"),
    *("edited_from", "edited_until", "min_confidence", "max_confidence", "group_by"),
    *("validation", "test", "seed", "punctuation", "digits", "case"),
)


def test_every_choice_of_the_page_reaches_the_export():
    body = {
        "formats": ["funasr", "jsonl"],
        "verified_only": False,
        "changed_only": True,
        "without_heard": True,
        "min_seconds": 0.5,
        "max_seconds": 12,
        "speakers": ["小王"],
        "tags": ["会议"],
        "edited_from": "2026-01-31",
        "edited_until": None,
        "min_confidence": 0.25,
        "max_confidence": None,
        "group_by": "speaker",
        "validation": 0.2,
        "test": 0.1,
        "seed": 7,
        "punctuation": "remove",
        "digits": "chinese",
        "case": "lower",
    }

    assert training_options(body) == TrainingOptions(
        formats=("funasr", "jsonl"),
        filters=TrainingFilters(
            verified_only=False,
            changed_only=True,
            without_heard=True,
            min_duration_ms=500,
            max_duration_ms=12_000,
            speakers=("小王",),
            tags=("会议",),
            edited_from=date(2026, 1, 31),
            min_confidence=0.25,
        ),
        split=SplitPlan(GroupBy.SPEAKER, 0.2, 0.1, 7),
        text=TextRules(PunctuationRule.REMOVE, DigitRule.CHINESE, CaseRule.LOWER),
    )


def test_only_formats_are_required_for_an_export():
    assert training_options({"formats": ["kaldi"]}) == TrainingOptions(("kaldi",))


@pytest.mark.parametrize(
    "wrong",
    [
        {"formats": []},
        {"formats": "funasr"},
        {"verified_only": 1},
        {"min_seconds": "3"},
        {"min_seconds": float("nan")},
        {"min_seconds": 30},
        {"speakers": [1]},
        {"speakers": ["x"] * 1_001},
        {"edited_from": "yesterday"},
        {"edited_from": 20260131},
        {"max_confidence": 2},
        {"group_by": "colour"},
        {"group_by": ["speaker"]},
        {"validation": 1.5},
        {"seed": 0.5},
        {"seed": 1e300},
        {"seed": 10**400},
    ],
)
def test_invalid_values_are_refused(wrong):
    with pytest.raises(TrainingOptionError):
        training_options({"formats": ["funasr"], **wrong})


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_any_json_is_accepted_or_refused_without_an_internal_error(body):
    with suppress(TrainingOptionError):
        assert training_options(body).formats == tuple(dict.fromkeys(body["formats"]))
