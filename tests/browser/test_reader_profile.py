"""What one test leaves in a profile of the browser does not reach the next."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.reader_profile import USUAL_SCREEN, ReaderProfile

STORE = """async () => {
  localStorage.setItem("draft", "words");
  document.cookie = "visitor=1; max-age=1000";
  await new Promise((done) => {
    const opening = indexedDB.open("pieces");
    opening.onupgradeneeded = () => opening.result.createObjectStore("sound");
    opening.onsuccess = done;
  });
}"""
STORED = """async () => [
  { ...localStorage }, document.cookie, (await indexedDB.databases()).map((each) => each.name),
  (await navigator.permissions.query({ name: "geolocation" })).state]"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "index.html").write_text("<p>a page", "utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def profile(browser: Browser) -> Iterator[ReaderProfile]:
    opened = ReaderProfile(browser, USUAL_SCREEN)
    yield opened
    opened.close()


def opened_page(profile: ReaderProfile, address: str) -> Page:
    page = profile.context.new_page()
    page.goto(address)
    return page


def test_an_emptied_profile_has_nothing_of_its_former_pages(
    profile: ReaderProfile, address: str
) -> None:
    first = opened_page(profile, address).evaluate(STORED)
    profile.context.grant_permissions(["geolocation"])
    profile.context.route("**/*", lambda route: route.abort())
    page = profile.context.pages[-1]
    page.evaluate(STORE)
    assert page.evaluate(STORED) == [{"draft": "words"}, "visitor=1", ["pieces"], "granted"]

    profile.empty()

    assert page.is_closed()
    assert opened_page(profile, address).evaluate(STORED) == first
