"""The report of a recording: opened, played, shared, printed and downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Visit
from tests.browser.editor_page import opened_page
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.browser.running_app import RunningApp

NUM_SENTENCES = 30
ENCODING_MS = 120_000  # a process starts and compresses 72 s of sound, on a busy machine
CHECKS = (Path(__file__).parent / "access_checks.js").read_text("utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    folder = tmp_path_factory.mktemp("report") / "workspace"
    return make_workspace(folder, num_sentences=NUM_SENTENCES)


@pytest.fixture
def visit(browser: Browser, reviewed: RunningApp) -> Iterator[Visit]:
    context = browser.new_context(
        locale="zh-CN",
        viewport={"width": 1440, "height": 900},
        color_scheme="dark",
        permissions=["clipboard-read", "clipboard-write"],
    )
    yield Visit(context, reviewed.url)
    context.close()


def test_a_report_is_opened_from_the_transcript_and_leads_back(
    context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace
) -> None:
    page = opened_page(context, reviewed, made)

    page.get_by_role("link", name="报告").click()

    expect(page.get_by_role("heading", name="讨论会")).to_be_visible()
    expect(page.locator(".rp-lead")).to_contain_text("占 33 %")
    expect(page.locator(".rp-figures dd").nth(1)).to_contain_text("30")
    expect(page.locator(".rp-talk tbody tr")).to_have_count(3)
    page.get_by_role("link", name="返回文稿").click()
    page.wait_for_selector(".ss-editor .ss-row")


def test_the_share_dialog_of_the_transcript_shows_all_its_text(
    context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace
) -> None:
    page = opened_page(context, reviewed, made)

    page.get_by_role("button", name="分享结果").click()

    dialog = page.get_by_role("dialog", name="分享结果")
    expect(dialog.get_by_role("button", name="生成链接")).to_be_visible()
    assert dialog.evaluate("(node) => node.scrollWidth - node.clientWidth") <= 0


# Each sentence is marked for two seconds: a busy machine may look only before and after.
NOTE_CURRENT = """() => {
  window.noted = [];
  new MutationObserver(() => {
    const now = document.querySelector("[aria-current]")?.textContent;
    if (now && now !== window.noted.at(-1)) window.noted.push(now);
  }).observe(document.body, { subtree: true, attributeFilter: ["aria-current"] });
}"""


def wait_until_played(page: Page, *texts: str) -> None:
    """Wait until sentences with these texts were marked, one right after the other."""
    page.wait_for_function(
        """(texts) => window.noted.some((_, i) =>
             texts.every((text, k) => window.noted[i + k]?.includes(text)))""",
        arg=list(texts),
    )


def test_turns_are_played_and_marked(visit: Visit, made: MadeWorkspace) -> None:
    page = visit.page
    page.goto(f"{visit.url}/studio/recordings/{made.recording_id}/report")

    page.evaluate(NOTE_CURRENT)

    page.get_by_role("button", name="从 0:07 播放").click()

    wait_until_played(page, "第3句", "第4句")
    page.locator(".rp-turn p span", has_text="第20句").click()
    expect(page.locator("[aria-current]")).to_contain_text("第20句")
    assert visit.errors == []
    assert visit.foreign_requests == []


def test_a_copied_link_opens_the_report_without_access_to_anything_else(
    visit: Visit, browser: Browser, made: MadeWorkspace
) -> None:
    page = visit.page
    page.goto(f"{visit.url}/studio/recordings/{made.recording_id}/report")

    page.get_by_role("button", name="复制链接").click()
    expect(page.get_by_role("status")).to_contain_text("已复制")
    link = page.evaluate("navigator.clipboard.readText()")

    other = Visit(browser.new_context(locale="en-GB"), visit.url)
    reader = other.page
    reader.goto(link)
    expect(reader.get_by_role("heading", name="Who spoke when")).to_be_visible()
    reader.locator(".rp-turn p span").nth(4).click()
    expect(reader.locator("[aria-current]")).to_contain_text("第4句")
    reader.get_by_role("link", name="Back to transcript").click()
    expect(reader.locator(".ss-shared-row").first).to_be_visible()
    assert other.errors == []
    assert other.foreign_requests == []
    reader.context.close()


def test_the_language_chosen_on_the_main_page_counts(visit: Visit, made: MadeWorkspace) -> None:
    page = visit.page
    page.goto(f"{visit.url}/studio/recordings/{made.recording_id}/report")
    page.evaluate("localStorage.setItem('speaker-studio:language', 'en')")

    page.reload()

    expect(page.get_by_role("heading", name="Who talked how long")).to_be_visible()


def test_print_is_light_and_has_the_report_on_its_first_page(
    visit: Visit, made: MadeWorkspace
) -> None:
    page = visit.page
    page.goto(f"{visit.url}/studio/recordings/{made.recording_id}/report")
    assert page.evaluate("document.documentElement.classList.contains('dark')")

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")

    assert not page.evaluate("document.documentElement.classList.contains('dark')")
    expect(page.locator(".rp-bar")).to_be_hidden()
    expect(page.locator(".rp-player")).to_be_hidden()
    transcript = page.locator(".rp-transcript")
    expect(transcript).to_have_css("break-before", "page")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_has_a_name_and_stands_out(
    visit: Visit, made: MadeWorkspace, theme: str
) -> None:
    page = visit.page
    page.add_init_script(f"localStorage.setItem('speaker-studio:theme', '{theme}')")
    page.goto(f"{visit.url}/studio/recordings/{made.recording_id}/report")
    page.wait_for_selector(".rp-paper")
    page.evaluate("document.body.classList.add('ss')")  # the checks look inside of `.ss`
    page.evaluate(CHECKS)

    assert page.evaluate("document.documentElement.classList.contains('dark')") == (theme == "dark")
    for check in ("withoutName()", "tooFaint(4.5)", "withoutFocusMark()", "cutOff()"):
        assert page.evaluate(check) == [], check


@pytest.mark.parametrize(("width", "height"), [(1500, 950), (820, 1100), (390, 800)])
def test_a_report_is_as_wide_as_the_window(
    visit: Visit, made: MadeWorkspace, width: int, height: int
) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{visit.url}/studio/recordings/{made.recording_id}/report")
    page.wait_for_selector(".rp-paper")

    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_downloaded_page_works_from_the_disk_without_a_connection(
    visit: Visit, browser: Browser, made: MadeWorkspace, tmp_path: Path
) -> None:
    page = visit.page
    page.goto(f"{visit.url}/studio/recordings/{made.recording_id}/report")
    with page.expect_download(timeout=ENCODING_MS) as download:
        page.get_by_role("link", name="HTML 文件").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)

    offline = Visit(browser.new_context(locale="zh-CN", offline=True), visit.url)
    reader = offline.page
    reader.goto(path.as_uri())
    expect(reader.get_by_role("heading", name="讨论会")).to_be_visible()
    reader.evaluate(NOTE_CURRENT)
    reader.locator(".rp-turn p span", has_text="第20句").click()
    wait_until_played(reader, "第20句", "第21句")
    assert offline.errors == []
    assert offline.foreign_requests == []
    reader.context.close()


def test_the_sound_of_a_speaker_and_of_selected_sentences_is_downloaded(
    context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace, tmp_path: Path
) -> None:
    page = opened_page(context, reviewed, made)
    page.locator(".ss-row").nth(1).click()
    page.locator(".ss-row").nth(2).click(modifiers=["Shift"])

    for name, seconds in (
        ("说话人 1 · 合成一个 WAV 文件", 10 * 2 + 9 * 0.3),
        ("选中的 2 句 · 合成一个 WAV 文件", 2 * 2 + 0.3),
    ):
        page.locator(".ss-downloads summary").click()
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert soundfile.info(path).duration == pytest.approx(seconds)
