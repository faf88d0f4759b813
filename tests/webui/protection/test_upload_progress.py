"""The progress of uploads is stored for the most recent upload ids only."""

from __future__ import annotations

import asyncio

import pytest
from gradio.route_utils import FileUploadProgress, FileUploadProgressNotTrackedError

from tests.conditions import run_in_new_loop
from webui.protection.upload_progress import limit_upload_progress

MAX_IDS = 3


@pytest.fixture
def progress() -> FileUploadProgress:
    found = FileUploadProgress()
    limit_upload_progress(found, MAX_IDS)
    return found


def stored_ids(progress: FileUploadProgress) -> set[str]:
    return {*progress._statuses, *progress._signals}


def test_ids_without_an_upload_do_not_add_up(progress: FileUploadProgress) -> None:
    async def ask() -> None:
        waits = [asyncio.ensure_future(progress.is_tracked(f"{each}")) for each in range(100)]
        await asyncio.wait(waits, timeout=0.01)
        for each in waits:
            each.cancel()

    run_in_new_loop(ask())

    assert len(stored_ids(progress)) == MAX_IDS


def test_ids_of_finished_uploads_do_not_add_up(progress: FileUploadProgress) -> None:
    for number in range(100):
        progress.append(f"{number}", "a.wav", b"RIFF")
        progress.set_done(f"{number}")

    assert stored_ids(progress) == {"97", "98", "99"}
    assert progress.is_done("99")
    with pytest.raises(FileUploadProgressNotTrackedError):
        progress.is_done("0")


def test_a_page_that_asks_before_its_upload_begins_is_told(progress: FileUploadProgress) -> None:
    async def ask() -> bool:
        wait = asyncio.ensure_future(progress.is_tracked("a"))
        await asyncio.sleep(0)
        progress.track("a")
        return await wait

    assert run_in_new_loop(ask())
