"""Two transcripts of a recording side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.core.provenance import ModelUse, Provenance
from storage.db.database import open_database
from storage.library.runs import complete_run, queue_run
from storage.statistics.progress import choose_transcript
from storage.transcripts.transcripts import save_machine_transcript
from tests.browser.axe import axe_findings
from tests.browser.editor_page import opened_page
from tests.browser.review_workspace import MadeWorkspace, made_transcript, make_workspace
from tests.browser.running_app import RunningApp

NUM_SENTENCES = 4
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    """A recording with a second transcript, made with a hotword, in which one sentence differs."""
    folder = tmp_path_factory.mktemp("comparison") / "workspace"
    made = make_workspace(folder, num_sentences=NUM_SENTENCES)
    transcript = made_transcript(NUM_SENTENCES)
    first, second, *others = transcript.sentences
    changed = replace(second, text=second.text.replace("项目", f"课题{HOSTILE}"))
    options = (("hotwords", "课题"),)
    models = (ModelUse("recognizer", "whisper-base", "0" * 64),)
    database = open_database(folder / "studio.sqlite3")
    with database.transaction() as db:
        run = queue_run(db, made.recording_id, options=options)
        complete_run(
            db, run.run_id, Provenance(models, options), stage_seconds=(), evidence_sha256="0" * 64
        )
        sentences = (first, changed, *others)
        save_machine_transcript(db, run, replace(transcript, sentences=sentences))
        choose_transcript(db, made.transcript_id)
    database.close()
    return made


@pytest.fixture(scope="module")
def app(made: MadeWorkspace) -> Iterator[RunningApp]:
    running = RunningApp(made.folder, "--no-demo", "--offline")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(browser: Browser, app: RunningApp, made: MadeWorkspace) -> Iterator[Page]:
    choose(app, made.transcript_id)
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    yield opened_page(context, app, made)
    context.close()


def choose(app: RunningApp, transcript_id: str) -> None:
    httpx.post(f"{app.url}/studio/transcripts/{transcript_id}/choose", json={}).raise_for_status()


def is_preferred(app: RunningApp, made: MadeWorkspace) -> list[bool]:
    path = f"{app.url}/studio/recordings/{made.recording_id}/transcripts"
    return [each["is_preferred"] for each in httpx.get(path).json()["transcripts"]]


def test_the_open_transcript_is_named_and_another_is_opened_with_the_keyboard(
    page: Page, app: RunningApp, made: MadeWorkspace
) -> None:
    switch = page.locator("[data-part=transcript-switch]")
    expect(switch).to_contain_text("机器转写 ·")
    expect(switch).to_have_accessible_name(re.compile("^当前文稿：机器转写 · .+。切换文稿$"))

    switch.press("Enter")
    menu = page.get_by_role("menu", name="切换文稿")
    expect(menu.get_by_role("menuitemradio", checked=True)).to_be_focused()
    assert axe_findings(page) == []
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    expect(switch).to_contain_text("带词汇的机器转写 · Whisper base ·")
    expect(switch).to_be_focused()
    expect(page.locator(".ss-row").nth(1)).to_contain_text("课题")
    assert is_preferred(app, made) == [False, True]  # nobody else is shown another transcript
    switch.press("Enter")
    with page.expect_response("**/choose"):
        menu.get_by_role("menuitem", name="设为默认文稿").press("Enter")
    assert is_preferred(app, made) == [True, False]


def test_differences_are_marked_played_and_one_transcript_is_kept(
    page: Page, app: RunningApp, made: MadeWorkspace
) -> None:
    page.locator("[data-part=head-menu]").click()
    page.locator("[data-action=compare]").click()
    comparison = page.get_by_role("region", name="对比两份文稿")
    rows = comparison.locator("tbody tr")
    expect(rows).to_have_count(NUM_SENTENCES)
    expect(rows.locator("visible=true")).to_have_count(1)  # the same ones are hidden
    expect(comparison.locator("mark")).to_have_text(["项目", f"课题{HOSTILE}"])
    expect(comparison.locator("bdi:visible")).to_have_text(["说话人 2", "说话人 2"])
    expect(comparison.locator("img")).to_have_count(0)
    expect(comparison.get_by_role("status")).to_contain_text("1 处不同")
    expect(comparison.locator("thead")).to_contain_text("识别时优先采用的词：课题")
    expect(comparison.locator("thead")).to_contain_text("带词汇的机器转写 · Whisper base")
    assert axe_findings(page) == []

    comparison.get_by_label("只看不同之处").uncheck()
    expect(rows.locator("visible=true")).to_have_count(NUM_SENTENCES)
    rows.nth(1).get_by_role("button").click()
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")

    comparison.get_by_role("button", name="采用这一份: 另一份文稿").click()
    expect(page.locator(".ss-row").nth(1)).to_contain_text("课题")
    assert is_preferred(app, made) == [True, False]
