"""What tests do on the editor's page, and what they read of the database behind it."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.review_workspace import MadeWorkspace
from tests.browser.running_app import RunningApp

MAP_MARGIN_PX = 28  # between the outermost points of the voice map and its frame

# The first map of an installation compiles numba code for 20 s of CPU time, at low priority.
MAP_MS = 600_000


def opened_page(context: BrowserContext, app: RunningApp, made: MadeWorkspace) -> Page:
    page = context.new_page()
    page.goto(f"{app.url}/#recording={made.recording_id}")
    page.wait_for_selector(".ss-editor .ss-row")
    return page


def stored(app: RunningApp, made: MadeWorkspace) -> dict[str, Any]:
    view: dict[str, Any] = httpx.get(f"{app.url}/studio/transcripts/{made.transcript_id}").json()
    return view


def send_edit(app: RunningApp, made: MadeWorkspace, **edit: object) -> dict[str, Any]:
    now = stored(app, made)
    answer = httpx.post(
        f"{app.url}/studio/transcripts/{made.transcript_id}/edits",
        json={"client_edit_id": f"{now['revision']:032x}", "base": now["revision"], **edit},
    )
    assert answer.status_code == httpx.codes.OK, answer.text
    changes: dict[str, Any] = answer.json()
    return changes


def back_to_the_start(page: Page, app: RunningApp, made: MadeWorkspace) -> None:
    """Close the page once it has saved, and return to the machine's transcript by one edit."""
    if not page.is_closed():
        expect(page.locator(".ss-saved[data-state=saving]")).to_have_count(0, timeout=60_000)
        page.close()
    if stored(app, made)["head_edit_id"] != made.first_edit_id:
        send_edit(app, made, kind="return_to", edit_id=made.first_edit_id)


def at_rest(page: Page) -> None:
    """Wait for the end of motions such as that of an opening panel, which fades in."""
    page.wait_for_function(
        """document.getAnimations().every((each) =>
          each.playState !== "running" || each.effect.getTiming().iterations === Infinity)"""
    )


def open_panel(page: Page, name: str) -> None:
    """Open "people", "map", "history" or "quality" from a tab or, if hidden, the rail."""
    tab = page.locator(f"[data-panel={'people' if name == 'map' else name}]")
    if tab.is_visible():
        tab.click()
    else:
        page.locator(f"[data-rail={'open' if name == 'people' else name}]").click()


def open_map(page: Page) -> Locator:
    """Open the voice map; return its plot when the final positions are drawn."""
    open_panel(page, "map")
    plot = page.locator(".ss-map-plot[data-state=final]")
    expect(plot).to_be_visible(timeout=MAP_MS)
    return plot


def places_on_map(plot: Locator, points: list[list[float]]) -> list[tuple[float, float]]:
    """Return where on screen the map has its points while it shows all of them."""
    box = plot.bounding_box()
    assert box is not None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    scale = min(
        (box["width"] - 2 * MAP_MARGIN_PX) / (max(xs) - min(xs)),
        (box["height"] - 2 * MAP_MARGIN_PX) / (max(ys) - min(ys)),
    )
    middle_x = box["x"] + box["width"] / 2 - scale * (min(xs) + max(xs)) / 2
    middle_y = box["y"] + box["height"] / 2 + scale * (min(ys) + max(ys)) / 2
    return [(middle_x + scale * x, middle_y - scale * y) for x, y in points]


def draw_around(page: Page, corners: list[tuple[float, float]]) -> None:
    """Draw the map's lasso through these places."""
    page.locator("[data-control=lasso]").click()
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=8)
    page.mouse.up()


def rename_speaker(page: Page, index: int, name: str) -> None:
    page.locator(".ss-person [data-part=name]").nth(index).click()
    page.locator(".ss-person .ss-input").fill(name)
    page.keyboard.press("Enter")


def row(page: Page, index: int) -> Locator:
    return page.locator(f".ss-row[aria-rowindex='{index + 1}']")


def scroll_to(page: Page, index: int) -> None:
    """Scroll down until a row is drawn; only those near the shown part of the list are."""
    rows = page.locator(".ss-rows")
    while row(page, index).count() == 0:
        before = rows.evaluate("(list) => list.scrollTop")
        rows.evaluate(
            "(list) => list.scrollBy({ top: list.clientHeight / 2, behavior: 'instant' })"
        )
        page.wait_for_function(
            "(before) => document.querySelector('.ss-rows').scrollTop > before", arg=before
        )
        page.evaluate(
            "() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))"
        )


def choose(page: Page, index: int) -> None:
    row(page, index).locator(".ss-start").click()


def type_in(page: Page, index: int, text: str) -> None:
    choose(page, index)
    page.keyboard.press("Enter")
    page.locator(".ss-typing").fill(text)


def saved(page: Page) -> None:
    expect(page.locator(".ss-saved")).to_have_attribute("data-state", "saved", timeout=60_000)
