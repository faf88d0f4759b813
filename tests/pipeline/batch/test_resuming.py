from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.batch.journal import FILE_NAME
from tests.dev_data import REPOSITORY
from tests.pipeline.batch.batch_runs import Counting, run, said, write_tiny, written

SLOW_RUN = """
import sys, time
from pathlib import Path
from tests.pipeline.batch.batch_runs import run, say_one

def slowly(audio, on_progress):
    time.sleep(0.004)
    return say_one(audio, on_progress)

print("begun", flush=True)
run([Path(sys.argv[1])], Path(sys.argv[2]), slowly, formats=("srt", "json"))
"""


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    write_tiny(folder / "a.wav", seconds=0.01)
    write_tiny(folder / "a.flac", seconds=0.02)
    write_tiny(folder / "later" / "a.wav", seconds=0.03)
    return folder


def test_what_is_there_is_left_alone_also_where_a_person_has_edited_it(recordings, tmp_path):
    out, hearing = tmp_path / "out", Counting()
    run([recordings], out, hearing)
    (out / "a.flac.srt").write_text("corrected by hand")
    before = written(out)

    again = run([recordings], out, hearing)

    assert (again.done, again.skipped, again.failed) == (0, 3, 0)
    assert len(hearing.heard_ms) == 3
    assert written(out) == before


@pytest.mark.parametrize(
    "change",
    ["other models", "other audio", "a file gone", "another format", "asked for again"],
)
def test_what_would_be_different_is_done_anew(recordings, tmp_path, change):
    out, hearing = tmp_path / "out", Counting()
    run([recordings / "a.wav"], out, hearing)
    formats: tuple[str, ...] = ("srt",)
    made_by, again = "us", False
    match change:
        case "other models":
            made_by = "others"
        case "other audio":
            write_tiny(recordings / "a.wav", seconds=0.05)
        case "a file gone":
            (out / "a.srt").unlink()
        case "another format":
            formats = ("srt", "txt")
        case _:
            again = True

    run([recordings / "a.wav"], out, hearing, formats=formats, made_by=made_by, again=again)

    assert len(hearing.heard_ms) == 2
    assert set(written(out)) == {f"a.{each}" for each in formats}


def test_formats_asked_for_one_after_the_other_are_all_there(recordings, tmp_path):
    out, hearing = tmp_path / "out", Counting()

    for formats in (("srt",), ("txt",), ("srt",), ("txt", "srt")):
        run([recordings / "a.wav"], out, hearing, formats=formats)

    assert len(hearing.heard_ms) == 2


def test_names_stay_when_files_are_added_that_would_have_had_them(recordings, tmp_path):
    out = tmp_path / "out"
    (recordings / "a.flac").unlink()
    run([recordings], out)
    write_tiny(recordings / "a.flac", seconds=0.02)
    write_tiny(recordings / "a.aiff", seconds=0.04)

    tally = run([recordings], out)

    assert (tally.done, tally.skipped) == (2, 2)
    assert set(written(out)) == {"a.srt", "a.flac.srt", "a.aiff.srt", "later/a.srt"}


def test_a_line_that_a_crash_cut_off_costs_its_recording_alone(recordings, tmp_path):
    out, hearing = tmp_path / "out", Counting()
    run([recordings], out, hearing)
    journal = out / FILE_NAME
    journal.write_bytes(journal.read_bytes()[:-7])

    tally = run([recordings], out, hearing)

    assert (tally.done, tally.skipped) == (1, 2)
    assert hearing.heard_ms == [20, 10, 30, 30]
    assert len(journal.read_bytes().splitlines()) == 3


@pytest.mark.parametrize(
    "line",
    [b"\xff\xfe", b"{}", b"[1]", b'"x"', b"null", json.dumps({"source": "x", "name": 1}).encode()],
)
def test_a_journal_that_somebody_else_wrote_is_passed_over(recordings, tmp_path, line):
    out = tmp_path / "out"
    out.mkdir()
    (out / FILE_NAME).write_bytes(line + b"\n")

    tally = run([recordings], out)

    assert (tally.done, tally.skipped, tally.failed) == (3, 0, 0)


def test_a_name_in_the_journal_leads_out_of_no_folder(recordings, tmp_path):
    out = tmp_path / "out"
    run([recordings / "a.wav"], out)
    journal = out / FILE_NAME
    entry = json.loads(journal.read_text())
    journal.write_text(json.dumps({**entry, "name": "../outside", "made_by": "others"}) + "\n")

    run([recordings / "a.wav"], out)

    assert set(written(out)) == {"a.srt"}
    assert not (tmp_path / "outside.srt").exists()


def test_the_folder_of_recognised_lines_has_what_earlier_runs_did(recordings, tmp_path):
    out = tmp_path / "out"
    formats = ("srt", "1best_recog")
    run([recordings / "a.wav"], out, formats=formats)

    run([recordings], out, lambda audio, _: said(audio, "二"), formats=formats)

    assert written(out / "1best_recog")["text"].splitlines() == [
        "a.flac 二",
        "a 一",
        "later/a 二",
    ]


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_killed_at_random_and_run_again_it_gives_what_an_undisturbed_run_gives(tmp_path):
    source, out, undisturbed = tmp_path / "in", tmp_path / "out", tmp_path / "undisturbed"
    for number in range(120):
        write_tiny(source / f"{number % 7}" / f"{number}.wav", seconds=0.01 + number / 1e4)
    run([source], undisturbed, formats=("srt", "json"))
    draw = random.Random(0)

    for _ in range(4):
        command = [sys.executable, "-c", SLOW_RUN, str(source), str(out)]
        with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(draw.uniform(0.05, 0.3))
            process.send_signal(signal.SIGKILL)
    hearing = Counting()
    tally = run([source], out, hearing, formats=("srt", "json"))

    assert tally.skipped > 0
    assert tally.done == len(hearing.heard_ms) == 120 - tally.skipped
    assert written(out) == written(undisturbed)
