"""Fixture for benchmarks of the review page: a running app, and pages with a measuring script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page

from pipeline.audio.samples import SAMPLE_RATE_HZ
from tests.browser.review_workspace import SENTENCE_SAMPLES, MadeWorkspace
from tests.browser.running_app import RunningApp

HOP_MS = 450  # gives 4 embedding windows a sentence: 12,000 for 3,000 sentences
NOTE_SAMPLES = 20 * SAMPLE_RATE_HZ // 1000
LOWEST_HZ, HIGHEST_HZ = 300, 2_000
_PROBE = Path(__file__).with_name("review_probe.js")


@dataclass(frozen=True, slots=True)
class Measured:
    """Values of one measured quantity, with their limits.

    Attributes:
        what: measured quantity.
        values: one value per repetition.
        limit: largest 95th percentile.
        of_median: largest median, if it has a limit of its own.
    """

    what: str
    values: tuple[float, ...]
    limit: float
    of_median: float | None = None


@dataclass
class Stage:
    """Running app and browser, with the script errors and external requests of all pages."""

    browser: Browser
    app: RunningApp
    made: MadeWorkspace
    errors: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)

    @contextmanager
    def visitor(self) -> Iterator[Page]:
        """Yield an empty page with the measuring script, in a new browser profile."""
        context = self.browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
        context.add_init_script(path=_PROBE)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note_console)
        page.on("request", lambda request: self._note_request(request.url))
        yield page
        context.close()

    def open(self, page: Page) -> None:
        """Open the recording in a page and wait for its rows."""
        page.goto(f"{self.app.url}/#recording={self.made.recording_id}")
        page.wait_for_function("probe.listAt !== null")

    def stored(self) -> dict[str, Any]:
        """Request the transcript from the server."""
        path = f"{self.app.url}/studio/transcripts/{self.made.transcript_id}"
        answer: dict[str, Any] = httpx.get(path, timeout=60).json()
        return answer

    def voice_points(self) -> list[list[float]]:
        """Request the positions of the voice map's points from the server."""
        path = f"{self.app.url}/studio/transcripts/{self.made.transcript_id}/map"
        points: list[list[float]] = httpx.get(path, timeout=60).json()["points"]
        return points

    def _note_console(self, message: Any) -> None:
        # The browser itself logs a line for each response with status 409.
        if message.type == "error" and "409 (Conflict)" not in message.text:
            self.errors.append(message.text)

    def _note_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            self.foreign_requests.append(url)


def melody(number: int) -> NDArray[np.int16]:
    """Return the audio of a sentence, with a random note every 20 ms that identifies the time."""
    chance = np.random.default_rng(number)
    notes = chance.uniform(LOWEST_HZ, HIGHEST_HZ, SENTENCE_SAMPLES // NOTE_SAMPLES)
    phase = np.cumsum(np.repeat(notes, NOTE_SAMPLES)) / SAMPLE_RATE_HZ
    return (8_000 * np.sin(2 * np.pi * phase)).astype(np.int16)
