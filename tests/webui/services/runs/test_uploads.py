"""Tests of the folder of uploads."""

from __future__ import annotations

import shutil
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from webui.services.runs.uploads import (
    MAX_RECEIVED,
    TooManyUploadsError,
    UploadGoneError,
    Uploads,
)

HOUR_S = 3_600.0


class Clock:
    """A clock in seconds since the epoch, which a test can advance."""

    def __init__(self) -> None:
        self.ahead_s = 0.0
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s + self.ahead_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def uploads(tmp_path: Path, clock: Clock) -> Uploads:
    return Uploads(tmp_path / "uploads", keep_s=HOUR_S, clock=clock)


def received(uploads: Uploads, clock: Clock, name: str = "talk.wav") -> Path:
    with uploads.receiving() as folder:
        (folder / "tmp123").write_bytes(b"sound")
        path = uploads.add(folder / "tmp123", name)
    clock.now_s = path.stat().st_mtime
    return path


def contents(uploads: Uploads) -> list[Path]:
    return [each for each in uploads.root.rglob("*") if each.is_file()]


def test_equal_files_are_separate_uploads(uploads: Uploads, clock: Clock) -> None:
    first, second = received(uploads, clock), received(uploads, clock)

    with uploads.claimed(first):
        pass

    assert not first.exists()
    assert second.read_bytes() == b"sound"
    assert contents(uploads) == [second]


def test_an_upload_is_removed_after_the_last_start_that_uses_it(
    uploads: Uploads, clock: Clock
) -> None:
    path = received(uploads, clock)
    first, second = uploads.claimed(path), uploads.claimed(path)

    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert path.read_bytes() == b"sound"
    second.__exit__(None, None, None)

    assert list(uploads.root.iterdir()) == []
    with pytest.raises(UploadGoneError, match=r"talk\.wav.*Upload the file again"):
        uploads.claimed(path).__enter__()


def test_starts_of_one_upload_at_the_same_time_all_find_it(uploads: Uploads, clock: Clock) -> None:
    path = received(uploads, clock)
    together, found = threading.Barrier(20), []

    def start() -> None:
        with uploads.claimed(path):
            together.wait(10)
            found.append(path.read_bytes())

    threads = [threading.Thread(target=start) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert found == [b"sound"] * 20
    assert contents(uploads) == []


def test_an_upload_whose_start_failed_can_be_started_again(uploads: Uploads, clock: Clock) -> None:
    path = received(uploads, clock)
    with pytest.raises(ZeroDivisionError), uploads.claimed(path):
        raise ZeroDivisionError

    with uploads.claimed(path):
        assert path.read_bytes() == b"sound"


def test_files_of_one_form_are_separate_uploads(uploads: Uploads) -> None:
    with uploads.receiving() as folder:
        for name in ("tmp1", "tmp2"):
            (folder / name).write_bytes(name.encode())
        first, second = (uploads.add(folder / each, "talk.wav") for each in ("tmp1", "tmp2"))

    uploads.discard(first)

    assert contents(uploads) == [second]
    assert second.read_bytes() == b"tmp2"


def test_an_aborted_upload_leaves_no_file(uploads: Uploads) -> None:
    upload = uploads.receiving()
    (upload.__enter__() / "tmp123").write_bytes(b"half")

    assert not upload.__exit__(ConnectionError, ConnectionError(), None)

    assert list(uploads.root.iterdir()) == []


def test_an_expired_upload_is_removed_unless_renewed_or_in_use(
    uploads: Uploads, clock: Clock
) -> None:
    waiting, held, used = (received(uploads, clock, name) for name in "abc")
    clock.ahead_s = HOUR_S - 60
    uploads.sweep()
    assert {waiting, held, used} == set(contents(uploads))

    with uploads.claimed(used), uploads.receiving() as folder:
        (folder / "tmp123").write_bytes(b"the beginning")
        uploads.renew(held)
        clock.ahead_s = HOUR_S + 60
        uploads.sweep()

        assert {held, used, folder / "tmp123"} == set(contents(uploads))


def test_incomplete_uploads_of_a_killed_process_are_removed_and_complete_ones_kept(
    uploads: Uploads, clock: Clock
) -> None:
    waiting = received(uploads, clock)
    interrupted = uploads.receiving()
    (interrupted.__enter__() / "tmp123").write_bytes(b"half")
    (uploads.root / "tmp456").write_bytes(b"")

    Uploads(uploads.root, keep_s=HOUR_S, clock=clock).remove_leftovers()

    assert contents(uploads) == [waiting]


def test_an_upload_of_an_earlier_process_expires(uploads: Uploads, clock: Clock) -> None:
    received(uploads, clock)
    clock.ahead_s = HOUR_S + 1

    Uploads(uploads.root, keep_s=HOUR_S, clock=clock).remove_leftovers()

    assert list(uploads.root.iterdir()) == []


def test_gradios_own_temporary_files_are_removed_after_a_minute(
    uploads: Uploads, clock: Clock
) -> None:
    path = received(uploads, clock)
    (uploads.root / "tmp456").write_bytes(b"")
    clock.ahead_s = 120

    uploads.sweep()

    assert contents(uploads) == [path]


def test_an_upload_is_found_by_its_returned_path(uploads: Uploads, clock: Clock) -> None:
    path = received(uploads, clock)

    assert uploads.find(str(path)) == path.resolve()


def test_other_paths_and_urls_are_not_uploads(
    uploads: Uploads, clock: Clock, tmp_path: Path
) -> None:
    folder = received(uploads, clock).parent
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (folder / "way_out").symlink_to(tmp_path / "secret.txt")
    upload = uploads.receiving()
    partial = upload.__enter__() / "tmp123"
    partial.write_bytes(b"half")

    for wrong in (
        str(tmp_path / "secret.txt"),
        str(uploads.root / ".." / "secret.txt"),
        str(folder / "way_out"),
        str(uploads.root),
        str(folder),
        str(folder / "nothing.wav"),
        str(folder / ("x" * 5_000)),
        str(partial),
        f"{folder}/\0",
        f"{folder}/\ud800",
        "http://127.0.0.1/talk.wav",
        "",
        None,
        5,
        ["talk.wav"],
    ):
        assert uploads.find(wrong) is None, wrong


def test_a_senders_oldest_uploads_make_room_for_its_new_ones(tmp_path: Path, clock: Clock) -> None:
    uploads = Uploads(tmp_path / "uploads", keep_s=HOUR_S, max_sender_bytes=10, clock=clock)

    def sent(sender: str | None) -> Path:
        with uploads.receiving() as folder:
            (folder / "tmp123").write_bytes(b"sound")
            return uploads.add(folder / "tmp123", "talk.wav", sender=sender)

    unlimited, other, in_use = sent(None), sent("other"), sent("flood")
    with uploads.claimed(in_use):
        flood = [sent("flood") for _ in range(4)]

        assert in_use.exists()
        assert [path.exists() for path in flood] == [False, False, False, True]
    assert unlimited.exists()
    assert other.exists()


def test_a_sender_sends_a_limited_number_of_uploads_at_a_time(uploads: Uploads) -> None:
    with ExitStack() as received:
        for _ in range(MAX_RECEIVED):
            received.enter_context(uploads.receiving(sender="flood"))

        with pytest.raises(TooManyUploadsError), uploads.receiving(sender="flood"):
            pass
        for sender in ("other", None):
            with uploads.receiving(sender=sender):
                pass

    with uploads.receiving(sender="flood"):
        pass
    assert not uploads._num_received
    assert contents(uploads) == []


def test_no_upload_is_received_on_a_nearly_full_disk(
    uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(uploads.root.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000))

    with pytest.raises(OSError, match="No space left"), uploads.receiving():
        pass

    assert contents(uploads) == []
