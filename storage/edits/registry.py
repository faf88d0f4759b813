"""Table of the edit request classes by the name of their kind."""

from __future__ import annotations

from collections.abc import Mapping

from storage.edits.boundaries import (
    DeleteUtterances,
    InsertUtterance,
    MergeUtterances,
    RetimeUtterance,
    SplitUtterance,
)
from storage.edits.request import EditRequest
from storage.edits.review_status import Flag, Reject, Reopen, Unflag, Verify
from storage.edits.speakers import (
    AddSpeaker,
    AssignSpeaker,
    AssignSpeakers,
    MergeSpeakers,
    ReassignSpeaker,
    RenameSpeaker,
)
from storage.edits.text import CorrectText, ReplaceText

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
        Reject,
        Reopen,
        Flag,
        Unflag,
    )
}
