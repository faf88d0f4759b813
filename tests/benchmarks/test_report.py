from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.machine import Machine, this_machine
from benchmarks.measurements import (
    OURS,
    Bound,
    Limit,
    Measurement,
    Results,
    Statistic,
    read_results,
    write_results,
)
from benchmarks.report import BEGIN, END, markdown, picture, with_figures

MACHINE = Machine("A <processor> & more", 2, 23.5, "Linux", ("avx2",), (("Python", "3.11"),))
SPEED = Measurement(
    "race", "a race, 60 min: speed", OURS, "RTF", (0.011, 0.013, 0.01), limit=Limit(0.012)
)
PEER = Measurement("race", "a race, 60 min: speed", "peer 1.0", "RTF", (0.03,), note="by itself")
TIMES = Measurement(
    "race", "times as long", "peer 1.0", "times", (2.0,), limit=Limit(2.5, Bound.AT_LEAST)
)
EDITS = Measurement("edits", "an edit", OURS, "ms", tuple(map(float, range(101))), Statistic.P95)


def results(*measurements: Measurement) -> Results:
    return Results(MACHINE, "2026-01-02").with_figures(measurements)


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    all_of_them = results(SPEED, PEER, TIMES, EDITS).with_load("race", 1.25).with_gap("x", "why")

    write_results(tmp_path / "new" / "results.json", all_of_them)

    assert read_results(tmp_path / "new" / "results.json") == all_of_them


def test_a_figure_that_is_measured_again_takes_the_place_of_the_old_one() -> None:
    newer = Measurement("race", SPEED.what, OURS, "RTF", (0.5,))

    again = results(SPEED, PEER).with_figures([newer])

    assert again.measurements == (newer, PEER)


def test_a_gap_that_is_filled_is_no_gap_any_more() -> None:
    assert results().with_gap("x", "why").with_gap("x", "").left_out == ()


@pytest.mark.parametrize(
    ("measurement", "value"), [(SPEED, 0.011), (EDITS, 95.0)], ids=["median", "95 %"]
)
def test_the_figure_is_the_statistic_that_was_chosen(
    measurement: Measurement, value: float
) -> None:
    assert measurement.value == value


def test_the_table_tells_spread_runs_limits_what_was_missed_and_left_out() -> None:
    lines = markdown(results(SPEED, PEER, TIMES).with_gap("killed", "not there")).splitlines()

    assert lines[-5:] == [
        "| a race, 60 min: speed | Speaker Studio | 0.011 RTF | 0.01 to 0.013, 3 runs | ≤ 0.012 |",
        "| a race, 60 min: speed | peer 1.0 | 0.03 RTF | one run |  |",
        "| times as long | peer 1.0 | 2 times | one run | ≥ 2.5 (missed) |",
        "",
        "*race*: by itself; *killed*: not there",
    ]


def test_the_picture_is_well_formed_whatever_names_there_are() -> None:
    drawn = picture(results(SPEED, PEER, TIMES))

    root = ElementTree.fromstring(drawn)
    words = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "a race, 60 min: speed (RTF, less is better)" in words
    assert "2026-01-02, A <processor> & more, 2 cores" in words
    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == 2


def test_of_two_lengths_the_longer_one_is_pictured() -> None:
    short = Measurement("race", "a race, 10 min: speed", OURS, "RTF", (0.1,))
    alone = Measurement("race", "another, 10 min: speed", OURS, "RTF", (0.1,))

    drawn = picture(results(short, alone, SPEED))

    assert "a race, 10 min" not in drawn
    assert "a race, 60 min" in drawn
    assert "another, 10 min" in drawn


def test_only_what_is_between_the_marks_changes() -> None:
    readme = f"before\n{BEGIN}\nold\n{END}\nafter\n"

    changed = with_figures(readme, results(SPEED))

    assert changed.startswith(f"before\n{BEGIN}\nMeasured on 2026-01-02")
    assert changed.endswith(f"\n{END}\nafter\n")
    assert "old" not in changed
    assert with_figures(changed, results(SPEED)) == changed


def test_a_text_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="figures: begin"):
        with_figures("no marks", results(SPEED))


def test_this_machine_has_a_name_that_tells_processor_and_cores() -> None:
    machine = this_machine()

    assert machine.processor
    assert machine.cores >= 1
    assert f"{machine.cores} cores" in machine.in_words()
    assert machine.short_name().endswith(f"{machine.cores}-cores")


def test_a_part_that_is_measured_again_leaves_nothing_of_what_it_was():
    other = replace(SPEED, part="another", what="something else")

    begun = results(SPEED, PEER, other).without_part(SPEED.part)

    assert begun.measurements == (other,)
