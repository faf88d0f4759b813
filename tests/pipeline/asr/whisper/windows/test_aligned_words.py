from __future__ import annotations

from dataclasses import replace

from pipeline.asr.whisper.text.spoken_units import TimedPiece
from pipeline.asr.whisper.windows.aligned_words import AlignedWord, fill_hole, place_units, text_of
from pipeline.asr.whisper.windows.window_packing import PackedWindow, make_parts
from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token

PART_MS = 4_000
# Three parts of four seconds; in the recording six seconds lie between them.
WINDOW = PackedWindow(
    make_parts(
        [(i, Interval(i * 10_000, i * 10_000 + PART_MS)) for i in range(3)],
        pad_ms=0,
        duration_ms=30_000,
    )
)
HOLE = (1, 2)
ALONE = PackedWindow(WINDOW.parts[1:2])


def words(text: str, *, start_ms: int, window: PackedWindow = WINDOW) -> list[AlignedWord]:
    """A word for every character, four a second; marks go with the character before."""
    units: list[TimedPiece] = []
    for character in text:
        if character in "，。":
            units[-1] = replace(units[-1], text=units[-1].text + character)
        else:
            at_ms = start_ms + 250 * len(units)
            units.append(TimedPiece(character, at_ms, at_ms + 250, 0.5))
    return place_units(units, window)


def test_a_word_becomes_a_token_in_recording_time() -> None:
    (word,) = place_units([TimedPiece("好。", 4_500, 4_800, 0.7)], WINDOW)

    assert word.token == Token(10_500, 10_800, "好。", confidence=0.7)


def test_words_never_go_back_to_an_earlier_part() -> None:
    units = [TimedPiece("长", 3_000, 6_000, 0.5), TimedPiece("短", 3_900, 3_950, 0.5)]

    assert [word.place.part for word in place_units(units, WINDOW)] == [1, 1]


def test_what_is_found_in_a_hole_goes_between_the_words_around_it() -> None:
    whole = [*words("前面说完。", start_ms=0), *words("后面的话。", start_ms=8_000)]
    found = words("中间说的。", start_ms=0, window=ALONE)

    filled = fill_hole(whole, found, hole=HOLE, window=WINDOW)

    assert text_of(filled) == "前面说完。中间说的。后面的话。"
    assert [word.place.part for word in filled] == [0] * 4 + [1] * 4 + [2] * 4
    assert filled[4].token == Token(10_000, 10_250, "中", confidence=0.5)


def test_words_chunked_over_a_hole_go_back_to_their_clauses() -> None:
    whole = [
        *words("前面说", start_ms=0),
        *words("完。如果", start_ms=4_100)[:1],
        *words("如", start_ms=6_000),
        *words("果是后面。", start_ms=8_000),
    ]
    found = words("中间说的话。", start_ms=0, window=ALONE)

    filled = fill_hole(whole, found, hole=HOLE, window=WINDOW)

    assert text_of(filled) == "前面说完。中间说的话。如果是后面。"
    tokens = [word.token for word in filled]
    assert tokens[3] == Token(3_999, 4_000, "完。", confidence=0.5)
    assert tokens[9] == Token(20_000, 20_001, "如", confidence=0.5)
    assert [token.start_ms for token in tokens] == sorted(token.start_ms for token in tokens)


def test_words_said_in_the_hole_itself_are_replaced() -> None:
    whole = [*words("前面。", start_ms=0), *words("听错了一些", start_ms=4_000)]
    found = words("这次听得清楚多了。", start_ms=0, window=ALONE)

    assert text_of(fill_hole(whole, found, hole=HOLE, window=WINDOW)) == "前面。这次听得清楚多了。"


def test_a_word_that_reaches_out_of_the_hole_belongs_to_what_follows() -> None:
    reaching = place_units([TimedPiece("后", 7_700, 8_200, 0.5)], WINDOW)
    whole = [
        *words("前面说完。", start_ms=0),
        *words("中间说的。", start_ms=4_000),
        *reaching,
        *words("面的话。", start_ms=8_250),
    ]
    found = words("中间说的。还有这些。", start_ms=0, window=ALONE)

    filled = fill_hole(whole, found, hole=HOLE, window=WINDOW)

    assert text_of(filled) == "前面说完。中间说的。还有这些。后面的话。"


def test_nothing_changes_where_nothing_more_is_found() -> None:
    whole = [*words("前面。", start_ms=0), *words("后面。", start_ms=8_000)]

    assert fill_hole(whole, [], hole=HOLE, window=WINDOW) == whole


def test_before_a_hole_at_the_start_nothing_is_put() -> None:
    whole = [*words("完。", start_ms=1_000), *words("后面。", start_ms=4_000)]
    found = words("原来开头说了这个", start_ms=0, window=PackedWindow(WINDOW.parts[:1]))

    filled = fill_hole(whole, found, hole=(0, 1), window=WINDOW)

    assert text_of(filled) == "原来开头说了这个完。后面。"
