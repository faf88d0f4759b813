"""What somebody who hears the page, works it by keys, or sees little contrast, has of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import axe_findings
from tests.browser.editor_page import at_rest, choose, open_panel, opened_page, send_edit, stored
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.browser.running_app import RunningApp
from webui.auth.login_page import Failure, login_page

CHECKS = (Path(__file__).parent / "access_checks.js").read_text("utf-8")
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
RECORDINGS = re.compile(r"/studio/recordings\?since=")
NO_RECORDINGS = {"version": "", "is_complete": True, "recordings": [], "removed": []}
SIZES = {"laptop": (1280, 800), "tablet": (1024, 768)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    return make_workspace(tmp_path_factory.mktemp("access") / "workspace", num_sentences=30)


@pytest.fixture(scope="module")
def app(reviewed: RunningApp, made: MadeWorkspace) -> RunningApp:
    view = stored(reviewed, made)
    first, second, third = (each["id"] for each in view["speakers"])
    ids = [each["id"] for each in view["utterances"]]
    send_edit(reviewed, made, kind="merge_speakers", speaker_ids=[third], into_speaker_id=first)
    send_edit(reviewed, made, kind="rename_speaker", speaker_id=first, name="王经理")
    send_edit(reviewed, made, kind="verify", utterance_ids=ids[3:5])
    send_edit(reviewed, made, kind="reject", utterance_ids=ids[6:7])
    send_edit(reviewed, made, kind="flag", utterance_ids=ids[:1], comment="请再听一遍")
    send_edit(reviewed, made, kind="assign_speaker", utterance_ids=ids[1:2], speaker_id=second)
    send_edit(reviewed, made, kind="verify", utterance_ids=ids[8:9])
    send_edit(reviewed, made, kind="undo")
    return reviewed


def reader_of(browser: Browser, language: str, theme: str, size: tuple[int, int]) -> BrowserContext:
    """Return a profile in which the page has a language, a theme and a size."""
    width, height = size
    opened = browser.new_context(
        locale=language, viewport={"width": width, "height": height}, color_scheme=theme
    )
    opened.add_init_script(f"localStorage.setItem('speaker-studio:theme', '{theme}')")
    return opened


@pytest.fixture(
    params=[
        ("zh-CN", "light", "laptop"),
        ("zh-CN", "dark", "tablet"),
        ("en-US", "light", "tablet"),
        ("en-US", "dark", "laptop"),
    ],
    ids="-".join,
)
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """Each language in each theme and in each size; a theme changes no size."""
    language, theme, size = request.param
    opened = reader_of(browser, language, theme, SIZES[size])
    yield opened
    opened.close()


def states_of(page: Page) -> Iterator[str]:
    """Brings one part of the editor after the other on screen."""
    choose(page, 1)
    page.keyboard.press("Space")
    yield "transcript"
    open_panel(page, "map")
    yield "speakers and map"
    page.locator("[data-control=regroup]").click()
    page.keyboard.press("3")
    expect(page.locator(".ss-pair").first).to_be_visible(timeout=30_000)
    yield "map with a proposal"
    open_panel(page, "quality")
    expect(page.locator(".ss-figures :is(p, dl)").first).to_be_visible(timeout=30_000)
    yield "quality"
    open_panel(page, "history")
    expect(page.locator(".ss-life li").first).to_be_visible(timeout=30_000)
    yield "history"
    page.locator("[data-control=fold-panel]").click()
    page.locator(".ss-rows").focus()
    page.keyboard.press("Control+f")
    page.locator(".ss-find input").first.fill("项目")
    yield "find and replace"
    page.keyboard.press("Escape")
    page.locator(".ss-rows").focus()
    page.keyboard.press("p")
    yield "choice of a speaker"
    page.keyboard.press("Escape")
    page.locator("[data-part=head-menu]").click()
    yield "menu of the recording"
    page.locator("[data-action=import]").click()
    yield "choice of what an import is for"
    page.keyboard.press("Escape")
    choose(page, 2)
    page.keyboard.press("Shift+ArrowDown")
    yield "several selected rows"
    page.locator(".ss-current [data-act=menu]").click()
    yield "menu of a row"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    yield "sheet of keys"


def faults(
    page: Page, find: Callable[[Page], list[str]], states: Iterable[str]
) -> dict[str, list[str]]:
    """Return the faults found in each state of a page that has any."""
    found = {}
    for state in states:
        at_rest(page)
        found[state] = find(page)
    return {state: each for state, each in found.items() if each}


def events(page: Page, *checks: str) -> dict[str, list[str]]:
    """Return what functions of access_checks.js find in each state of the editor."""

    def find(page: Page) -> list[str]:
        page.evaluate(CHECKS)
        return [f"{check}: {each}" for check in checks for each in page.evaluate(check)]

    return faults(page, find, states_of(page))


def test_controls_have_names_words_stand_out_and_nothing_is_cut_off(context, app, made):
    page = opened_page(context, app, made)

    assert events(page, "withoutName()", f"tooFaint({LEAST_CONTRAST})", "cutOff()") == {}
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.fixture(params=[("zh-CN", "light"), ("en-US", "dark")], ids=["zh-light", "en-dark"])
def any_context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """Both languages and both themes, but not each of the one with each of the other."""
    opened = reader_of(browser, *request.param, (1500, 950))
    yield opened
    opened.close()


def test_the_focus_is_seen_wherever_it_is(any_context, app, made):
    page = opened_page(any_context, app, made)
    page.evaluate(CHECKS)

    for panel in ("people", "history", "quality"):
        open_panel(page, panel)
        assert page.evaluate("withoutFocusMark()") == []


def pages_of(page: Page, app: RunningApp, made: MadeWorkspace) -> Iterator[str]:
    """Open one page after the other, apart from the editor."""
    page.route(RECORDINGS, lambda route: route.fulfill(json=NO_RECORDINGS))
    page.goto(app.url)
    page.wait_for_selector("#workspace .ss-welcome")
    yield "welcome"
    page.unroute(RECORDINGS)
    page.reload()
    page.locator(".ss-item [data-part=more]").first.click()
    yield "menu of a recording in the library"
    page.locator("[data-action=edit]").click()
    yield "details of a recording"
    page.keyboard.press("Escape")
    page.locator("[data-control=new]").click()
    expect(page.locator("#start")).to_be_visible()
    yield "new transcription"
    page.keyboard.press("Escape")
    for name in ("work", "words", "voices", "training", "models"):
        page.locator(f".ss-page[data-page={name}]").click()
        content = ":is(td, .ss-model, .ss-work-group, .ss-words li)"
        expect(page.locator(f"#{name} {content}").first).to_be_visible()
        yield name
    page.goto(f"{app.url}/studio/recordings/{made.recording_id}/report")
    page.wait_for_selector(".rp-paper")
    yield "report"
    path = f"{app.url}/studio/recordings/{made.recording_id}/share"
    token = httpx.post(path, json={"author": ""}).json()["token"]
    page.goto(f"{app.url}/studio/shared/{token}")
    page.wait_for_selector(".ss-shared-row")
    yield "shared transcript"
    page.goto(f"{app.url}/studio/shared/{'0' * 32}")
    page.wait_for_selector("#shared > *")
    yield "shared transcript that is gone"
    for language in ("zh", "en"):
        page.set_content(bytes(login_page(language, Failure("login.wrong", 403)).body).decode())
        yield f"login in {language}"


def test_axe_finds_no_fault_in_the_editor(any_context, app, made):
    page = opened_page(any_context, app, made)

    assert faults(page, axe_findings, states_of(page)) == {}


def test_axe_finds_no_fault_on_the_other_pages(any_context, app, made):
    page = any_context.new_page()

    assert faults(page, axe_findings, pages_of(page, app, made)) == {}


SMALL_TARGETS = """() => [...document.querySelectorAll(
    ".ss :is(button, summary, select, [role=tab]), .ss-menu-panel a")]
  .filter((node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
  .filter((node) => !node.matches(".ss-sr, .ss-drop-choose"))
  .map((node) => [node, node.getBoundingClientRect()])
  .filter(([, { width, height, right }]) => right > 0 && Math.min(width, height) < 39.5)
  .map(([node, { width, height }]) => `${node.className} ${width} x ${height}`)"""


@pytest.mark.parametrize("size", [(820, 1180), (390, 844)], ids=["tablet", "phone"])
def test_fingers_find_large_targets_inside_the_window(browser, app, made, size):
    width, height = size
    context = browser.new_context(
        locale="zh-CN", viewport={"width": width, "height": height}, has_touch=True
    )
    page = opened_page(context, app, made)
    found = {"text": page.evaluate(SMALL_TARGETS)}
    for view in ("people", "history", "quality"):
        page.locator(f".ss-tab[data-view={view}]").tap()
        found[view] = page.evaluate(SMALL_TARGETS)
    page.locator(".ss-downloads summary").tap()
    found["export"] = page.evaluate(SMALL_TARGETS)
    box = page.locator(".ss-menu-panel").bounding_box()
    page.keyboard.press("Escape")
    for name, part in (("models", ".ss-model"), ("words", ".ss-words")):
        page.locator(".ss-unfold button").tap()
        page.locator(f".ss-page[data-page={name}]").tap()
        expect(page.locator(f"#{name} {part}").first).to_be_visible()
        found[name] = page.evaluate(SMALL_TARGETS)
    context.close()

    assert {view: each for view, each in found.items() if each} == {}
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_the_panels_are_tabs_that_arrows_move_between(browser, app, made):
    context = browser.new_context(locale="zh-CN")
    page = opened_page(context, app, made)
    page.locator("[data-rail=history]").click()
    expect(page.get_by_role("tab", name="历史")).to_be_focused()
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("tab", name="质量")).to_be_focused()
    expect(page.get_by_role("tab", name="质量")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel", name="识别质量与校对进度")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tabpanel", name="说话人")).to_be_visible()
    context.close()


def test_who_wants_little_motion_has_none(browser, app, made):
    context = browser.new_context(reduced_motion="reduce")
    page = opened_page(context, app, made)

    moving = page.evaluate(
        """[...document.querySelectorAll(".ss *")].filter((node) => {
          const style = getComputedStyle(node);
          return parseFloat(style.transitionDuration) > 0 && style.transitionProperty !== "none";
        }).map((node) => node.className)"""
    )
    context.close()
    assert moving == []
