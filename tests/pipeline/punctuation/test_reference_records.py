from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.transcript import Mark
from pipeline.punctuation.ct_transformer.mark_list import USUAL_NAMES, MarkList
from pipeline.punctuation.reference_records import ReferenceRecord, reference_records

MARKS = MarkList.of(USUAL_NAMES).marks
WORDS = ("今", "天", "天", "气", "不", "错", "hello", "world", "好")


def records(ids: Sequence[int] | None, words: Sequence[str]) -> tuple[ReferenceRecord, ...]:
    """Word i is said from 100 i to 100 i + 80 ms (spec A.6)."""
    times = [(100 * number, 100 * number + 80) for number in range(len(words))]
    return reference_records(None if ids is None else [MARKS[i] for i in ids], times, words)


def spans(found: Sequence[ReferenceRecord]) -> list[tuple[str, int | None, int]]:
    return [(each.text, each.start_ms, each.end_ms) for each in found]


def test_every_mark_ends_a_record() -> None:
    found = records([1, 1, 2, 1, 1, 3, 1, 2, 3], WORDS)

    assert spans(found) == [
        ("今天天，", 0, 280),
        ("气不错。", 300, 580),
        (" hello world，", 600, 780),
        ("好。", 800, 880),
    ]
    assert found[2].timestamps == ((600, 680), (700, 780))


def test_words_after_the_last_mark_are_lost() -> None:
    assert spans(records([1, 1, 1, 1, 1, 3, 1, 1, 1], WORDS)) == [("今天天气不错。", 0, 580)]


def test_words_without_a_mark_of_their_own_are_lost_too() -> None:
    found = records([1, 2, 3], ["一", "二", "三", "四"])

    assert spans(found) == [("一二，", 0, 180), ("三。", 200, 280)]


def test_without_marks_there_is_one_record_of_bare_words() -> None:
    (record,) = records(None, ["一", "二", "三"])

    assert (record.pieces, record.start_ms, record.end_ms) == (("一", "二", "三"), 0, 280)
    assert records([], ["一", "二", "三"]) == (record,)


def test_a_word_without_a_time_leaves_a_hole() -> None:
    (first, second) = reference_records(
        [MARKS[each] for each in (1, 3, 3)], [(0, 80), (100, 180)], ["一", "二", "三"]
    )

    assert first.timestamps == ((0, 80), (100, 180))
    assert (second.timestamps, second.start_ms, second.end_ms) == ((None,), None, 180)


def test_no_words_or_no_times_give_no_records() -> None:
    assert reference_records([Mark.FULL_STOP], [], ["一"]) == ()
    assert reference_records([Mark.FULL_STOP], [(0, 80)], []) == ()


def test_english_is_spaced_from_chinese_on_both_sides() -> None:
    assert spans(records([1, 1, 1, 3], ["用", "AI", "做", "好"])) == [("用 AI 做好。", 0, 380)]


@given(st.lists(st.tuples(st.sampled_from(["好", "ok", "3"]), st.integers(0, 5))))
def test_records_hold_all_words_up_to_the_last_mark(said: list[tuple[str, int]]) -> None:
    found = records([each for _, each in said], [word for word, _ in said])

    marked = [number for number, (_, each) in enumerate(said, start=1) if each > 1]
    expected = [word for word, _ in said[: marked[-1] if marked else 0]]
    assert [piece.strip(" ，。？、") for record in found for piece in record.pieces] == expected
    assert len(found) == len(marked)
