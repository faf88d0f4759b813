"""Checks for lost edits when a user edits faster than the server answers, or several users edit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
from playwright.sync_api import Page

from benchmarks.edit_speed import lost_edits
from benchmarks.review_stage import Measured, Stage
from storage.db.database import open_database
from tests.browser.editor_page import choose, row, saved

NUM_PEOPLE = 3
SHARED_ROWS = 8  # number of rows that all users edit, to cause conflicts
CATCHING_UP_MS = 15_000


def one_row(stage: Stage) -> list[Measured]:
    """Make 200 edits of one row without waiting; count views without the last value."""
    with stage.visitor() as page, stage.visitor() as other:
        stage.open(page)
        stage.open(other)
        choose(page, 5)
        for _ in range(100):
            page.keyboard.press("2")
            page.keyboard.press("3")
        saved(page)
        stored = stage.stored()
        last = stored["speakers"][2]["id"]
        wrong = [stored["utterances"][5]["speaker_id"] != last]
        for each in (page, other):
            each.wait_for_timeout(CATCHING_UP_MS / 3)
            wrong.append(not row(each, 5).locator(".ss-name").inner_text().endswith("3"))
    return [Measured("200 quick edits: places that show another value", (float(sum(wrong)),), 0)]


def together(stage: Stage, seconds: float) -> list[Measured]:
    """Simulate three users who edit the same rows in separate profiles; count lost edits."""
    with ExitStack() as stack:
        pages = [stack.enter_context(stage.visitor()) for _ in range(NUM_PEOPLE)]
        for page in pages:
            stage.open(page)
        people = [_person(page, number) for number, page in enumerate(pages)]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for person in people:
                next(person)
        for page in pages:
            page.keyboard.press("Escape")
            saved(page)
        acknowledged, refused, untold = _counts(pages)
        pages[0].wait_for_timeout(CATCHING_UP_MS / 3)
        differing = sum(_shown(stage, page) for page in pages)
    database = open_database(stage.made.folder / "studio.sqlite3")
    lost = lost_edits(database, stage.made.transcript_id, acknowledged)
    database.close()
    return [
        Measured("3 people: edits acknowledged", (float(len(acknowledged)),), float("inf")),
        Measured("3 people: acknowledged edits that are lost", (float(len(lost)),), 0),
        Measured("3 people: conflicts", (float(refused),), float("inf")),
        Measured("3 people: conflicts that nobody was told", (float(untold),), 0),
        Measured("3 people: rows shown otherwise than stored", (float(differing),), 0),
    ]


def _person(page: Page, number: int) -> Iterator[None]:
    """Simulate a user who edits shared rows and resolves conflicts; yield after each step."""
    chance = np.random.default_rng(number)
    count = 0
    while True:
        _decide(page, mine=chance.random() < 0.5)
        index = int(chance.integers(SHARED_ROWS))
        page.evaluate("document.querySelector('.ss-rows').scrollTop = 0")
        row(page, index).locator(".ss-start").click()
        if chance.random() < 0.7:
            page.keyboard.press("Enter")
            page.keyboard.press("Control+a")
            page.keyboard.type(f"{'甲乙丙'[number]}{count}")
            yield
            page.keyboard.press("Tab")
            page.keyboard.press("Escape")
        else:
            page.keyboard.press(str(number + 1))
        count += 1
        yield


def _decide(page: Page, *, mine: bool) -> None:
    """Resolve the displayed conflict, if any, with this user's version or the other one."""
    page.evaluate(
        """(mine) => {
          const box = document.querySelector(".ss-conflict:not([hidden])");
          const choices = [...box?.querySelectorAll("button:not([hidden])") ?? []];
          choices.at(mine ? -1 : 0)?.click();
        }""",
        mine,
    )


def _counts(pages: list[Page]) -> tuple[list[str], int, int]:
    """Return the ids of acknowledged edits, and the numbers of refused and of unreported edits.

    An unreported edit was refused without a notice to the user. Pages also give notice of conflicts
    that they detect before sending.
    """
    acknowledged, refused, untold = [], 0, 0
    for page in pages:
        answered = page.evaluate("probe.edits")
        acknowledged += [each["id"] for each in answered if each["status"] == 200]
        refusals = sum(each["status"] != 200 for each in answered)
        refused += refusals
        untold += max(0, refusals - page.evaluate("probe.notices.length"))
    return acknowledged, refused, untold


def _shown(stage: Stage, page: Page) -> int:
    """Count the shared rows whose displayed text or speaker differs from the stored value."""
    stored = stage.stored()
    names = {each["id"]: each["label"].removeprefix("S") for each in stored["speakers"]}
    page.evaluate("document.querySelector('.ss-rows').scrollTop = 0")
    wrong = 0
    for index, each in enumerate(stored["utterances"][:SHARED_ROWS]):
        shown = row(page, index)
        has_text = shown.locator(".ss-text").inner_text() == each["text"]
        has_name = shown.locator(".ss-name").inner_text().endswith(names[each["speaker_id"]])
        wrong += not (has_text and has_name)
    return wrong
