"""Two transcripts of one recording side by side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.text_differences import TextPart
from pipeline.text.transcript_comparison import ComparedSentence, TimedText, compare_transcripts


def shown(sentences: tuple[ComparedSentence, ...]) -> list[str]:
    """Return sentences with their changed parts in brackets."""
    return [
        "".join(f"[{part.text}]" if part.is_changed else part.text for part in each.parts)
        for each in sentences
    ]


def test_changed_words_are_marked_on_both_sides_and_counted() -> None:
    first = [TimedText(0, 3_000, "章小同说，项目延期了。"), TimedText(4_000, 6_000, "好的。")]
    second = [TimedText(100, 3_100, "张晓彤说，项目延期了！"), TimedText(4_000, 6_000, "好的")]

    found = compare_transcripts(first, second)

    (name, same) = found.rows
    assert (shown(name.first), shown(name.second)) == (
        ["[章小同]说，项目延期了。"],
        ["[张晓彤]说，项目延期了！"],
    )
    assert same.second[0].parts == (TextPart("好的", is_changed=False),)
    assert (found.num_errors, found.num_units, found.num_changed_rows) == (3, 11, 1)
    assert found.error_rate == pytest.approx(3 / 11)


def test_a_sentence_that_was_divided_stands_beside_both_halves() -> None:
    first = [TimedText(0, 6_000, "今天开会讨论项目。")]
    second = [TimedText(0, 2_000, "今天开会，"), TimedText(2_000, 6_000, "讨论项目。")]

    (row,) = compare_transcripts(first, second).rows

    assert (len(row.first), len(row.second), row.num_errors) == (1, 2, 0)


def test_a_word_on_the_other_side_of_a_border_is_no_difference() -> None:
    first = [TimedText(0, 3_000, "我们今天"), TimedText(3_000, 6_000, "开会讨论")]
    second = [TimedText(0, 3_000, "我们"), TimedText(3_000, 6_000, "今天开会讨论")]

    found = compare_transcripts(first, second)

    assert (len(found.rows), found.num_errors) == (1, 0)


def test_a_sentence_of_one_transcript_alone_is_a_row_of_its_own() -> None:
    first = [TimedText(0, 1_000, "你好"), TimedText(5_000, 6_000, "再见")]
    second = [TimedText(0, 1_000, "你好"), TimedText(2_000, 3_000, "嗯嗯")]

    found = compare_transcripts(first, second)

    assert [(shown(row.first), shown(row.second)) for row in found.rows] == [
        (["你好"], ["你好"]),
        ([], ["[嗯嗯]"]),
        (["[再见]"], []),
    ]


@pytest.mark.parametrize(("text", "rate"), [(None, 0.0), ("", 0.0), ("。", 0.0), ("好", 1.0)])
def test_against_an_empty_transcript_every_word_is_a_difference(
    text: str | None, rate: float
) -> None:
    second = [] if text is None else [TimedText(0, 1_000, text)]

    assert compare_transcripts([], second).error_rate == rate


SENTENCES = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 20), st.text("甲乙ab，。 ", max_size=8)),
    max_size=8,
).map(
    lambda found: sorted(
        (TimedText(100 * start, 100 * (start + length), text) for start, length, text in found),
        key=lambda each: each.start_ms,
    )
)


@given(SENTENCES, SENTENCES)
def test_every_sentence_is_shown_once_with_its_whole_text(
    first: list[TimedText], second: list[TimedText]
) -> None:
    found = compare_transcripts(first, second)

    for sentences, side in ((first, "first"), (second, "second")):
        listed = [each for row in found.rows for each in getattr(row, side)]
        texts = {each.position: "".join(part.text for part in each.parts) for each in listed}
        assert len(listed) == len(sentences)
        assert texts == {place: each.text for place, each in enumerate(sentences)}
    assert compare_transcripts(first, first).num_errors == 0
