"""The page of models, with a hub on this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pipeline.models.manifest import read_manifest
from tests.browser.conftest import RunningApp, Visit
from tests.pipeline.models.model_server import ModelServer, serve

PARAFORMER = next(model for model in read_manifest() if model.id == "paraformer")
SMALL = {file.name: file.num_bytes for file in PARAFORMER.files[1:]}
HALF = 40_000_000


@dataclass(frozen=True)
class Studio:
    """An app whose hubs are a server of the test."""

    app: RunningApp
    hub: ModelServer
    cache: Path


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("models")
    # Bytes that are not the published ones, but as many: all works but the last check.
    contents = {name: bytes(size) for name, size in SMALL.items()}
    contents["model_quant.onnx"] = bytes(PARAFORMER.files[0].num_bytes)
    with serve(contents) as hub:
        flags = ["--no-demo", "--model-cache", str(folder / "cache"), "--model-mirror", hub.url]
        running = RunningApp(folder / "workspace", *flags)
        running.start()
        yield Studio(running, hub, folder / "cache")
        running.stop()


@pytest.fixture
def page(context: BrowserContext, studio: Studio) -> Iterator[Page]:
    visit = Visit(context, studio.app.url)
    page = visit.open()
    page.locator(".ss-page[data-page=models]").click()
    page.wait_for_selector(".ss-model")
    yield page
    assert visit.errors == []
    assert visit.foreign_requests == []


def test_every_model_is_shown_with_its_size_licence_and_credit(page: Page):
    rows = page.locator(".ss-model")

    expect(rows).to_have_count(len(read_manifest()))
    paraformer = page.locator(".ss-model[data-id=paraformer]")
    expect(paraformer).to_contain_text("258 MB · Apache-2.0")
    expect(paraformer.locator("a")).to_have_attribute("href", PARAFORMER.homepage)
    expect(paraformer.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    expect(page.locator(".ss-models .ss-title")).to_have_text("当前识别模型：Whisper base")
    expect(page.locator("#workspace")).to_be_hidden()


def test_a_fetch_shows_how_far_it_is_is_cancelled_and_goes_on_where_it_was(
    page: Page, studio: Studio
):
    studio.hub.stall_after = HALF
    get = page.locator("[data-control=get-paraformer]")
    expect(get).to_have_text("下载 Paraformer 和标点模型（545 MB）")

    get.click()
    progress = page.locator(".ss-models .ss-bar")
    expect(progress).to_have_attribute("aria-valuenow", re.compile("^1[0-9]$"), timeout=30_000)
    page.locator(".ss-models [data-control=cancel]").click()

    paraformer = page.locator(".ss-model[data-id=paraformer]")
    expect(paraformer).to_contain_text("已下载 40 MB，共 258 MB")
    expect(get).to_have_text("继续下载 Paraformer 和标点模型（还差 505 MB）")

    studio.hub.stall_after = None
    paraformer.get_by_role("button", name="继续下载").click()
    # The bytes are not the published ones: what was put together is refused, then all of it.
    expect(paraformer).to_have_attribute("data-state", "failed", timeout=60_000)
    expect(paraformer).to_contain_text("与公布的校验值不符")
    assert studio.hub.ranges[1] == f"bytes={HALF}-"
    assert list((studio.cache / "paraformer").iterdir()) == []


def test_a_server_that_wants_a_login_is_said_in_words(page: Page, studio: Studio):
    studio.hub.refuse_with = 401
    punctuation = page.locator(".ss-model[data-id=punctuation]")

    punctuation.get_by_role("button").click()

    expect(punctuation).to_contain_text("要求登录", timeout=20_000)
    studio.hub.refuse_with = None


def test_the_address_leads_to_the_page_and_back(page: Page, studio: Studio):
    page.goto(f"{studio.app.url}/#models")
    expect(page.locator(".ss-models")).to_be_visible()

    page.locator(".ss-page[data-page=models]").click()

    expect(page.locator("#models")).to_be_hidden()
    expect(page.locator("#workspace")).to_be_visible()
    page.locator("[data-control=new]").click()
    expect(page.locator("#language")).to_be_visible()
    expect(page.locator("#hotwords")).to_be_hidden()  # under the advanced options


@pytest.fixture
def offline_app(tmp_path: Path) -> Iterator[RunningApp]:
    cache = ["--model-cache", str(tmp_path / "cache")]
    running = RunningApp(tmp_path / "workspace", "--no-demo", "--offline", *cache)
    running.start()
    yield running
    running.stop()


def test_offline_there_is_no_button_and_a_sentence_says_why(
    browser: Browser, offline_app: RunningApp
):
    context = browser.new_context(locale="en-US")
    page = Visit(context, offline_app.url).open()
    page.locator(".ss-page[data-page=models]").click()

    expect(page.locator(".ss-models-note")).to_contain_text("started offline")
    expect(page.locator("[data-control=get-paraformer]")).to_be_hidden()
    expect(page.locator(".ss-model button")).to_have_count(0)
    context.close()
