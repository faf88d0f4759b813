"""Tests of the log's limits."""

import io
import logging

from webui.protection.log_limits import BURST_CHARACTERS, MAX_LINE, MAX_PIECE, LimitedLog


class Clock:
    seconds = 0.0

    def __call__(self):
        return self.seconds


def test_usual_lines_are_written_as_they_are():
    target = io.StringIO()

    logging.StreamHandler(LimitedLog(target)).emit(
        logging.LogRecord("a", logging.INFO, "", 0, "一行 %s", ("x",), None)
    )

    assert target.getvalue() == "一行 x\n"


def test_a_long_line_is_cut_and_a_traceback_keeps_its_first_and_last_lines():
    target = io.StringIO()
    log = LimitedLog(target)

    log.write("a" * 1_000_000 + "\n")
    log.write("first\n" + "middle\n" * 100_000 + "last\n")

    lines = target.getvalue().splitlines()
    assert lines[0].startswith("a" * 100)
    assert max(map(len, lines)) < MAX_LINE + 100
    assert len(target.getvalue()) < 3 * MAX_PIECE
    assert "first" in lines
    assert lines[-1] == "last"


def test_entries_over_the_rate_are_dropped_and_counted():
    target, clock = io.StringIO(), Clock()
    log = LimitedLog(target, clock)

    for _ in range(100_000):
        log.write("Invalid HTTP request received.\n")
    assert len(target.getvalue()) <= BURST_CHARACTERS
    clock.seconds = 60.0
    log.write("later\n")

    *_, told, later = target.getvalue().splitlines()
    assert told.endswith("characters were left out of this log)")
    assert later == "later"
