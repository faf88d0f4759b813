"""Two annotators, the comparison of their transcripts, and the decision between them."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.axe import axe_findings
from tests.browser.editor_page import opened_page, row
from tests.browser.review_workspace import MadeWorkspace, make_workspace
from tests.browser.running_app import RunningApp

PROCESS_MS = 60_000  # until a process of its own has started, on a busy machine


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    return make_workspace(tmp_path_factory.mktemp("second") / "workspace", num_sentences=6)


@pytest.fixture
def page(context: BrowserContext, reviewed: RunningApp, made: MadeWorkspace) -> Page:
    return opened_page(context, reviewed, made)


def open_second_annotation(page: Page) -> None:
    page.locator("[data-part=head-menu]").click()
    page.locator("[data-action=second-annotation]").click()


def test_a_second_person_annotates_and_the_differences_are_decided(page: Page) -> None:
    first_text = row(page, 0).locator(".ss-text").inner_text()
    open_second_annotation(page)
    page.locator("[data-choice=machine]").click()
    expect(page.locator("[data-part=transcript-switch]")).to_contain_text("第二份标注 · ")
    row(page, 0).click()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.type("另外<b>")
    page.keyboard.press("Enter")
    expect(row(page, 0).locator(".ss-text")).to_have_text(f"{first_text}另外<b>")

    open_second_annotation(page)
    dialog = page.get_by_role("dialog", name="两份标注的对比")
    expect(dialog.locator("mark")).to_have_text("另外<b>")
    expect(dialog).to_contain_text("6 处中有 1 处不同")
    assert axe_findings(page) == []
    dialog.get_by_role("button", name="开始裁决").click()
    dialog.get_by_role("button", name="采用第二份").click()
    expect(dialog).to_contain_text("已裁决 1/1")
    dialog.get_by_role("button", name="核对相同的 5 处").click()
    expect(dialog.get_by_role("button", name="核对相同")).to_have_count(0)
    dialog.get_by_role("button", name="打开裁决稿").click()

    expect(row(page, 0).locator(".ss-text")).to_have_text(f"{first_text}另外<b>")
    expect(page.locator(".ss-done")).to_contain_text("6 句全部核对完")

    page.locator("[data-page=work]").click()
    agreement = page.locator("[data-part=agreement]")
    agreement.locator("summary").click()
    expect(agreement).to_contain_text("1 个录音 · 字错率", timeout=PROCESS_MS)
