"""Findings of axe-core, which checks a page against the accessibility rules of WCAG 2.2."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.running_app import REPOSITORY
from tests.requirements_of_tests import skip_or_fail

AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
NO_AXE = "axe-core is not installed; run: make check-web"
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN = """async (tags) => {
  const { violations } = await axe.run(document, {
    runOnly: tags, resultTypes: ["violations"], elementRef: false });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) =>
    `${id}: ${target.flat().join(" ")}: ${[...any, ...all, ...none].map((each) => each.message)}`));
}"""


def axe_findings(page: Page) -> list[str]:
    """Return one line for each element in which axe-core finds a fault."""
    if not AXE.exists():
        skip_or_fail(NO_AXE)
    page.evaluate(f"{AXE.read_text('utf-8')}; undefined")
    found: list[str] = page.evaluate(_RUN, _TAGS)
    return found
