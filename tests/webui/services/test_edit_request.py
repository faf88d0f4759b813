"""Edit requests from JSON: values of another type are refused, never converted."""

import pytest

from storage.db.errors import EditRefusedError
from storage.edit_plans.boundaries import SplitUtterance
from storage.edit_plans.speakers import AssignSpeakers
from storage.edit_plans.text import CorrectText
from webui.services.review.review import read_edit

TEXT = {"kind": "correct_text", "utterance_id": "u", "text": "好"}
SPLIT = {"kind": "split_utterance", "utterance_id": "u"}


def test_fields_are_read_by_kind_and_other_keys_are_ignored():
    assert read_edit({**TEXT, "base": 3, "author": "ann"}) == CorrectText("u", "好")
    assert read_edit({**SPLIT, "at_ms": 5}) == SplitUtterance("u", at_ms=5)
    assigned = {"kind": "assign_speakers", "assignments": [["u", None], ["v", "s"]]}
    assert read_edit(assigned) == AssignSpeakers((("u", None), ("v", "s")))


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"kind": ["correct_text"]},
        {"kind": "unknown"},
        {"kind": "correct_text", "utterance_id": "u"},
        {**TEXT, "text": 5},
        {**TEXT, "text": None},
        {**TEXT, "is_verified": 1},
        {**TEXT, "is_verified": "true"},
        {**SPLIT, "at_ms": "5"},
        {**SPLIT, "at_ms": 5.0},
        {**SPLIT, "at_ms": True},
        {**SPLIT, "at_ms": float("nan")},
        {"kind": "verify", "utterance_ids": "u"},
        {"kind": "verify", "utterance_ids": ["u", 1]},
        {"kind": "assign_speakers", "assignments": [["u"]]},
    ],
)
def test_missing_fields_and_other_types_are_refused(sent):
    with pytest.raises(EditRefusedError) as refused:
        read_edit(sent)

    assert refused.value.reason == "unknown_edit"
