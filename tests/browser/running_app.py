"""A real app in a process of its own, and the browser that looks at it."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Playwright

REPOSITORY = Path(__file__).resolve().parent.parent.parent
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
START_SECONDS = 240  # includes the transcription of the demo, 94 s of speech, on a busy machine
STOP_SECONDS = 60
REQUEST_SECONDS = 60.0
PORTS = (20_000, 32_000)  # Linux gives 32768 and more, other systems 49152 and more

os.environ.setdefault("no_proxy", "127.0.0.1,localhost")
# httpx gives up after 5 s where a call states no time: too soon for an app on a busy machine.
vars(httpx._config.DEFAULT_TIMEOUT_CONFIG).update(
    dict.fromkeys(("connect", "read", "write", "pool"), REQUEST_SECONDS)
)


def launch_browser(playwright: Playwright, *flags: str) -> Browser | None:
    """Start this machine's Chromium, else the one that Playwright has; return None for neither."""
    found = next(filter(None, map(shutil.which, BROWSER_NAMES)), None)
    if found is None and not Path(playwright.chromium.executable_path).exists():
        return None
    return playwright.chromium.launch(executable_path=found, args=[*BROWSER_FLAGS, *flags])


def free_port() -> int:
    """Return a free port below those that systems give to sockets without one.

    The app binds it seconds later; until then no other socket may get it by chance.
    """
    while True:
        port = random.randrange(*PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class RunningApp:
    """app.py in a process of its own."""

    def __init__(self, workspace: Path, *flags: str) -> None:
        self.workspace = workspace
        self.flags = flags
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = workspace.parent / f"app-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """What starts it."""
        return [
            sys.executable,
            str(REPOSITORY / "app.py"),
            *("--port", str(self.port)),
            *("--workspace", str(self.workspace)),
            "--no-warm-up",
            *self.flags,
        ]

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self.command(), stdout=log, stderr=log, cwd=REPOSITORY)
        try:
            self._wait_until_it_answers()
        except AssertionError:
            self.kill()  # no fixture stops an app that it has not got
            raise

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End it as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(STOP_SECONDS)

    @property
    def process_id(self) -> int:
        """The operating system's number of the app's own process."""
        assert self._process is not None
        return self._process.pid

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        transport = httpx.HTTPTransport(retries=0)
        with httpx.Client(transport=transport, timeout=2) as client:
            for _ in range(START_SECONDS * 10):
                assert self._process.poll() is None, self.log.read_text(errors="replace")
                try:
                    if client.get(self.url).status_code in (
                        httpx.codes.OK,
                        httpx.codes.UNAUTHORIZED,
                    ):
                        return
                except httpx.TransportError:
                    try:
                        self._process.wait(0.1)
                    except subprocess.TimeoutExpired:
                        continue
        raise AssertionError(f"the app did not answer: {self.log.read_text(errors='replace')}")
