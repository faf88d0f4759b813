"""What a visitor does with a recording of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import RunningApp, Visit
from tests.dev_data import REPOSITORY
from tests.pipeline.two_tracks import SILENT, Track, write_tracks

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
TRANSCRIPTION_MS = 120_000
OFFERED_TRACKS = ("自动", "1", "2", "3", "混合全部音轨")


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """An app with an empty library."""
    running = RunningApp(tmp_path_factory.mktemp("own") / "workspace", "--no-demo")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def own_visit(browser: Browser, own_app: RunningApp) -> Iterator[Visit]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    context.grant_permissions(["microphone"])
    visit = Visit(context, own_app.url)
    yield visit
    assert visit.errors == []
    assert visit.foreign_requests == []
    context.close()


@pytest.fixture
def own_page(own_visit: Visit) -> Page:
    return own_visit.open()


def excerpt(folder: Path, name: str, *, seconds: tuple[float, float]) -> Path:
    samples, rate = soundfile.read(CONVERSATION)
    path = folder / name
    soundfile.write(path, samples[int(seconds[0] * rate) : int(seconds[1] * rate)], rate)
    return path


def choose_and_start(page: Page, path: Path) -> None:
    page.locator("#upload input[type=file]").set_input_files(path)
    expect(page.locator("#upload")).to_contain_text(re.compile(r"\d\s*(KB|MB|B)"))
    page.locator("#start").click()


def test_starting_without_a_file_says_what_is_missing(own_page: Page):
    own_page.locator("#start").click()

    expect(own_page.locator(".ss-notice")).to_have_text(re.compile("请先选择一个文件"))


def test_an_upload_becomes_a_transcript_that_survives_a_restart(
    own_page: Page, own_visit: Visit, own_app: RunningApp, tmp_path: Path
):
    name = "会议 录音 (第1次) & <img src=x onerror=alert(1)> ${1+1}"
    own_page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))

    choose_and_start(own_page, excerpt(tmp_path, f"{name}.wav", seconds=(0, 12)))
    own_page.wait_for_selector(".ss-row", timeout=TRANSCRIPTION_MS)
    rows = own_page.locator(".ss-text").all_inner_texts()
    title = own_page.locator(".ss-editor .ss-title").inner_text()
    own_app.stop()
    own_app.start()
    own_page.reload()
    own_page.wait_for_selector(".ss-row")
    # The open page went on asking while nobody was there to answer.
    own_visit.errors[:] = [each for each in own_visit.errors if "REFUSED" not in each]

    assert title.startswith("会议 录音 (第1次)")
    assert re.search(r"[\u4e00-\u9fff]", "".join(rows))
    assert own_page.locator(".ss-text").all_inner_texts() == rows
    assert own_page.locator(".ss-editor .ss-title").inner_text() == title
    expect(own_page.locator(".ss-item-title").first).to_have_text(title)


def test_a_running_transcription_shows_its_stage_and_can_be_cancelled(
    own_page: Page, tmp_path: Path
):
    samples, rate = soundfile.read(CONVERSATION)
    path = tmp_path / "long.flac"
    soundfile.write(path, np.tile(samples, 10), rate)

    choose_and_start(own_page, path)
    stage = own_page.locator("#workspace .ss-job-stage")
    expect(stage).to_have_text(re.compile(r"\d+%"), timeout=60_000)
    bar = own_page.locator("#workspace .ss-bar")
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"\d+"))
    own_page.locator("#workspace .ss-job .ss-button", has_text="取消").click()

    expect(stage).to_have_text("转写已取消", timeout=5_000)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("notes.wav", b"this is a letter, not a recording\n" * 20, "不是可读取的音频"),
        ("nothing.wav", b"", "文件为空"),
        ("noise.mp3", bytes(range(256)) * 60, "没有文件头"),
        ("voice.amr", b"\x02#!SILK_V3" + bytes(range(256)), "微信"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_sentence_at_once_and_no_trace(
    own_page: Page, tmp_path: Path, name: str, content: bytes, sentence: str
):
    path = tmp_path / name
    path.write_bytes(content)
    items = own_page.locator(".ss-item").count()

    own_page.locator("#upload input[type=file]").set_input_files(path)
    notice = own_page.locator(".ss-notice", has_text=sentence)
    expect(notice).to_be_visible(timeout=30_000)
    own_page.locator("#start").click()
    own_page.wait_for_timeout(1_000)

    expect(notice).to_be_visible()
    expect(own_page.locator(".ss-item")).to_have_count(items)
    assert "Traceback" not in own_page.content()


def test_one_of_several_sound_tracks_can_be_chosen(own_page: Page, tmp_path: Path):
    speech, rate_hz = soundfile.read(CONVERSATION, frames=32_000)
    path = write_tracks(tmp_path / "obs.mkv", [SILENT, Track(speech, rate_hz), SILENT])
    field = own_page.locator("#audio-track")

    expect(field).to_be_hidden()
    own_page.locator("#upload input[type=file]").set_input_files(path)
    expect(field).to_be_visible(timeout=30_000)
    field.locator("input").click()
    offered = field.get_by_role("option")
    expect(offered).to_have_text([re.compile(each) for each in OFFERED_TRACKS])
    offered.filter(has_text="3").click()
    own_page.locator("#start").click()

    expect(own_page.locator(".ss-editor")).to_contain_text(
        "第 3 条音轨，共 3 条", timeout=TRANSCRIPTION_MS
    )
    expect(field).to_be_hidden()


def test_silence_is_a_recording_in_which_nobody_speaks(own_page: Page, tmp_path: Path):
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(16_000 * 3), 16_000)

    choose_and_start(own_page, path)

    expect(own_page.locator(".ss-empty")).to_have_text("未检测到语音。", timeout=60_000)


def test_the_same_sound_under_another_name_is_said_to_be_there_already(
    own_page: Page, tmp_path: Path
):
    first, second = tmp_path / "first.wav", tmp_path / "second.wav"
    soundfile.write(first, np.zeros(16_000 * 2), 16_000)
    second.write_bytes(first.read_bytes())
    choose_and_start(own_page, first)
    expect(own_page.locator(".ss-empty")).to_be_visible(timeout=60_000)

    choose_and_start(own_page, second)

    notice = own_page.locator(".ss-notice", has_text="second")
    expect(notice).to_contain_text("已有录音“first”")
    expect(own_page.locator(".ss-item", has_text="second")).to_have_count(0)


def test_a_recording_from_the_microphone_can_be_transcribed(own_page: Page):
    own_page.get_by_role("tab", name="麦克风").click()
    microphone = own_page.locator("#microphone")
    microphone.get_by_role("button", name=re.compile("录制|录音|Record")).first.click()
    own_page.wait_for_timeout(1500)
    microphone.get_by_role("button", name=re.compile("停止|Stop")).first.click()
    expect(microphone.locator("audio, .waveform-container").first).to_be_attached()
    own_page.locator("#start").click()

    own_page.wait_for_selector(".ss-editor", timeout=TRANSCRIPTION_MS)


def test_a_deleted_recording_is_gone(own_page: Page, tmp_path: Path):
    path = tmp_path / "gone.wav"
    soundfile.write(path, np.zeros(16_000), 16_000)
    choose_and_start(own_page, path)
    row = own_page.locator(".ss-item", has_text="gone")
    expect(row).to_have_count(1)

    row.hover()
    row.locator("[data-part=more]").click()
    own_page.locator(".ss-popup [data-part=delete]").click()
    own_page.get_by_role("button", name="永久删除").click()

    expect(row).to_have_count(0)


def test_an_imported_file_is_opened_and_what_did_not_fit_is_said(
    own_page: Page, tmp_path: Path
) -> None:
    choose_and_start(own_page, excerpt(tmp_path, "imported.wav", seconds=(0, 4)))
    title = own_page.locator(".ss-editor .ss-title", has_text="imported")
    expect(title).to_be_visible(timeout=TRANSCRIPTION_MS)
    cue = b"[${1}<b>Ann</b><img src=x onerror=alert(1)>] hi"
    srt = b"1\n00:00:01,000 --> 00:00:02,000\n" + cue + b"\n\n2\n00:00:59,0 --> soon\nx\n"

    own_page.locator(".ss-import input[data-use=transcript]").set_input_files(
        {"name": "ann.srt", "mimeType": "text/plain", "buffer": srt}
    )

    expect(own_page.locator("dialog.ss-report")).to_contain_text("第 6 行")
    own_page.locator("dialog.ss-report button").click()
    expect(own_page.locator(".ss-row")).to_have_count(1)
    chip = own_page.locator(".ss-row .ss-name")
    expect(chip).to_have_text("${1}Ann<img src=x onerror=alert(1)>")
    expect(chip.locator("img, b")).to_have_count(0)
