"""Command for the README's screenshots: `python tools/take_screenshots.py --browser chromium`.

It needs a running app with the demo conversation, and the packages of requirements-dev.txt.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SIZE = {"width": 1280, "height": 800}
WIDE = {"width": 1600, "height": 900}
MAP_MS = 120_000
FINAL_MAP = """() => document.querySelector(".ss-map [role=status]").textContent === "" """
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
        browser.close()


def _take(browser: Browser, url: str, path: Path, *, locale: str, theme: str) -> None:
    context = browser.new_context(locale=locale, viewport=SIZE, color_scheme=theme)
    page: Page = context.new_page()
    page.goto(url)
    page.wait_for_selector(".ss-row")
    page.locator(".ss-row").nth(2).click()
    page.wait_for_selector(".ss-spoken")
    page.screenshot(path=path)
    context.close()


def _take_review(browser: Browser, url: str, path: Path) -> None:
    """Take a screenshot of the voice map beside a sentence being edited, then cancel the edit."""
    context = browser.new_context(locale="zh-CN", viewport=WIDE)
    page: Page = context.new_page()
    page.goto(url)
    page.wait_for_selector(".ss-row")
    page.locator("[data-panel=map]").click()
    page.wait_for_selector(".ss-map-plot canvas")
    page.wait_for_function(FINAL_MAP, timeout=MAP_MS)
    page.locator(".ss-row .ss-text").nth(4).dblclick()
    page.wait_for_selector(".ss-typing")
    page.mouse.move(0, 0)
    page.screenshot(path=path)
    page.keyboard.press("Escape")
    context.close()


if __name__ == "__main__":
    main()
