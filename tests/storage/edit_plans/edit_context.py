"""A small transcript to plan edits from, without a database."""

from __future__ import annotations

from itertools import count

from pipeline.core.transcript import Token
from storage.db.row_changes import SpeakerRow, TranscriptRows, TurnRow, UtteranceRow
from storage.db.values import write_tokens
from storage.edit_plans.request import EditContext, EditRequest

GOOD_DAY = UtteranceRow(
    id="u1",
    position=0,
    start_ms=1_000,
    end_ms=2_000,
    speaker_id="s1",
    text="今天很好。",
    tokens_json=write_tokens(
        [
            Token(1_000, 1_200, "今", 0.5),
            Token(1_200, 1_400, "天", 0.5),
            Token(1_500, 1_600, "很", 0.5),
            Token(1_600, 2_000, "好。", 0.5),
        ]
    ),
)
HELLO = UtteranceRow(
    id="u2",
    position=1,
    start_ms=2_000,
    end_ms=3_000,
    speaker_id="s2",
    text="Hello world.",
    tokens_json=write_tokens([Token(2_000, 2_400, " Hello"), Token(2_500, 3_000, " world.")]),
)
AGAIN = UtteranceRow(
    id="u3",
    position=2,
    start_ms=3_500,
    end_ms=4_000,
    speaker_id="s1",
    text="Fine",
    tokens_json=write_tokens([Token(3_500, 4_000, "Fine")]),
)
ROWS = TranscriptRows(
    speakers=(SpeakerRow("s1", 0, "S1"), SpeakerRow("s2", 1, "S2", "Anna")),
    utterances=(GOOD_DAY, HELLO, AGAIN),
    turns=(TurnRow("t1", 0, 1_000, 2_000, "s1"),),
)


def planned(request: EditRequest, *rows: UtteranceRow) -> TranscriptRows:
    """Return the planned rows from the given or all utterances; new ids are n1, n2, ..."""
    numbers = count(1)
    current = TranscriptRows(ROWS.speakers, rows or ROWS.utterances, ROWS.turns)
    return request.plan(EditContext(current, 10_000, "Anna", lambda: f"n{next(numbers)}"))


def utterances_after(request: EditRequest, *rows: UtteranceRow) -> tuple[UtteranceRow, ...]:
    return tuple(sorted(planned(request, *rows).utterances, key=lambda row: row.start_ms))
