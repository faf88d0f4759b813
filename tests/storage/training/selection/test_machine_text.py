from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token
from storage.db.row_changes import UtteranceRow
from storage.db.values import write_tokens
from storage.training.selection.machine_text import MachineText, MachineTranscript


def row(start_ms: int, end_ms: int, text: str, *tokens: Token) -> UtteranceRow:
    name = f"{start_ms}-{end_ms}-{text}"
    return UtteranceRow(name, 0, start_ms, end_ms, None, text, write_tokens(tokens))


GREETING = row(
    1_000, 2_000, "你好。", Token(1_000, 1_400, "你", 0.5), Token(1_400, 2_000, "好", 0.75)
)
ENGLISH = row(2_000, 3_000, "Good day.", Token(2_000, 3_000, "Good day", None))


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Interval(1_000, 2_000), MachineText("你好。", 0.625)),
        (Interval(900, 1_500), MachineText("你", 0.5)),
        (Interval(1_500, 3_000), MachineText("好Good day.", 0.75)),
        (Interval(2_000, 3_000), MachineText("Good day.", None)),
        (Interval(5_000, 6_000), MachineText("", None)),
    ],
)
def test_whole_utterances_keep_their_marks_and_cut_ones_give_their_words(
    span: Interval, expected: MachineText
) -> None:
    assert MachineTranscript([ENGLISH, GREETING]).text_in(span) == expected


def test_words_of_neighbours_stay_apart() -> None:
    machine = MachineTranscript([ENGLISH, row(3_000, 4_000, "See you.")])

    assert machine.text_in(Interval(2_000, 4_000)).text == "Good day. See you."


spans = st.tuples(st.integers(0, 60), st.integers(1, 40)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


@given(st.lists(spans, max_size=12, unique=True), spans)
def test_of_utterances_that_overlap_none_is_missed(
    utterances: list[tuple[int, int]], span: tuple[int, int]
) -> None:
    rows = [row(start, end, f"<{start},{end}>") for start, end in utterances]
    inside = sorted(
        (start, end) for start, end in utterances if span[0] <= start and end <= span[1]
    )

    heard = MachineTranscript(rows).text_in(Interval(*span))

    found = heard.text.split()
    assert sorted(found) == sorted(f"<{start},{end}>" for start, end in inside)
