from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.conditions import eventually
from tests.dev_data import REPOSITORY
from webui.services.background import open_side_process

APP = """
import os, sys, time
from webui.services.background import open_side_process
if __name__ == "__main__":
    process = open_side_process()
    print(process.submit(os.getpid).result(), flush=True)
    {goes_on}
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(sys.platform == "win32", reason="a kill is another thing there")
@pytest.mark.parametrize(
    "goes_on",
    ["time.sleep(60)", "process.submit(time.sleep, 60).result()"],
    ids=["waiting for work", "at work"],
)
def test_a_side_process_ends_with_a_killed_app(tmp_path, goes_on):
    script = tmp_path / "app.py"
    script.write_text(APP.format(goes_on=goes_on), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    ) as app:
        assert app.stdout is not None
        side_pid = int(app.stdout.readline())

        app.send_signal(signal.SIGKILL)

    eventually(lambda: not is_alive(side_pid))


def test_a_side_process_has_low_priority():
    with open_side_process() as process:
        assert process.submit(os.nice, 0).result() > os.nice(0)
