"""Edit requests that verify, reject, reopen and flag sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.db.errors import EditRefusedError
from storage.edit_plans.review_status import Flag, Reject, Reopen, Unflag, Verify
from tests.storage.edit_plans.edit_context import GOOD_DAY, planned, utterances_after

VERIFIED = replace(GOOD_DAY, status="verified", reviewed_by="Bert")
EDITED = replace(GOOD_DAY, status="corrected", is_edited=1)
FLAGGED = replace(GOOD_DAY, is_flagged=1, comment="who?")


def test_a_verified_sentence_has_its_reviewer() -> None:
    (row,) = utterances_after(Verify(("u1",)), EDITED)

    assert row == replace(EDITED, status="verified", reviewed_by="Anna")


def test_verifying_again_keeps_the_first_reviewer() -> None:
    assert utterances_after(Verify(("u1",)), VERIFIED) == (VERIFIED,)


def test_a_rejected_sentence_has_its_reviewer() -> None:
    (row,) = utterances_after(Reject(("u1",)), VERIFIED)

    assert (row.status, row.reviewed_by) == ("rejected", "Anna")


@pytest.mark.parametrize("before", [GOOD_DAY, EDITED])
def test_reopening_restores_the_status_before_the_review(before: object) -> None:
    (verified,) = utterances_after(Verify(("u1",)), before)

    assert utterances_after(Reopen(("u1",)), verified) == (before,)


def test_a_flag_carries_a_comment() -> None:
    assert utterances_after(Flag(("u1",), " who? "), GOOD_DAY) == (FLAGGED,)


def test_removing_a_flag_removes_its_comment() -> None:
    assert utterances_after(Unflag(("u1",)), FLAGGED) == (GOOD_DAY,)


def test_a_comment_that_is_too_long_is_refused() -> None:
    with pytest.raises(EditRefusedError, match="2001"):
        planned(Flag(("u1",), "x" * 2_001))


def test_an_empty_selection_is_refused() -> None:
    with pytest.raises(EditRefusedError, match="No sentence is selected"):
        planned(Verify(()))
