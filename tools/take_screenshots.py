"""Command that takes the README's screenshots.

    python tools/take_screenshots.py --browser chromium

It needs a running app with the demo conversation, and the packages of requirements-dev.txt.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SIZE = {"width": 1500, "height": 950}
READY_MS = 60_000
PICTURES = (
    ("page-zh", "zh-CN", "light"),
    ("page-en", "en-US", "light"),
    ("page-dark", "zh-CN", "dark"),
)


def main() -> None:
    """Take all screenshots of the running app and write them as image files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:7860")
    parser.add_argument("--browser", default="chromium", help="name or path of a Chromium")
    chosen = parser.parse_args()
    IMAGES.mkdir(parents=True, exist_ok=True)
    flags = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which(chosen.browser), args=flags
        )
        for name, locale, theme in PICTURES:
            _take(browser, chosen.url, IMAGES / f"{name}.png", locale=locale, theme=theme)
        _take_review(browser, chosen.url, IMAGES / "review.png")
        _take_report(browser, chosen.url, IMAGES / "report.png")
        browser.close()


def _take(browser: Browser, url: str, path: Path, *, locale: str, theme: str) -> None:
    """Take a screenshot of the first transcript while its third sentence plays."""
    page = _open(browser, url, locale=locale, theme=theme)
    page.locator(".ss-row .ss-text").nth(2).click()
    page.wait_for_selector(".ss-spoken")
    page.mouse.move(0, 0)
    page.screenshot(path=path)
    page.context.close()


def _take_review(browser: Browser, url: str, path: Path) -> None:
    """Take a screenshot of a sentence being edited, then cancel the edit."""
    page = _open(browser, url, locale="zh-CN", theme="light")
    page.locator(".ss-row .ss-text").nth(4).dblclick()
    page.wait_for_selector(".ss-typing")
    page.mouse.move(0, 0)
    page.screenshot(path=path)
    page.keyboard.press("Escape")
    page.context.close()


def _take_report(browser: Browser, url: str, path: Path) -> None:
    """Take a screenshot of the first transcript's report."""
    page = _open(browser, url, locale="zh-CN", theme="light")
    address = page.locator("a[href$='/report']").first.get_attribute("href")
    page.goto(
        f"{url.rstrip('/')}/{str(address).lstrip('/')}"
        if "://" not in str(address)
        else str(address)
    )
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)
    page.context.close()


def _open(browser: Browser, url: str, *, locale: str, theme: str) -> Page:
    context = browser.new_context(locale=locale, viewport=SIZE, color_scheme=theme)
    page: Page = context.new_page()
    page.goto(url)
    page.wait_for_selector(".ss-row", timeout=READY_MS)
    page.wait_for_load_state("networkidle")
    return page


if __name__ == "__main__":
    main()
