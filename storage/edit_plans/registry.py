"""Table of the edit request classes by the name of their kind."""

from __future__ import annotations

from collections.abc import Mapping

from storage.edit_plans.boundaries import (
    DeleteUtterances,
    InsertUtterance,
    MergeUtterances,
    RetimeUtterance,
    SplitUtterance,
)
from storage.edit_plans.request import EditRequest
from storage.edit_plans.review_status import (
    Flag,
    Reject,
    Reopen,
    Unflag,
    Verify,
    VerifyHeard,
)
from storage.edit_plans.speakers import (
    AddSpeaker,
    AssignSpeaker,
    AssignSpeakers,
    MergeSpeakers,
    ReassignSpeaker,
    RenameSpeaker,
)
from storage.edit_plans.text import CorrectText, ReplaceText

EDIT_KINDS: Mapping[str, type[EditRequest]] = {
    request.kind: request
    for request in (
        CorrectText,
        ReplaceText,
        AssignSpeaker,
        AssignSpeakers,
        ReassignSpeaker,
        RenameSpeaker,
        MergeSpeakers,
        AddSpeaker,
        SplitUtterance,
        MergeUtterances,
        InsertUtterance,
        DeleteUtterances,
        RetimeUtterance,
        Verify,
        VerifyHeard,
        Reject,
        Reopen,
        Flag,
        Unflag,
    )
}
