"""Every kind of edit by its name."""

from __future__ import annotations

from collections.abc import Mapping

from storage.edit_kinds.borders import (
    DeleteUtterances,
    InsertUtterance,
    MergeUtterances,
    RetimeUtterance,
    SplitUtterance,
)
from storage.edit_kinds.request import EditRequest
from storage.edit_kinds.reviews import Flag, Reject, Reopen, Unflag, Verify
from storage.edit_kinds.voices import (
    AddSpeaker,
    AssignSpeaker,
    AssignSpeakers,
    MergeSpeakers,
    ReassignSpeaker,
    RenameSpeaker,
)
from storage.edit_kinds.words import CorrectText, ReplaceText

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
