"""A real app in a process of its own, and a real Chromium that looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.dev_data import REPOSITORY
from tests.requirements_of_tests import skip_or_fail

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
START_SECONDS = 120


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSER_NAMES)), None)
    own = Path(playwright.chromium.executable_path)
    if found is None and not own.exists():
        skip_or_fail("no Chromium on this machine, and Playwright has none of its own")
    opened = playwright.chromium.launch(executable_path=found, args=BROWSER_FLAGS)
    yield opened
    opened.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningApp:
    """app.py in a process of its own."""

    def __init__(self, workspace: Path, *flags: str) -> None:
        self.workspace = workspace
        self.flags = flags
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = workspace.parent / f"app-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            sys.executable,
            str(REPOSITORY / "app.py"),
            *("--port", str(self.port)),
            *("--workspace", str(self.workspace)),
            *self.flags,
        ]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=REPOSITORY)
        self._wait_until_it_answers()

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(30)

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        transport = httpx.HTTPTransport(retries=0)
        with httpx.Client(transport=transport, timeout=2) as client:
            for _ in range(START_SECONDS * 10):
                assert self._process.poll() is None, self.log.read_text(errors="replace")
                try:
                    if client.get(self.url).status_code == httpx.codes.OK:
                        return
                except httpx.TransportError:
                    try:
                        self._process.wait(0.1)
                    except subprocess.TimeoutExpired:
                        continue
        raise AssertionError(f"the app did not answer: {self.log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app with the demo conversation transcribed on the embedded models."""
    running = RunningApp(tmp_path_factory.mktemp("studio") / "workspace", "--wait-for-demo")
    running.start()
    yield running
    running.stop()


class Visit:
    """A page with a record of everything that went wrong or left this machine."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.foreign_requests: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._note_console)
        self.page.on("request", lambda request: self._note_request(request.url))

    def open(self, fragment: str = "") -> Page:
        self.page.goto(f"{self.url}/{fragment}")
        self.page.wait_for_selector("#masthead .ss-masthead")
        self.page.wait_for_selector("#library .ss-list")
        self.page.wait_for_selector("#workspace .ss-workspace")
        return self.page

    def _note_console(self, message: object) -> None:
        if getattr(message, "type", "") == "error":
            self.errors.append(getattr(message, "text", ""))

    def _note_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            self.foreign_requests.append(url)


@pytest.fixture
def visit(browser: Browser, app: RunningApp) -> Iterator[Visit]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.grant_permissions(["microphone"])
    yield Visit(context, app.url)
    context.close()


os.environ.setdefault("no_proxy", "127.0.0.1,localhost")
