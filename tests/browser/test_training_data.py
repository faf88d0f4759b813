"""The page of training data: chosen, counted, exported, downloaded."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pipeline.audio.playback.peaks import waveform_peaks
from storage.db.blobs import PEAKS
from storage.edit_plans.review_status import Verify
from storage.edit_plans.speakers import RenameSpeaker
from storage.edit_plans.text import CorrectText
from tests.browser.conftest import RunningApp, Visit
from tests.storage.training.workspaces import TrainingWorkspace, sentence

HOSTILE_NAME = "<img src=x onerror=alert(1)> ${alert(2)}"
REFUSED = "status of 400"  # the browser notes every answer that refuses a choice
SENTENCES = (sentence(0, 3_000, "你好世间", "S1"), sentence(4_000, 6_000, "再见", "S2"))


@pytest.fixture(scope="module")
def training_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """An app with two recordings: one verified, one only corrected."""
    root = tmp_path_factory.mktemp("training") / "workspace"
    workspace = TrainingWorkspace(root)
    for title in ("会议", "访谈"):
        made = workspace.add(title, SENTENCES, duration_ms=10_000)
        workspace.blobs.put(made.recording_id, PEAKS, [waveform_peaks(made.audio).tobytes()])
        workspace.edit(made, CorrectText(workspace.ids(made)[0], "你好，世界。"))
        if title == "会议":
            workspace.edit(made, RenameSpeaker(workspace.speaker_ids(made)["S1"], HOSTILE_NAME))
            workspace.edit(made, Verify(workspace.ids(made)))
    workspace.close()
    running = RunningApp(root, "--no-demo")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(context: BrowserContext, training_app: RunningApp) -> Iterator[Page]:
    visit = Visit(context, training_app.url)
    page = visit.open()
    page.locator('.ss-page[data-page="training"]').click()
    page.wait_for_selector("#training td")
    yield page
    assert [each for each in visit.errors if REFUSED not in each] == []
    assert visit.foreign_requests == []


def sizes(page: Page) -> list[str]:
    return page.locator("#training tbody tr").all_inner_texts()


def test_a_choice_changes_what_will_be_exported(page: Page):
    before = sizes(page)

    page.get_by_label("仅已核对").uncheck()

    expect(page.locator("#training tbody tr")).to_have_count(2)
    assert [row.split() for row in before] == [["训练集", "2", "0.00", "2", "1"]]
    assert [row.split()[1] for row in sizes(page)] == ["2", "2"]


def test_names_are_shown_as_they_are_written(page: Page):
    expect(page.locator("#training")).to_contain_text(HOSTILE_NAME)

    page.get_by_label(HOSTILE_NAME).check()

    expect(page.locator("#training tbody td").first).to_have_text("1")


def test_an_export_is_made_and_downloaded(page: Page, tmp_path: Path):
    page.get_by_label("Kaldi 数据目录").check()
    page.locator('#training [data-control="export"]').click()
    download = page.locator('#training [data-control="download"]')
    expect(download).to_be_visible(timeout=30_000)

    with page.expect_download() as started:
        download.click()

    path = tmp_path / "got.zip"
    started.value.save_as(path)
    assert started.value.suggested_filename == "training-data.zip"
    with zipfile.ZipFile(path) as archive:
        rows = [json.loads(line) for line in archive.read("rows.jsonl").splitlines()]
        assert "kaldi/train/segments" in archive.namelist()
    assert {row["text"] for row in rows} == {"你好，世界。", "再见"}
    assert {row["speaker_name"] for row in rows} == {HOSTILE_NAME, None}


def test_nothing_that_fits_and_choices_out_of_range_are_said_in_words(page: Page):
    export = page.locator('#training [data-control="export"]')

    page.locator('#training [name="min_seconds"]').fill("19")
    expect(page.locator("#training .ss-problem")).to_contain_text("没有符合条件的句子")
    expect(export).to_be_disabled()

    page.locator('#training [name="min_seconds"]').fill("25")
    expect(page.locator("#training .ss-problem")).to_contain_text("超出范围")
    expect(export).to_be_disabled()

    page.locator('#training [name="min_seconds"]').fill("0")
    expect(export).to_be_enabled()


def test_the_page_is_left_for_the_recordings_and_has_an_address(page: Page):
    page.locator('.ss-page[data-page="training"]').click()
    expect(page.locator("#training .ss-training")).to_be_hidden()
    expect(page.locator("#workspace")).to_be_visible()

    page.goto(f"{page.url.split('#')[0]}#training")

    expect(page.locator("#training .ss-training")).to_be_visible()
    expect(page.locator("#workspace")).to_be_hidden()

    page.reload()  # the recording that opens behind it does not take its address

    expect(page.locator("#training .ss-training")).to_be_visible()
    expect(page.locator("#library .ss-item.ss-open")).to_be_visible()
    assert page.url.endswith("#training")
