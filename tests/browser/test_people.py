"""Several people: with names and passwords, and as strangers to each other in a public demo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visit
from tests.browser.demo_workspace import copy_demo_workspace
from tests.browser.running_app import RunningApp
from tests.browser.test_new_recording import excerpt
from webui.config.accounts import hash_password

RUN_MS = 120_000


def started(workspace: Path, *flags: str) -> Iterator[RunningApp]:
    running = RunningApp(workspace, *flags)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def guarded_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("guarded")
    people = folder / "people.txt"
    lines = [f"{name}:{hash_password(f'{name} knows')}\n" for name in ("ann", "李雷")]
    people.write_text("".join(lines), encoding="utf-8")
    workspace = copy_demo_workspace(tmp_path_factory, folder / "workspace")
    yield from started(workspace, "--auth", str(people))


@pytest.fixture(scope="module")
def demo_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    workspace = copy_demo_workspace(tmp_path_factory, tmp_path_factory.mktemp("public") / "studio")
    yield from started(workspace, "--demo-mode", "--demo-hours", "6")


def log_in(page: Page, name: str, password: str) -> None:
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("button[type=submit]").click()


def test_people_log_in_on_a_page_of_their_language_and_leave(
    browser: Browser, guarded_app: RunningApp
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(guarded_app.url)
    expect(page.locator("button[type=submit]")).to_have_text("登录")

    log_in(page, "李雷", "wrong")
    expect(page.get_by_role("alert")).to_have_text("用户名或密码错误。")
    log_in(page, "李雷", "李雷 knows")

    expect(page.locator("[data-who=me]")).to_have_text("李雷")
    expect(page.locator("#library .ss-item")).to_have_count(1)
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("input[name=password]")).to_be_visible()
    context.close()


def test_whose_login_is_over_is_told_and_logs_in_beside_the_page(
    browser: Browser, guarded_app: RunningApp
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(guarded_app.url)
    log_in(page, "ann", "ann knows")
    expect(page.locator("#workspace .ss-row").first).to_be_visible()
    context.clear_cookies()

    page.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(page.get_by_role("alert").filter(has_text="登录已过期")).to_be_visible()
    with context.expect_page() as opened:
        page.get_by_role("link", name="登录").click()
    log_in(opened.value, "ann", "ann knows")
    expect(page.get_by_role("alert").filter(has_text="登录已过期")).to_be_hidden()
    context.close()


def test_a_token_is_made_shown_once_and_revoked_on_the_page(
    browser: Browser, guarded_app: RunningApp
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(guarded_app.url)
    log_in(page, "李雷", "李雷 knows")
    page.get_by_role("button", name="访问令牌").click()
    dialog = page.get_by_role("dialog", name="访问令牌")
    expect(dialog).to_contain_text("还没有令牌")
    dialog.get_by_role("button", name="新建令牌").click()
    expect(dialog.get_by_role("alert")).to_contain_text("请填写令牌名称")

    dialog.get_by_label("令牌名称").fill("<b>会议</b>")
    dialog.get_by_role("button", name="新建令牌").click()

    expect(dialog.locator(".ss-token-name")).to_have_text("<b>会议</b>")
    secret = dialog.get_by_label("新令牌").input_value()
    models = f"{guarded_app.url}/v1/models"
    headers = {"Authorization": f"Bearer {secret}"}
    assert httpx.get(models, headers=headers).status_code == httpx.codes.OK
    dialog.get_by_role("button", name="关闭").click()
    page.get_by_role("button", name="访问令牌").click()
    expect(dialog.locator(".ss-token")).to_contain_text("最近使用于")
    expect(dialog.get_by_label("新令牌")).to_be_hidden()
    dialog.get_by_role("button", name="吊销“<b>会议</b>”").click()
    page.get_by_role("button", name="吊销", exact=True).click()
    expect(dialog).to_contain_text("还没有令牌")
    assert httpx.get(models, headers=headers).status_code == httpx.codes.UNAUTHORIZED
    context.close()


def open_menu(page: Page) -> None:
    page.locator("#library .ss-item").hover()
    page.locator("#library [data-part=more]").click()


def visiting(browser: Browser, app: RunningApp) -> Visit:
    return Visit(
        browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800}), app.url
    )


def test_two_visitors_of_a_demo_never_see_each_others_recordings(
    browser: Browser, demo_app: RunningApp, tmp_path: Path
) -> None:
    ann, bo = visiting(browser, demo_app), visiting(browser, demo_app)
    page = ann.open()
    bar = page.locator(".ss-demo-bar")
    expect(bar).to_contain_text("6 小时后自动删除")
    expect(bar.get_by_role("button", name="复制一份试改")).to_be_visible()
    page.locator("#workspace .ss-text").first.dblclick()
    page.keyboard.press("2")
    expect(bar).to_contain_text("示例只读")
    expect(page.locator(".ss-typing")).to_have_count(0)

    page.locator("[data-control=new]").click()
    page.locator("#upload input[type=file]").set_input_files(
        excerpt(tmp_path, "conversation.flac", seconds=(0, 12))
    )
    expect(page.locator("#upload")).to_contain_text("conversation")
    page.locator("#start").click()
    expect(page.locator("#library .ss-item")).to_have_count(2)
    expect(page.locator("#workspace .ss-row").first).to_be_visible(timeout=RUN_MS)
    expect(bar.get_by_role("button", name="复制一份试改")).to_be_hidden()
    fragment = page.evaluate("window.location.hash")

    other = bo.open(fragment)

    expect(other.locator("#library .ss-item")).to_have_count(1)
    expect(other.locator("#workspace .ss-row")).to_have_count(0)
    assert page.reload() is not None
    expect(page.locator("#library .ss-item")).to_have_count(2)
    for each in (ann, bo):
        assert each.errors == []
        assert each.foreign_requests == []
        each.page.context.close()


def test_a_visitor_reads_both_transcripts_of_the_demo_and_edits_a_copy(
    browser: Browser, demo_app: RunningApp
) -> None:
    cy = visiting(browser, demo_app)
    page = cy.open()
    bar, text = page.locator(".ss-demo-bar"), page.locator("#workspace .ss-text").first
    expect(text).to_be_visible()
    bounds = bar.bounding_box()
    assert bounds is not None
    assert bounds["height"] == 36
    assert page.locator(".ss-banner:visible, .ss-offline:visible").count() == 0

    open_menu(page)
    page.locator(".ss-pop [data-action=choice]").filter(has_text="人工核对").click()
    expect(page.locator("#workspace")).to_contain_text("主持人")
    expect(page.locator("#workspace")).to_contain_text("已核对 100 %")
    page.locator(".ss-downloads summary").click()
    with page.expect_download() as download:
        page.locator(".ss-downloads [data-format=txt]").click()
    assert "主持人" in download.value.path().read_text("utf-8")
    other = visiting(browser, demo_app)
    expect(other.open().locator("#workspace")).to_contain_text("说话人 1")
    other.page.context.close()

    bar.get_by_role("button", name="复制一份试改").click()
    expect(page.locator("#library .ss-open .ss-item-title")).to_contain_text("副本")
    expect(page.locator("#library .ss-item")).to_have_count(2)
    expect(bar.get_by_role("button")).to_be_hidden()
    text.click()
    page.keyboard.press("v")
    expect(page.locator("#library .ss-open .ss-item-state")).to_have_text(re.compile(r"^\d+ %$"))
    page.reload()
    expect(page.locator("#library .ss-open .ss-item-title")).to_contain_text("副本")
    assert cy.errors == []
    page.context.close()


def test_pages_that_a_visitor_may_not_use_do_not_exist(
    browser: Browser, demo_app: RunningApp
) -> None:
    page = visiting(browser, demo_app).open("#models")

    expect(page.locator("#workspace .ss-text").first).to_be_visible()
    for name, path in (
        ("work", "work"),
        ("words", "glossary"),
        ("voices", "people"),
        ("training", "training"),
        ("models", "models"),
    ):
        assert page.locator(f".ss-page[data-page={name}], #{name} .ss").count() == 0
        assert page.request.get(f"{demo_app.url}/studio/{path}").status == 404
    page.context.close()


def test_a_shared_result_is_read_and_heard_by_whoever_has_the_link_until_it_is_taken_away(
    browser: Browser, guarded_app: RunningApp
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(guarded_app.url)
    log_in(page, "ann", "ann knows")
    open_menu(page)
    page.locator(".ss-pop [data-action=share]").click()
    page.get_by_role("button", name="生成链接").click()
    expect(page.locator("input[name=address]")).not_to_have_value("")
    link = page.locator("input[name=address]").input_value()

    stranger = Visit(browser.new_context(locale="zh-CN"), guarded_app.url)
    reader = stranger.page
    reader.goto(link)
    expect(reader.locator(".ss-shared-row").first).to_be_visible()
    reader.locator(".ss-shared-row").nth(1).click()
    expect(reader.locator(".ss-shared-row").nth(1)).to_have_attribute("aria-current", "true")
    have_enough_data = 4  # HTMLMediaElement.readyState
    expect(reader.locator("audio")).to_have_js_property("readyState", have_enough_data)
    assert reader.locator("input, textarea, [contenteditable]").count() == 0
    assert stranger.errors == []
    assert stranger.foreign_requests == []

    page.get_by_role("button", name="停止分享").click()
    expect(page.get_by_role("button", name="生成链接")).to_be_visible()
    reader.reload()
    expect(reader.get_by_role("alert")).to_contain_text("链接已失效")
    reader.context.close()
    context.close()


def test_people_see_who_works_on_a_recording(browser: Browser, guarded_app: RunningApp) -> None:
    pages = []
    for name in ("ann", "李雷"):
        page = browser.new_context(
            locale="zh-CN", viewport={"width": 1280, "height": 800}
        ).new_page()
        page.goto(guarded_app.url)
        log_in(page, name, f"{name} knows")
        pages.append(page)
    ann, other = pages
    open_menu(ann)
    ann.get_by_role("menuitem", name="由我来校对").click()
    expect(ann.locator(".ss-claim")).to_have_text("你正在校对")

    other.reload()

    expect(other.locator("#workspace .ss-banner").filter(has_text="ann 正在校对")).to_be_visible()
    open_menu(ann)
    ann.get_by_role("menuitem", name="不再由我校对").click()
    expect(ann.locator(".ss-claim")).to_have_count(0)
    for page in pages:
        page.context.close()


def test_the_page_of_work_hands_out_the_next_recording(
    browser: Browser, guarded_app: RunningApp
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(guarded_app.url)
    log_in(page, "李雷", "李雷 knows")
    page.get_by_role("button", name="工作").click()
    work = page.locator("#work")
    expect(work.locator("[data-state=in_review], [data-state=new]").first).to_be_visible()
    expect(work).to_contain_text("没有正在转写或排队的录音。")

    work.get_by_role("button", name="给我下一个").click()

    expect(page.locator("#workspace .ss-row").first).to_be_visible()
    expect(page.locator(".ss-claim")).to_have_text("你正在校对")
    page.get_by_role("button", name="工作").click()
    expect(work.locator("[data-id]")).to_contain_text("李雷")
    work.get_by_role("button", name="给我下一个").click()
    expect(work.get_by_role("status")).to_have_text("目前没有等人校对的录音。")
    open_menu(page)
    page.get_by_role("menuitem", name="不再由我校对").click()
    expect(page.locator(".ss-claim")).to_have_count(0)
    context.close()
