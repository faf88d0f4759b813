"""A real app in a process of its own, and a real Chromium that looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.demo_workspace import copy_demo_workspace
from tests.browser.reader_profile import USUAL_SCREEN, ReaderProfile
from tests.browser.review_workspace import MadeWorkspace
from tests.browser.running_app import RunningApp

# How long the page may take where a test states no time: a process that reads an upload or an
# import takes several seconds to start on a busy machine.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app with the demo conversation transcribed on the embedded models."""
    workspace = tmp_path_factory.mktemp("studio") / "workspace"
    running = RunningApp(copy_demo_workspace(tmp_path_factory, workspace))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def reviewed(made: MadeWorkspace) -> Iterator[RunningApp]:
    """The app in the workspace that a test module makes."""
    running = RunningApp(made.folder, "--no-demo", "--offline")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def viewport() -> ViewportSize:
    """The size of the window of `context`; a test module may have another."""
    return USUAL_SCREEN


@pytest.fixture(scope="module")
def reader_profile(browser: Browser, viewport: ViewportSize) -> Iterator[ReaderProfile]:
    """The profile behind the `context` of each test of a module."""
    profile = ReaderProfile(browser, viewport)
    yield profile
    profile.close()


@pytest.fixture
def context(reader_profile: ReaderProfile) -> Iterator[BrowserContext]:
    """A profile of a reader of Chinese, in which nothing is stored but the browser's cache."""
    reader_profile.empty()
    yield reader_profile.context
    reader_profile.empty()


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
        self.page.wait_for_selector(".ss-sidebar")
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
def visit(context: BrowserContext, app: RunningApp) -> Visit:
    context.grant_permissions(["microphone"])
    return Visit(context, app.url)
