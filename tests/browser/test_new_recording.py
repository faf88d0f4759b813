"""What a visitor does with a recording of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from playwright.sync_api import BrowserContext, Page, expect

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
def own_visit(context: BrowserContext, own_app: RunningApp) -> Iterator[Visit]:
    context.grant_permissions(["microphone"])
    visit = Visit(context, own_app.url)
    yield visit
    assert visit.errors == []
    assert visit.foreign_requests == []


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
    own_page.locator("[data-control=new]").click()
    own_page.locator("#start").click()

    expect(own_page.locator("#new-recording .ss-notice")).to_have_text(
        re.compile("请先选择一个文件")
    )


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
    own_visit.errors[:] = [each for each in own_visit.errors if "net::ERR_" not in each]

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

    expect(stage).to_have_text("转写已取消")


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
    field = own_page.locator(".ss-file [data-control=track]")

    own_page.locator("#upload input[type=file]").set_input_files(path)
    expect(field).to_be_visible(timeout=30_000)
    expect(field.locator("option")).to_have_text([re.compile(each) for each in OFFERED_TRACKS])
    field.select_option("3")
    own_page.locator("#start").click()

    expect(own_page.locator(".ss-editor")).to_contain_text(
        "第 3 条音轨，共 3 条", timeout=TRANSCRIPTION_MS
    )
    expect(own_page.locator(".ss-file")).to_have_count(0)


def test_silence_is_a_recording_in_which_nobody_speaks(own_page: Page, tmp_path: Path):
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(16_000 * 3), 16_000)

    choose_and_start(own_page, path)

    expect(own_page.locator(".ss-empty")).to_have_text("未检测到语音。", timeout=60_000)


def test_the_same_sound_is_opened_or_transcribed_otherwise_and_either_can_be_chosen(
    own_page: Page, own_app: RunningApp, tmp_path: Path
):
    first = excerpt(tmp_path, "first.wav", seconds=(20, 24))
    second = tmp_path / "second.wav"
    second.write_bytes(first.read_bytes())
    choose_and_start(own_page, first)
    expect(own_page.locator(".ss-item", has_text="first")).to_contain_text(
        "人", timeout=TRANSCRIPTION_MS
    )

    choose_and_start(own_page, second)

    known = own_page.locator(".ss-file-known")
    expect(known).to_contain_text("“first”已有选项相同的文稿")
    expect(own_page.locator(".ss-item", has_text="second")).to_have_count(0)
    own_page.locator("#speakers label", has_text="3").click()
    own_page.locator("#start").click()
    expect(own_page.locator(".ss-file")).to_have_count(0)
    expect(own_page.locator(".ss-talk-progress")).to_have_count(1)
    expect(own_page.locator(".ss-talk-progress")).to_have_count(0, timeout=TRANSCRIPTION_MS)
    second_id = chosen_transcript(own_app, "first")
    open_menu(own_page, "first")
    choices = own_page.locator(".ss-pop [data-action=choice]")
    expect(choices).to_have_count(2)
    expect(choices).to_have_text([re.compile("Whisper base")] * 2)
    expect(choices.first).to_have_attribute("aria-checked", "true")
    with own_page.expect_response(re.compile("/choose$")):
        choices.last.click()

    assert chosen_transcript(own_app, "first") != second_id
    own_page.reload()
    open_menu(own_page, "first")
    expect(choices.last).to_have_attribute("aria-checked", "true")


def open_menu(page: Page, title: str) -> None:
    item = page.locator(".ss-item", has_text=title)
    item.hover()
    item.locator("[data-part=more]").click()


def chosen_transcript(app: RunningApp, title: str) -> str:
    """Return the id of the transcript that the list opens for a recording."""
    listed = httpx.get(f"{app.url}/studio/recordings").json()["recordings"]
    (found,) = (each["transcript_id"] for each in listed if each["title"] == title)
    return str(found)


def record_a_take(page: Page) -> None:
    page.locator("[data-control=new]").click()
    page.locator("[data-source=microphone]").click()
    page.locator("[data-control=take]").click()
    page.locator("#microphone [data-control=record]").click()
    expect(page.locator(".ss-take-clock")).to_have_text(re.compile(r"^0:(0[2-9]|[1-5]\d)$"))


def test_a_take_survives_a_change_of_language_and_can_be_heard_and_transcribed(own_page: Page):
    record_a_take(own_page)
    own_page.locator("#microphone [data-control=pause]").click()
    expect(own_page.locator("#microphone [data-control=resume]")).to_be_visible()
    own_page.locator("#microphone [data-control=stop]").click()
    take = own_page.locator(".ss-file-name")
    expect(take).to_have_text(re.compile(r"^录音 \d{4}-\d\d-\d\d \d\d\.\d\d$"))
    title = take.inner_text()
    own_page.keyboard.press("Escape")
    own_page.locator("[data-control=language]").click()

    expect(own_page.locator("#start")).to_have_text("Transcribe")
    own_page.locator("[data-control=new]").click()
    expect(take).to_have_text(title)
    expect(own_page.locator(".ss-file audio")).to_be_visible()
    own_page.locator("#start").click()

    expect(own_page.locator(".ss-item-title", has_text=title)).to_have_count(1)
    expect(own_page.locator(".ss-file")).to_have_count(0)
    own_page.locator("[data-control=language]").click()
    expect(own_page.locator("#start")).to_have_text("开始转写")


def test_the_level_of_a_take_is_shown_and_readable(own_page: Page):
    record_a_take(own_page)

    own_page.wait_for_function("document.querySelector('#microphone .ss-on') !== null")
    meter = own_page.locator("#microphone [role=meter]")
    expect(meter).to_have_attribute("aria-valuemax", "100")
    expect(meter).to_have_accessible_name("输入音量")
    own_page.locator("#microphone [data-control=stop]").click()


def test_starting_while_recording_ends_the_take_and_transcribes_it(own_page: Page):
    record_a_take(own_page)
    items = own_page.locator(".ss-item").count()

    own_page.locator("#start").click()

    expect(own_page.locator(".ss-item")).to_have_count(items + 1, timeout=30_000)
    expect(own_page.locator(".ss-item-title").first).to_have_text(re.compile("^录音 "))
    expect(own_page.locator("#new-recording")).to_be_hidden()


DROP = """files => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) transfer.items.add(new File([text], name));
  const send = (type) => document.querySelector("#workspace").dispatchEvent(
    new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
  send("dragenter");
  const isCovered = !document.querySelector(".ss-drop-all").hidden;
  return [isCovered, send("dragover"), send("drop")];
}"""


def test_files_dropped_anywhere_are_chosen_and_never_opened_by_the_browser(own_page: Page):
    covered, over, dropped = own_page.evaluate(DROP, [["a.txt", "letters"], ["b.txt", "words"]])

    assert (covered, over, dropped) == (True, False, False)
    expect(own_page.locator(".ss-file-name")).to_have_text(["a.txt", "b.txt"])
    expect(own_page.locator(".ss-drop-all")).to_be_hidden()
    own_page.locator(".ss-file [data-control=remove]").first.click()
    own_page.keyboard.press("Escape")
    expect(own_page.locator("#new-recording")).to_be_hidden()
    own_page.locator("[data-control=new]").click()
    expect(own_page.locator(".ss-file-name")).to_have_text(["b.txt"])


def test_several_files_are_started_together_and_enter_starts(own_page: Page, tmp_path: Path):
    paths = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.wav"
        soundfile.write(path, np.full(16_000 * (1 + len(paths)), 0.002), 16_000)
        paths.append(path)

    own_page.locator("#upload input[type=file]").set_input_files(paths)
    expect(own_page.locator(".ss-sheet-total")).to_contain_text("2 段，共 3 秒", timeout=30_000)
    own_page.locator("#speakers label", has_text="2").click()
    own_page.keyboard.press("Enter")

    for name in ("one", "two"):
        expect(own_page.locator(".ss-item-title", has_text=name)).to_have_count(1)


def test_another_number_of_speakers_is_typed_as_a_number_or_a_range(own_page: Page, tmp_path: Path):
    path = tmp_path / "many.wav"
    soundfile.write(path, np.full(16_000, 0.01), 16_000)
    expect(own_page.locator("#speaker-count")).to_be_hidden()
    own_page.locator("#upload input[type=file]").set_input_files(path)
    own_page.locator("#speakers label", has_text="其他").click()
    field = own_page.locator("#speaker-count").get_by_role("textbox")
    expect(field).to_have_attribute("placeholder", "例如 8，或 7-10")

    own_page.locator("#start").click()
    expect(own_page.locator("#new-recording .ss-notice")).to_contain_text("1 到 50")
    field.fill("７到１０")
    with own_page.expect_request("**/studio/transcriptions") as sent:
        own_page.locator("#start").click()

    assert sent.value.post_data_json["speakers"] == "7-10"
    expect(own_page.locator(".ss-item-title", has_text="many")).to_have_count(1)


def test_a_deleted_recording_is_gone(own_page: Page, tmp_path: Path):
    path = tmp_path / "gone.wav"
    soundfile.write(path, np.zeros(16_000), 16_000)
    choose_and_start(own_page, path)
    row = own_page.locator(".ss-item", has_text="gone")
    expect(row).to_have_count(1)

    row.hover()
    row.locator("[data-part=more]").click()
    own_page.locator(".ss-pop [data-action=delete]").click()
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
