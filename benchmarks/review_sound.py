"""Measurements of playback: start delay, stop accuracy, and offset between audio and clock."""

from __future__ import annotations

from typing import Any

import numpy as np
from playwright.sync_api import Page
from scipy.signal import correlate, resample_poly

from benchmarks.review_stage import Measured, Stage, melody
from pipeline.audio.samples import SAMPLE_RATE_HZ
from tests.browser.editor_page import row
from tests.browser.review_workspace import PAUSE_MS, SENTENCE_MS

NUM_SOUNDS = 12
NUM_SEEKS = 12
MAX_SCROLLS = 20
SEARCHED_MS = 250  # largest detectable offset from the player's time


def playing(stage: Stage) -> list[Measured]:
    """Measure the delay from click to sound, the overrun at a row's end, and the seek offset."""
    with stage.visitor() as page:
        stage.open(page)
        return _playing(page)


def _playing(page: Page) -> list[Measured]:
    page.evaluate("probe.listen()")
    until_sound, too_late = [], []
    chance = np.random.default_rng(3)
    for index in chance.integers(0, 3_000, NUM_SOUNDS):
        _bring(page, int(index))
        sound = page.evaluate_handle("({ heard: null })")
        page.evaluate(
            "(into) => { setTimeout(async () => { into.heard = await probe.untilSound(); }); }",
            sound,
        )
        place = row(page, int(index)).locator(".ss-text").bounding_box()
        assert place is not None  # visible
        page.evaluate("probe.stoppedAt = null; probe.clickAt = Infinity")
        page.mouse.click(place["x"] + 8, place["y"] + place["height"] / 2)
        page.wait_for_function("(into) => into.heard !== null", arg=sound)
        until_sound.append(page.evaluate("(into) => into.heard", sound))
        page.wait_for_function("probe.stoppedAt !== null", timeout=10_000)
        end_ms = index * (SENTENCE_MS + PAUSE_MS) + SENTENCE_MS
        too_late.append(1_000 * page.evaluate("probe.stoppedAt") - float(end_ms))
    return [
        Measured("click on a row until it sounds, ms", tuple(until_sound), 250),
        Measured("stop after a row's end, ms", tuple(too_late), 20),
        Measured("heard against the time shown, after a seek, ms", _seek_errors(page), 30),
    ]


def _bring(page: Page, index: int) -> None:
    """Scroll the list, whose rows differ in height, until a row is drawn."""
    for _ in range(MAX_SCROLLS):
        if row(page, index).count():
            break
        page.evaluate(
            "(wanted) => { const list = document.querySelector('.ss-rows');"
            " const drawn = list.querySelector('.ss-row').getAttribute('aria-rowindex') - 1;"
            " list.scrollTop += (wanted - drawn) * list.scrollHeight / 3000; }",
            index,
        )
        page.wait_for_timeout(100)
    row(page, index).scroll_into_view_if_needed()
    page.wait_for_timeout(300)


def _seek_errors(page: Page) -> tuple[float, ...]:
    """Return the absolute offsets in ms between played sound and player time after seeks."""
    errors = []
    chance = np.random.default_rng(4)
    for index in chance.integers(1, 2_999, NUM_SEEKS):
        start_s = float(index * (SENTENCE_MS + PAUSE_MS)) / 1_000 + 0.1
        page.evaluate(
            "(at) => { probe.ear.sound.currentTime = at; return probe.ear.sound.play(); }",
            start_s,
        )
        page.wait_for_function("(at) => probe.ear.sound.currentTime > at + 0.6", arg=start_s)
        errors.append(_offset_ms(page.evaluate("probe.excerpt()")))
        page.evaluate("probe.ear.sound.pause()")
    return tuple(abs(each) for each in errors)


def _offset_ms(excerpt: dict[str, Any]) -> float:
    """Return the milliseconds by which the sound is ahead of the player's time."""
    rate = round(excerpt["rate"])
    number, begin = divmod(excerpt["seconds"], (SENTENCE_MS + PAUSE_MS) / 1_000)
    recorded = resample_poly(melody(int(number)).astype(np.float64), rate, SAMPLE_RATE_HZ)
    played = np.asarray(excerpt["samples"])
    likeness = correlate(recorded, played, mode="valid")
    expected = begin * rate - len(played)
    reach = SEARCHED_MS * rate // 1_000
    first = max(0, int(expected) - reach)
    found = first + int(np.argmax(likeness[first : int(expected) + reach]))
    return float(1_000 * (found - expected) / rate)
