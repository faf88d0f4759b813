from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core.errors import WorkingFileError
from pipeline.runtime.append_log import RecordLog

records = st.lists(st.binary(min_size=1, max_size=40), max_size=6)


def kept_in(path: Path) -> list[bytes]:
    log = RecordLog(path)
    found = list(log.read())
    log.close()
    return found


def write(path: Path, wanted: list[bytes]) -> None:
    log = RecordLog(path)
    for each in wanted:
        log.append(each)
    log.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=records, second=records)
def test_records_are_read_as_they_were_appended_in_several_runs(
    tmp_path: Path, first: list[bytes], second: list[bytes]
) -> None:
    path = tmp_path / "work.log"
    path.unlink(missing_ok=True)

    write(path, first)
    write(path, second)

    assert kept_in(path) == first + second


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=records, lost=st.integers(0, 300))
def test_a_torn_tail_is_cut_off_and_what_comes_then_follows_the_whole_records(
    tmp_path: Path, wanted: list[bytes], lost: int
) -> None:
    path = tmp_path / "work.log"
    path.unlink(missing_ok=True)
    write(path, wanted)
    data = path.read_bytes()
    path.write_bytes(data[: max(0, len(data) - lost)])

    survivors = kept_in(path)
    write(path, [b"next"])

    assert survivors == wanted[: len(survivors)]
    assert len(survivors) == len(wanted) or lost
    assert kept_in(path) == [*survivors, b"next"]


@pytest.mark.parametrize("damage", [b"\0" * 64, b"\x05\0\0\0abcdefghi", b"\xff" * 30])
def test_what_is_no_record_ends_the_log(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "work.log"
    write(path, [b"one", b"two"])
    path.write_bytes(path.read_bytes() + damage)

    assert kept_in(path) == [b"one", b"two"]


def test_what_is_appended_meanwhile_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "work.log"
    write(path, [b"before"])
    log = RecordLog(path)
    reading = log.read()

    log.append(b"now")

    assert list(reading) == [b"before"]
    log.close()


def test_a_log_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(WorkingFileError, match=r"cannot be stored in words\.log"):
        RecordLog(tmp_path / "no folder" / "words.log")
