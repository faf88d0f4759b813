"""Tests of the limits of time and memory of child processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from storage.db.errors import EditRefusedError
from webui.services.imports.limited_process import (
    LimitedProcess,
    WorkLimits,
    WorkTooLargeError,
    WorkTooLongError,
)

WORK = "tests.webui.services.limited_work:work"


@pytest.fixture
def process() -> Iterator[LimitedProcess]:
    process = LimitedProcess(WORK, WorkLimits(seconds=30.0, memory_mb=500))
    yield process
    if process.is_alive:
        process.end()


def test_one_process_runs_several_calls_in_turn(process: LimitedProcess) -> None:
    first, second = process.call("work"), process.call("work")

    assert first == second
    assert first[0] != os.getpid()


def test_a_refusal_is_raised_with_its_reason_and_the_process_goes_on(
    process: LimitedProcess,
) -> None:
    with pytest.raises(EditRefusedError) as refused:
        process.call("refuse")

    assert (str(refused.value), refused.value.reason, refused.value.values) == (
        *("No.", "why"),
        {"count": "7"},
    )
    assert process.call("work")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit memory")
def test_work_that_needs_too_much_memory_ends_its_process(process: LimitedProcess) -> None:
    with pytest.raises(WorkTooLargeError):
        process.call("fill memory")

    assert not process.is_alive


def test_a_crashed_process_is_reported(process: LimitedProcess) -> None:
    with pytest.raises(WorkTooLargeError):
        process.call("die")

    assert not process.is_alive


def test_work_that_takes_too_long_is_stopped_unless_it_lifts_the_limit() -> None:
    patient = LimitedProcess(WORK, WorkLimits(seconds=30.0, memory_mb=500))
    patient.call("work")
    patient.end()
    process = LimitedProcess(WORK, WorkLimits(seconds=30.0, memory_mb=500))
    process.call("work")  # it has started
    process._limits = WorkLimits(seconds=1.0, memory_mb=500)

    assert process.call("wait past the limit")
    with pytest.raises(WorkTooLongError):
        process.call("wait")
    assert not process.is_alive
