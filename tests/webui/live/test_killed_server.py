"""A server that is killed while it takes a live recording loses no sample of it."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.engines.inline import InlineEngine
from storage.db.workspace import LIVE_FOLDER
from tests.browser.running_app import REPOSITORY, free_port
from tests.conditions import eventually, run_in_new_loop
from tests.webui.live.sound import sound
from tests.webui.live.test_real_server import LONGEST_S, Sender
from tests.webui.services.fake_work import load_fake_pipeline
from webui.services.container import open_services

NUM_KILLS = 3
SECONDS = 30


@contextmanager
def served(workspace: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a running server, which is killed at the end."""
    command = [sys.executable, "-m", "tests.webui.live.served_sessions", str(workspace), str(port)]
    process = subprocess.Popen(command, cwd=REPOSITORY)
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)


def await_spool(workspace: Path, num_bytes: int) -> None:
    """Return once the recording's file is longer than this."""

    def is_longer() -> bool:
        found = (workspace / LIVE_FOLDER).glob("*/audio.s16")
        return sum(each.stat().st_size for each in found) > num_bytes

    eventually(is_longer)


async def sent_to_dying_servers(workspace: Path, sender: Sender) -> None:
    """Send a recording to a server that is killed several times at random places of it."""
    draw, port = random.Random(3), free_port()
    sending = asyncio.create_task(sender.run(port))
    for number in range(1, NUM_KILLS + 1):
        most = len(sender.content) * number // (NUM_KILLS + 1)
        least = draw.randrange(most // 2, most)
        with served(workspace, port) as process:
            await asyncio.to_thread(await_spool, workspace, least)
            assert process.poll() is None
    with served(workspace, port):
        await asyncio.wait_for(sending, LONGEST_S)


def test_a_server_that_is_killed_again_and_again_loses_no_sample(tmp_path: Path) -> None:
    workspace, sender = tmp_path / "workspace", Sender(sound(SECONDS))
    sender.pause_s = 0.01  # up to ten times the speed of speech

    run_in_new_loop(sent_to_dying_servers(workspace, sender))

    services = open_services(workspace, InlineEngine(load_fake_pipeline))
    (row,) = services.recordings.list()
    audio = services.recordings.audio_path(row.recording.recording_id).read_bytes()
    services.close()
    assert audio.endswith(sender.content)
    # Every final text has arrived once, in order, from whatever server.
    assert [each["rev"] for each in sender.finals] == list(range(1, SECONDS + 1))
