"""A public demo says what it does not take, on the page and to programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
import soundfile
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import Browser, expect

from tests.browser.conftest import RunningApp, Visit
from tests.browser.test_new_recording import choose_and_start

RATE_HZ = 16_000
TOO_LONG_S = 720  # 0.2 hours
MB = 1 << 20
WORDS = {
    "zh-CN": "录音长 0.2 小时，上限为 0.1 小时。请分成几段再上传。",
    "en-US": "This recording is 0.2 hours long; the limit is 0.1 hours. Split it into parts.",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("limits")
    limits = ("--max-hours", "0.1", "--max-file-mb", "1")
    running = RunningApp(folder / "workspace", "--no-demo", "--demo-mode", "--offline", *limits)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    path = tmp_path / "long.flac"
    soundfile.write(path, np.zeros(TOO_LONG_S * RATE_HZ, dtype=np.int16), RATE_HZ)
    return path


@pytest.mark.parametrize("locale", WORDS)
def test_the_page_says_that_a_recording_is_too_long_before_it_begins(
    browser: Browser, app: RunningApp, long_file: Path, locale: str
) -> None:
    context = browser.new_context(locale=locale, viewport={"width": 1440, "height": 900})
    page = Visit(context, app.url).open()

    choose_and_start(page, long_file)

    expect(page.locator(".ss-notice").first).to_have_text(WORDS[locale])
    expect(page.locator(".ss-item")).to_have_count(0)
    context.close()


LARGE = {
    "zh-CN": "文件大小为 3 MB，上限为 1 MB。请压缩（例如转成 MP3 或 M4A），或分成几段。",
    "en-US": "This file is 3 MB; the limit is 1 MB. Convert it to MP3 or M4A, or split it.",
}


@pytest.mark.parametrize("locale", LARGE)
def test_the_page_says_in_its_language_that_a_file_is_too_large_and_sends_nothing(
    browser: Browser, app: RunningApp, tmp_path: Path, locale: str
) -> None:
    large = tmp_path / "large.wav"
    large.write_bytes(bytes(3 * MB))
    context = browser.new_context(locale=locale, viewport={"width": 1440, "height": 900})
    page = Visit(context, app.url).open()
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.url) if "upload" in each.url else None)

    page.locator("#upload input[type=file]").set_input_files(large)

    expect(page.locator(".ss-notice").first).to_have_text(LARGE[locale])
    assert sent == []
    context.close()


@pytest.mark.parametrize("locale", WORDS)
def test_a_program_is_told_the_same_in_its_language(
    app: RunningApp, long_file: Path, locale: str
) -> None:
    client = Client(app.url, verbose=False, headers={"accept-language": locale})

    with pytest.raises(AppError, match=WORDS[locale]):
        client.predict(handle_file(long_file), api_name="/transcribe")


def test_the_server_itself_takes_no_file_that_is_too_large(app: RunningApp) -> None:
    files = {"files": ("large.wav", b"\0" * (MB + 1))}

    answer = httpx.post(f"{app.url}/gradio_api/upload", files=files, timeout=30)

    assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
