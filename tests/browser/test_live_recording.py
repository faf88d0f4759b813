"""A live recording in the page: text while speaking, cut connections, reloads, refusals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any  # values of JSON

import pytest
import soundfile
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Route,
    ViewportSize,
    expect,
)

from tests.browser.blocking_proxy import BlockingProxy
from tests.browser.editor_page import at_rest
from tests.browser.live_stand_in import LiveStandIn
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.browser.running_app import RunningApp, launch_browser
from tests.browser.test_access import CHECKS, LEAST_CONTRAST
from tests.conditions import eventually
from tests.dev_data import REPOSITORY

FIRST_SENTENCE = re.compile("看看还有什么问题。")
FAILING = """() => {
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '%s'); };
}"""
RATE = 16_000
HAN = re.compile(r"[\u4e00-\u9fff]")
NAMES_AND_CONTRAST = ("withoutName()", f"tooFaint({LEAST_CONTRAST})")
CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    return make_workspace(tmp_path_factory.mktemp("live") / "workspace", num_sentences=5)


@pytest.fixture
def server(made: MadeWorkspace) -> Iterator[LiveStandIn]:
    with LiveStandIn(made.recording_id) as running:
        yield running


@pytest.fixture(scope="module")
def viewport() -> ViewportSize:
    return ViewportSize(width=1500, height=950)


@pytest.fixture
def page(context: BrowserContext, server: LiveStandIn, reviewed: RunningApp) -> Page:
    context.grant_permissions(["microphone"])
    return another_page(context, server, reviewed)


def another_page(context: BrowserContext, server: LiveStandIn, app: RunningApp) -> Page:
    page = context.new_page()
    page.add_init_script(server.page_script)
    return opened(page, app)


def opened(page: Page, app: RunningApp) -> Page:
    page.goto(app.url)
    page.wait_for_selector("#library .ss-list")
    page.wait_for_selector("#workspace .ss-workspace")
    return page


def press_record(page: Page) -> None:
    page.locator("[data-control=new]").first.click()
    page.locator("[data-source=microphone]").click()
    page.locator("[data-control=live-start]").click()


def recording(page: Page) -> Page:
    press_record(page)
    expect(page.locator(".ss-live")).to_have_attribute("data-state", "recording")
    return page


def has_seconds(server: LiveStandIn, seconds: float, number: int = 0) -> Callable[[], bool]:
    return lambda: (
        len(server.sessions) > number and server.sessions[number].num_samples >= seconds * RATE
    )


def wait_for_clock(page: Page, seconds: int) -> None:
    """Wait until so much is recorded by the page's clock."""
    page.wait_for_function(
        """(least) => {
          const clock = document.querySelector(".ss-live-clock").textContent;
          const [minutes, seconds] = clock.split(":");
          return 60 * Number(minutes) + Number(seconds) >= least;
        }""",
        arg=seconds,
    )


def stop(page: Page, server: LiveStandIn) -> None:
    page.locator("[data-action=live_stop]").click()
    eventually(lambda: bool(server.stops))


def assert_nothing_is_lost(server: LiveStandIn) -> None:
    """Check that the server has every sample that the page has counted."""
    assert [server.sessions[0].num_samples] == server.stops[-1:]
    assert len(server.sessions) == 1


def test_words_appear_while_speaking_and_the_recording_opens_after_stop(
    page: Page, server: LiveStandIn
):
    recording(page)

    expect(page.locator(".ss-live-grey").first).to_have_text(re.compile(r"."))
    expect(page.locator(".ss-live-final").first).to_have_text(FIRST_SENTENCE)
    expect(page.locator(".ss-live-turn").first).to_contain_text("说话人 1")
    wait_for_clock(page, 2)
    stop(page, server)

    expect(page.locator(".ss-editor .ss-row").first).to_be_visible()
    expect(page.locator(".ss-live")).to_have_count(0)
    assert_nothing_is_lost(server)
    assert abs(server.samples()).max() > 1_000  # the beeps of Chromium's microphone


def test_a_cut_connection_is_shown_and_loses_nothing(page: Page, server: LiveStandIn):
    recording(page)
    eventually(has_seconds(server, 1))

    server.is_reachable = False
    server.cut()
    expect(page.locator(".ss-live .ss-saved")).to_have_attribute("data-state", "offline")
    before = server.sessions[0].num_samples
    wait_for_clock(page, 4)
    server.is_reachable = True
    eventually(has_seconds(server, before / RATE + 2))
    expect(page.locator(".ss-live .ss-saved")).to_have_attribute("data-state", "saved")
    stop(page, server)

    eventually(lambda: server.sessions[0].num_samples == server.stops[-1])
    assert_nothing_is_lost(server)
    assert len({hello["session"] for hello in server.hellos if hello["session"]}) == 1


def test_a_login_that_ends_is_shown_and_the_recording_goes_on_after_the_next(
    page: Page, server: LiveStandIn
):
    recording(page)
    eventually(has_seconds(server, 1))

    server.close_code = 4001
    server.cut()
    expect(page.locator(".ss-live-notice")).to_contain_text("重新登录后自动继续上传")
    server.close_code = None
    expect(page.locator(".ss-live-notice")).to_be_hidden(timeout=30_000)

    num_samples = server.sessions[0].num_samples
    eventually(lambda: server.sessions[0].num_samples > num_samples)
    stop(page, server)


def test_after_a_reload_the_recording_goes_on(
    page: Page, server: LiveStandIn, reviewed: RunningApp
):
    recording(page)
    eventually(has_seconds(server, 2.5))
    page.on("dialog", lambda dialog: dialog.accept())

    page.reload()
    server.is_reachable = False
    before = server.sessions[0].num_samples
    offer = page.locator("[data-part=unfinished]")
    expect(offer).to_contain_text("没有录完")
    offer.locator("[data-control=go-on]").click()
    expect(page.locator(".ss-live")).to_have_attribute("data-state", "recording")
    shown = before // RATE + 2  # nothing of what is said before the server answers is lost
    wait_for_clock(page, shown)
    server.is_reachable = True
    eventually(has_seconds(server, shown))
    expect(page.locator(".ss-live-final").first).to_have_text(FIRST_SENTENCE)
    stop(page, server)

    expect(page.locator(".ss-live")).to_have_count(0)
    assert_nothing_is_lost(server)
    page.reload()
    opened(page, reviewed)
    expect(offer).to_have_count(0)


def test_what_a_reload_interrupted_offline_is_sent_and_ended_later(page: Page, server: LiveStandIn):
    recording(page)
    eventually(has_seconds(server, 0.5))
    server.is_reachable = False
    server.cut()
    wait_for_clock(page, 3)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    server.is_reachable = True

    page.locator("[data-part=unfinished] [data-control=finish]").click()
    eventually(lambda: bool(server.stops))

    expect(page.locator(".ss-live")).to_have_count(0)
    assert server.stops[0] >= 2.5 * RATE
    assert_nothing_is_lost(server)


def test_a_second_tab_takes_the_recording_over(
    page: Page, context: BrowserContext, server: LiveStandIn, reviewed: RunningApp
):
    recording(page)
    eventually(has_seconds(server, 1))

    other = another_page(context, server, reviewed)
    offer = other.locator("[data-part=unfinished]")
    expect(offer).to_contain_text("另一个标签页")
    offer.locator("[data-control=go-on]").click()

    expect(other.locator(".ss-live")).to_have_attribute("data-state", "recording")
    expect(page.locator(".ss-live")).to_have_attribute("data-state", "taken_over")
    expect(page.locator(".ss-live-notice")).to_contain_text("另一个标签页")
    stop(other, server)
    page.get_by_role("button", name="知道了").click()
    expect(page.locator(".ss-live")).to_have_count(0)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("NotAllowedError", "没有允许"),
        ("NotFoundError", "没有找到麦克风"),
        ("NotReadableError", "被其他程序占用"),
    ],
)
def test_a_microphone_that_cannot_be_used_gets_its_own_sentence(
    page: Page, server: LiveStandIn, error: str, sentence: str
):
    page.evaluate(FAILING % error)

    press_record(page)

    expect(page.locator("#new-recording .ss-notice")).to_contain_text(sentence)
    assert server.hellos == []


def test_a_page_without_https_says_what_recording_needs(page: Page):
    page.evaluate("() => void Object.defineProperty(window, 'isSecureContext', { value: false })")

    press_record(page)

    expect(page.locator("#new-recording .ss-notice")).to_contain_text("HTTPS")


def test_a_busy_server_leaves_the_way_of_recording_first(page: Page, server: LiveStandIn):
    server.close_code = 4008

    press_record(page)

    expect(page.locator("#new-recording .ss-notice")).to_contain_text("服务器正忙")
    expect(page.locator("#microphone")).to_be_visible()
    expect(page.locator("[data-control=record]")).to_be_visible()


def test_sound_that_an_ended_session_did_not_get_becomes_a_take(page: Page, server: LiveStandIn):
    recording(page)
    eventually(has_seconds(server, 0.5))
    server.is_reachable = False
    server.cut()
    wait_for_clock(page, 3)
    server.close_code = 4010
    server.is_reachable = True

    expect(page.locator("#new-recording .ss-notice")).to_contain_text("没有传上去的声音")
    take = page.locator(".ss-file")
    expect(take).to_contain_text("（续）")
    expect(take).to_contain_text(re.compile(r"0:0[1-9]"))


def test_a_lost_device_leaves_the_recording_open(page: Page, server: LiveStandIn):
    page.evaluate(
        """() => {
          const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = async (wish) => {
            window.stream = await open(wish);
            return window.stream;
          };
        }"""
    )
    recording(page)
    eventually(has_seconds(server, 0.5))

    page.evaluate("window.stream.getTracks()[0].dispatchEvent(new Event('ended'))")
    expect(page.locator(".ss-live-notice")).to_contain_text("录音没有停止")
    page.get_by_role("button", name="重新接上").click()

    expect(page.locator(".ss-live")).to_have_attribute("data-state", "recording")
    eventually(has_seconds(server, server.sessions[0].num_samples / RATE + 1))
    stop(page, server)
    assert_nothing_is_lost(server)


SHARE = """(kinds) => {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const { audio } = Object.fromEntries(
      (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks()
        .map((track) => [track.kind, track]));
    const [video] = document.createElement("canvas").captureStream().getTracks();
    return new MediaStream(kinds.map((kind) => ({ audio, video })[kind]));
  };
}"""


def test_the_sound_of_a_tab_is_recorded_in_place_of_the_microphone(page: Page, server: LiveStandIn):
    page.evaluate(SHARE, ["audio", "video"])
    page.locator("[data-control=new]").first.click()
    page.locator("[data-source=microphone]").click()
    expect(page.locator(".ss-live-check")).to_be_visible()
    page.locator("[data-control=shared]").click()
    expect(page.locator(".ss-live-check")).to_be_hidden()
    page.locator("[data-control=live-start]").click()

    eventually(has_seconds(server, 1))
    stop(page, server)
    assert_nothing_is_lost(server)


def test_a_tab_shared_without_its_sound_says_what_to_tick(page: Page):
    page.evaluate(SHARE, ["video"])
    page.locator("[data-control=new]").first.click()
    page.locator("[data-source=microphone]").click()
    page.locator("[data-control=shared]").click()
    page.locator("[data-control=live-start]").click()

    expect(page.locator("#new-recording .ss-notice")).to_contain_text("分享音频")


def test_the_recording_stops_by_itself_at_the_longest_length(page: Page, server: LiveStandIn):
    server.max_hours = 3 / 3600

    recording(page)
    expect(page.locator(".ss-live-notice")).to_contain_text("时长上限")
    eventually(lambda: bool(server.stops))

    expect(page.locator(".ss-live")).to_have_count(0)
    assert 3 * RATE <= server.stops[0] <= 4 * RATE


def test_another_microphone_is_chosen_while_recording(page: Page, server: LiveStandIn):
    recording(page)
    eventually(has_seconds(server, 0.5))

    page.locator("[data-control=choose-device]").click()
    page.get_by_role("menuitemradio").last.click()
    expect(page.locator(".ss-live-device")).to_contain_text("Fake Audio Input")
    eventually(has_seconds(server, server.sessions[0].num_samples / RATE + 1))
    page.evaluate(FAILING % "NotReadableError")
    page.locator("[data-control=choose-device]").click()
    page.get_by_role("menuitemradio").first.click()

    expect(page.locator(".ss-live-notice")).to_contain_text("被其他程序占用")
    page.get_by_role("button", name="知道了").click()
    expect(page.locator(".ss-live-notice")).to_be_hidden()
    eventually(has_seconds(server, server.sessions[0].num_samples / RATE + 1))
    stop(page, server)
    assert_nothing_is_lost(server)


def test_a_pause_records_nothing(page: Page, server: LiveStandIn):
    recording(page)
    eventually(has_seconds(server, 1))

    page.locator("[data-action=live_pause]").click()
    expect(page.locator(".ss-live")).to_have_attribute("data-state", "paused")
    clock = page.locator(".ss-live-clock").inner_text()
    page.wait_for_function("() => new Promise((done) => setTimeout(() => done(true), 1500))")
    assert page.locator(".ss-live-clock").inner_text() == clock
    page.locator("[data-action=live_pause]").click()
    eventually(has_seconds(server, server.sessions[0].num_samples / RATE + 1))
    stop(page, server)

    assert_nothing_is_lost(server)


def test_where_the_server_records_nothing_live_a_take_comes_first(
    browser: Browser, reviewed: RunningApp
):
    context = browser.new_context(locale="zh-CN")
    context.route("**/studio/visit", _without_live)
    page = opened(context.new_page(), reviewed)

    page.locator("[data-control=new]").first.click()
    page.locator("[data-source=microphone]").click()

    expect(page.locator("[data-control=record]")).to_be_visible()
    expect(page.locator("[data-control=live-start]")).to_be_hidden()
    context.close()


def _without_live(route: Route) -> None:
    answer = route.fetch()
    visit = answer.json()
    visit["limits"]["live_minutes"] = 0
    route.fulfill(response=answer, json=visit)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("locale", "size"), [("zh-CN", (1500, 950)), ("en-US", (390, 844))])
def test_sheet_and_recording_can_be_read_and_named(
    browser: Browser,
    server: LiveStandIn,
    reviewed: RunningApp,
    theme: str,
    locale: str,
    size: tuple[int, int],
):
    context = browser.new_context(locale=locale, viewport={"width": size[0], "height": size[1]})
    context.grant_permissions(["microphone"])
    context.add_init_script(f"localStorage.setItem('speaker-studio:theme', '{theme}')")
    context.add_init_script(server.page_script)
    page = context.new_page()
    page.goto(reviewed.url)
    page.locator("[data-control=new]").first.dispatch_event("click")
    page.locator("[data-source=microphone]").click()
    expect(page.locator("[data-control=live-start]")).to_be_visible()
    assert findings(page, *NAMES_AND_CONTRAST) == {}

    page.locator("[data-control=live-start]").click()
    expect(page.locator("[data-action=live_stop]")).to_be_focused()
    expect(page.locator(".ss-live-final").first).to_be_visible()
    assert findings(page, *NAMES_AND_CONTRAST, "cutOff()") == {}
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def findings(page: Page, *checks: str) -> dict[str, list[str]]:
    at_rest(page)
    page.evaluate(CHECKS)
    found = {check: page.evaluate(check) for check in checks}
    return {check: each for check, each in found.items() if each}


# With the real server behind the page.


@pytest.fixture
def proxy(reviewed: RunningApp) -> Iterator[BlockingProxy]:
    with BlockingProxy(reviewed.port) as running:
        yield running


@pytest.fixture
def real_page(browser: Browser, proxy: BlockingProxy) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1500, "height": 950})
    context.grant_permissions(["microphone"])
    page = context.new_page()
    page.goto(proxy.url)
    page.wait_for_selector("#library .ss-list")
    yield page
    context.close()


def recorded_seconds(page: Page) -> int:
    minutes, seconds = page.locator(".ss-live-clock").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


def newest_recording(page: Page) -> dict[str, Any]:
    newest: dict[str, Any] = page.evaluate(
        "() => fetch('/studio/recordings').then((answer) => answer.json())"
    )["recordings"][0]
    return newest


def stop_and_find(page: Page, proxy: BlockingProxy) -> dict[str, Any]:
    """Stop the recording; return it as the list of recordings has it once its audio is stored."""
    page.locator("[data-action=live_stop]").click()
    expect(page.locator(".ss-live")).to_have_count(0, timeout=60_000)
    eventually(lambda: not newest_recording(page)["run"]["is_live"], timeout_s=60)
    newest = newest_recording(page)
    page.evaluate(
        "(id) => fetch(`/studio/runs/${id}/cancel`, { method: 'POST', body: '{}',"
        " headers: { 'content-type': 'application/json' } })",
        newest["run"]["id"],
    )
    return newest


def test_cuts_on_the_way_to_the_server_lose_no_second(real_page: Page, proxy: BlockingProxy):
    page = recording(real_page)
    for second in (2, 4, 6):
        wait_for_clock(page, second)
        proxy.cut()
    expect(page.locator(".ss-live .ss-saved")).to_have_attribute("data-state", "saved")
    seconds = recorded_seconds(page)

    stored = stop_and_find(page, proxy)

    assert seconds <= stored["duration_ms"] / 1_000 <= seconds + 5
    assert stored["title"].startswith("录音 ")


def test_where_websockets_are_blocked_the_sound_is_posted(real_page: Page, proxy: BlockingProxy):
    proxy.blocks_sockets = True

    page = recording(real_page)
    wait_for_clock(page, 5)
    seconds = recorded_seconds(page)
    stored = stop_and_find(page, proxy)

    assert proxy.num_posts > 3
    assert seconds <= stored["duration_ms"] / 1_000 <= seconds + 5


def test_spoken_words_appear_and_are_settled_after_the_stop(
    playwright: Playwright, reviewed: RunningApp, tmp_path: Path
):
    samples, rate = soundfile.read(CONVERSATION, stop=12 * RATE)
    soundfile.write(tmp_path / "microphone.wav", samples, rate, subtype="PCM_16")
    browser = launch_browser(
        playwright, f"--use-file-for-fake-audio-capture={tmp_path / 'microphone.wav'}%noloop"
    )
    assert browser is not None
    page = opened(
        browser.new_page(locale="zh-CN", viewport={"width": 1500, "height": 950}), reviewed
    )

    recording(page)
    expect(page.locator(".ss-live-final").first).to_have_text(HAN, timeout=120_000)
    expect(page.locator(".ss-live-turn").first).to_have_attribute("data-speaker", re.compile(r"\d"))
    page.locator("[data-action=live_stop]").click()

    expect(page.locator(".ss-editor .ss-row").first).to_be_visible(timeout=120_000)
    expect(page.locator(".ss-editor .ss-made-by")).to_contain_text("Whisper", timeout=180_000)
    expect(page.locator(".ss-row .ss-text").first).to_have_text(HAN)
    browser.close()
