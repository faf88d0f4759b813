from __future__ import annotations

import errno
import gc
import signal
import time
import tracemalloc
from dataclasses import replace
from functools import partial

import pytest

from pipeline.batch.journal import Journal, open_journal
from pipeline.batch.report import BatchReport
from pipeline.batch.run import Batch, Orders
from pipeline.batch.survey import survey
from pipeline.batch.workers import InTurn
from pipeline.core.errors import InferenceError, OptionError, WorkingFileError
from pipeline.inputs.gathering import InputRules, iterate_inputs
from tests.dev_data import REPOSITORY
from tests.pipeline.batch.batch_runs import Counting, run, say_one, write_tiny, written
from tests.pipeline.two_tracks import SILENT, voice_track, write_tracks

THOUSANDS = 1_500
OUR_CODE = tracemalloc.Filter(inclusive=True, filename_pattern=str(REPOSITORY / "pipeline" / "*"))


@pytest.mark.wall_clock
def test_thousands_of_recordings_need_no_more_memory_than_a_few(tmp_path):
    original = write_tiny(tmp_path / "x.wav")
    for number in range(THOUSANDS):
        folder = tmp_path / "in" / f"{number % 30}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.wav").hardlink_to(original)
    held: list[int] = []
    hearing = Counting()

    def measure(audio, on_progress):
        if len(hearing.heard_ms) in (100, THOUSANDS - 1):
            gc.collect()
            ours = tracemalloc.take_snapshot().filter_traces([OUR_CODE])
            held.append(sum(each.size for each in ours.statistics("filename")))
        return hearing(audio, on_progress)

    tracemalloc.start()
    began = time.perf_counter()
    try:
        tally = run([tmp_path / "in"], tmp_path / "out", measure)
    finally:
        tracemalloc.stop()

    assert tally.done == THOUSANDS
    assert held[1] - held[0] < 600 * THOUSANDS  # bytes: a digest, a place and two names each
    assert time.perf_counter() - began < 60


def test_a_list_is_worked_off_in_its_order(tmp_path):
    lines = []
    for number in range(30):
        write_tiny(tmp_path / f"{number}.wav", seconds=0.01 + number / 1_000)
        lines.append(f"id-{30 - number} {number}.wav\n")
    (tmp_path / "wav.scp").write_text("".join(lines))
    hearing = Counting()

    run([tmp_path / "wav.scp"], tmp_path / "out", hearing)

    assert hearing.heard_ms == [10 + number for number in range(30)]
    assert set(written(tmp_path / "out")) == {f"id-{number}.srt" for number in range(1, 31)}


@pytest.mark.parametrize(
    "error",
    [
        InferenceError("no\nresult"),
        OSError(errno.EIO, "bad disk"),
        MemoryError(),
        ZeroDivisionError(),
    ],
)
def test_whatever_goes_wrong_with_one_the_others_have_their_turn(tmp_path, capsys, error):
    for name in "abc":
        write_tiny(tmp_path / "in" / f"{name}.wav", seconds=0.02 if name == "b" else 0.01)

    def fail_at_b(audio, on_progress):
        if audio.duration_ms == 20:
            raise error
        return say_one(audio, on_progress)

    tally = run([tmp_path / "in"], tmp_path / "out", fail_at_b)

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: b.wav: ")
    assert (tally.done, tally.failed) == (2, 1)
    assert set(written(tmp_path / "out")) == {"a.srt", "c.srt", "failed.tsv"}
    assert written(tmp_path / "out")["failed.tsv"].splitlines()[1].startswith("b.wav\t")


def test_what_failed_is_tried_again_and_leaves_the_list(tmp_path):
    write_tiny(tmp_path / "in" / "a.wav")
    (tmp_path / "in" / "b.wav").write_bytes(b"")
    first = run([tmp_path / "in"], tmp_path / "out")
    write_tiny(tmp_path / "in" / "b.wav")

    second = run([tmp_path / "in"], tmp_path / "out")

    assert (first.done, first.failed) == (1, 1)
    assert (second.done, second.skipped, second.failed) == (1, 1, 0)
    assert set(written(tmp_path / "out")) == {"a.srt", "b.srt"}


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device")])
def test_a_full_disk_ends_the_run_since_no_other_would_fit(tmp_path, error):
    for name in "ab":
        write_tiny(tmp_path / "in" / f"{name}.wav")

    def find_it_full(audio, on_progress):
        raise error

    with pytest.raises(WorkingFileError, match="Free some space"):
        run([tmp_path / "in"], tmp_path / "out", find_it_full)


def test_options_that_fit_no_recording_end_the_run(tmp_path):
    write_tiny(tmp_path / "in" / "a.wav")

    def refuse(audio, on_progress):
        raise OptionError("no such language")

    with pytest.raises(OptionError, match="no such language"):
        run([tmp_path / "in"], tmp_path / "out", refuse)


def test_hostile_names_are_one_line_everywhere(tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    names = [
        "a\nb\tc.wav",
        "=cmd().wav",
        "\u202eevil.wav",
        "x" * 240 + ".wav",
        "-rf.wav",
        "\x1b[31m.wav",
    ]
    for name in names:
        (folder / name).write_bytes(b"")

    tally = run([folder], tmp_path / "out")

    lines = capsys.readouterr().err.splitlines()
    rows = written(tmp_path / "out")["failed.tsv"].splitlines()
    assert tally.failed == len(lines) == len(rows) - 1 == len(names)
    assert all(line.isprintable() for line in lines)
    assert all(len(row.split("\t")) == 2 and not row.startswith(("=", "-")) for row in rows)


def test_names_that_are_no_text_are_transcribed_too(tmp_path):
    folder = tmp_path / "in"
    wav, mp3 = write_tiny(tmp_path / "x.wav"), write_tiny(tmp_path / "x.mp3", seconds=1.0)
    folder.mkdir()
    try:
        (folder / "\udcff\udcfe.wav").hardlink_to(wav)
        (folder / "\udcff.mp3").hardlink_to(mp3)
    except OSError:
        pytest.skip("this file system has text for names only")

    tally = run([folder], tmp_path / "out", formats=("srt", "json", "txt"))

    assert (tally.done, tally.failed) == (2, 0)
    assert len(written(tmp_path / "out")) == 6


@pytest.fixture
def ctrl_c_ignored():
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("ctrl_c_interrupts")
def test_the_first_interruption_lets_the_recording_at_work_be_finished(tmp_path):
    for name in "abc":
        write_tiny(tmp_path / "in" / f"{name}.wav")

    def interrupt(audio, on_progress):
        signal.raise_signal(signal.SIGINT)
        return say_one(audio, on_progress)

    tally = run([tmp_path / "in"], tmp_path / "out", interrupt)

    assert (tally.done, tally.num_inputs) == (1, 1)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("ctrl_c_ignored")
def test_a_calling_program_that_ignores_interruptions_is_not_interrupted(tmp_path):
    for name in "ab":
        write_tiny(tmp_path / "in" / f"{name}.wav")

    def interrupt(audio, on_progress):
        signal.raise_signal(signal.SIGINT)
        return say_one(audio, on_progress)

    tally = run([tmp_path / "in"], tmp_path / "out", interrupt)

    assert (tally.done, tally.num_inputs) == (2, 2)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


@pytest.mark.usefixtures("ctrl_c_interrupts")
def test_the_second_interruption_ends_at_once_and_leaves_nothing_half_done(tmp_path):
    for name in "abc":
        write_tiny(tmp_path / "in" / f"{name}.wav")

    def interrupt_twice(audio, on_progress):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("it went on")

    with pytest.raises(KeyboardInterrupt):
        run([tmp_path / "in"], tmp_path / "out", interrupt_twice)

    assert written(tmp_path / "out") == {}
    assert run([tmp_path / "in"], tmp_path / "out").done == 3


def test_time_left_and_summary_count_what_was_worked_on(tmp_path):
    reports: list[BatchReport] = []
    left: list[float | None] = []
    for number in range(4):
        write_tiny(tmp_path / "in" / f"{number}.wav", seconds=1.0)
    run([tmp_path / "in" / "0.wav"], tmp_path / "out")

    def take_their_time(audio, on_progress):
        left.append(reports[0].time_left_s())
        return say_one(audio, on_progress)

    run([tmp_path / "in"], tmp_path / "out", take_their_time, watch=reports.append)

    tally = reports[0].tally
    assert left[0] is None
    assert left[2] is not None
    assert left[2] < tally.work_s
    assert (tally.done, tally.skipped, tally.audio_ms) == (3, 1, 3_000)
    assert reports[0].summary().startswith("3 done, 1 there already, 0 failed\n0.00 h of audio in ")


def test_which_of_several_sound_tracks_was_read_is_said(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    several = write_tracks(tmp_path / "in" / "several.mkv", [SILENT, voice_track(1)])
    one = write_tiny(tmp_path / "in" / "one.wav")

    run([several, one], tmp_path / "out")

    assert capsys.readouterr().err == (
        "note: several.mkv: Sound track 2 of 2 was read. Choose with --audio-track N, mix or auto\n"
    )


def test_files_have_the_names_of_known_speakers(tmp_path):
    def spoken(audio, on_progress):
        result = say_one(audio, on_progress)
        sentences = [replace(each, speaker="S1") for each in result.transcript.sentences]
        return replace(result, transcript=replace(result.transcript, sentences=tuple(sentences)))

    inputs = partial(iterate_inputs, [write_tiny(tmp_path / "a.wav")], rules=InputRules())
    found = survey(inputs)
    (tmp_path / "out").mkdir()

    with open_journal(tmp_path / "out") as file:
        batch = Batch(
            Orders(tmp_path / "out", ("srt",), "us"),
            found,
            Journal(file),
            InTurn(spoken),
            lambda _: (("S1", "王经理"),),
        )
        batch.run(inputs, BatchReport(found, tmp_path / "out"))

    (text,) = written(tmp_path / "out").values()
    assert "王经理" in text
