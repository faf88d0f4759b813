"""Hypothesis strategy for replacements of rows."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from storage.db.records import UtteranceStatus
from storage.db.row_changes import Replacement, SpeakerRow, TranscriptRows, UtteranceRow, difference
from storage.db.values import new_id
from tests.storage.drawn_transcripts import TEXTS, spans

STATUSES = st.sampled_from([status.value for status in UtteranceStatus])


@st.composite
def replacements(draw: st.DrawFn, current: TranscriptRows) -> Replacement:
    """Draw a consistent replacement: some rows changed, some deleted, some new."""
    added = tuple(
        SpeakerRow(new_id(), 90 + number, f"new {new_id()}", draw(st.none() | TEXTS))
        for number in range(draw(st.integers(0, 2)))
    )
    speakers = tuple(
        replace(each, display_name=draw(TEXTS)) if draw(st.booleans()) else each
        for each in current.speakers
    )
    speaker_ids = [each.id for each in (*speakers, *added)]
    kept = [each for each in current.utterances if draw(st.integers(0, 3))]
    utterances = tuple(
        changed(draw, each, speaker_ids) if draw(st.booleans()) else each for each in kept
    )
    new = tuple(
        changed(draw, UtteranceRow(new_id(), 0, 0, 1, None, "", "[]"), speaker_ids)
        for _ in range(draw(st.integers(0, 2)))
    )
    after = TranscriptRows((*speakers, *added), (*utterances, *new), current.turns)
    return difference(current, after)


def changed(draw: st.DrawFn, row: UtteranceRow, speaker_ids: list[str]) -> UtteranceRow:
    start_ms, end_ms = draw(spans())
    return replace(
        row,
        start_ms=start_ms,
        end_ms=end_ms,
        speaker_id=draw(st.none() | st.sampled_from(speaker_ids)) if speaker_ids else None,
        text=draw(TEXTS),
        status=draw(STATUSES),
        comment=draw(TEXTS),
        is_flagged=draw(st.integers(0, 1)),
    )
