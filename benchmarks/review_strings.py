"""Check of the review page's text fields with strings that could break it or inject code."""

from __future__ import annotations

from playwright.sync_api import Page, TimeoutError

from benchmarks.review_stage import Measured, Stage
from storage.db.values import clean_title
from tests.browser.editor_page import choose, open_panel, rename_speaker, row, saved

STRINGS = (
    "${window.harmed = 1}",
    "{{constructor.constructor('window.harmed = 1')()}}",
    "<img src=x onerror='window.harmed = 1'>",
    "</script><script>window.harmed = 1</script>",
    "\u202edetrevni\u202c \u2066isolated\u2069 \u200f",
    "\U0001f469\u200d\U0001f467\U0001f3fd \U00020bb7",
    "Z\u0351\u036b\u0343a\u0301\u0316l\u0334\u0317 e\u0301",
    "`\\u0041 \\ ' \" & &lt; %00",
)
LONG = "长" * 10_000
NAME_CHARACTERS = 80
SHOWN_WITHIN_MS = 10_000


def hostile(stage: Stage) -> list[Measured]:
    """Enter each string in every field; count strings changed, displayed wrongly or executed."""
    damaged: list[str] = []
    with stage.visitor() as page:
        stage.open(page)
        for index, string in enumerate((*STRINGS, LONG)):
            damaged += _through_the_rows(stage, page, index, string)
        for string in STRINGS:
            # The app removes bidirectional control characters from names.
            name = clean_title(string, otherwise="")[:NAME_CHARACTERS]
            damaged += _through_other_fields(stage, page, name)
        open_panel(page, "map")
        page.wait_for_selector(".ss-map-plot[data-state]")
        page.reload()
        page.wait_for_function("probe.listAt !== null")
        for index, string in enumerate((*STRINGS, LONG)):
            damaged += _unless(
                row(page, index).locator(".ss-text").text_content() == string, string
            )
        damaged += _unless(page.evaluate("window.harmed === undefined"), "something ran")
        damaged += _unless(page.locator(".ss-editor img").count() == 0, "an element came to be")
    for each in damaged:
        print(f"not intact: {each[:60]!r}")
    return [Measured("hostile strings that were not inert and intact", (float(len(damaged)),), 0)]


def _through_the_rows(stage: Stage, page: Page, index: int, string: str) -> list[str]:
    """Enter a string in a row's text, its comment and the search; return the fields changed."""
    choose(page, index)
    page.keyboard.press("Enter")
    page.locator(".ss-typing").fill(string)
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    choose(page, index)
    comment = string[:2_000]
    page.keyboard.press("f")
    page.locator(".ss-comment .ss-input").fill(comment)
    page.keyboard.press("Enter")
    saved(page)
    stored = stage.stored()["utterances"][index]
    damaged = _unless(stored["text"] == string, f"text {string}")
    damaged += _unless(stored["comment"] == comment, f"comment {string}")
    page.keyboard.press("Control+f")
    find, instead = page.locator(".ss-find .ss-input").all()
    find.fill(string)
    instead.fill(f"{string}?"[-10_000:])
    page.wait_for_timeout(100)
    page.keyboard.press("Escape")
    return damaged


def _through_other_fields(stage: Stage, page: Page, string: str) -> list[str]:
    """Enter a string as the name of a speaker and of a version; return the names changed."""
    open_panel(page, "people")
    rename_speaker(page, 0, string)
    saved(page)
    damaged = _unless(stage.stored()["speakers"][0]["name"] == string, f"speaker {string}")
    open_panel(page, "history")
    page.locator(".ss-history-name .ss-input").fill(string)
    page.keyboard.press("Enter")
    try:
        page.wait_for_function(
            "(name) => [...document.querySelectorAll('.ss-history strong')]"
            ".some((each) => each.textContent === name)",
            arg=string,
            timeout=SHOWN_WITHIN_MS,
        )
    except TimeoutError:
        damaged.append(f"version {string}")
    return damaged


def _unless(is_well: bool, what: str) -> list[str]:
    return [] if is_well else [what]
