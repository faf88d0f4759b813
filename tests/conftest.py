"""What holds for every test."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from pipeline.models.locations import default_kernel_cache
from tests.requirements_of_tests import NO_CHROMIUM, skip_or_fail

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

from tests.requirements_of_tests import not_tested_lines

# How long one example takes says more about what else the machine does than about the code.
# The examples are the same in each run; `HYPOTHESIS_PROFILE=search` looks for others.
settings.register_profile("studio", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "studio"))

# The apps of the tests keep numba's compiled code there: so do the tests, and it is compiled once.
os.environ.setdefault("NUMBA_CACHE_DIR", str(default_kernel_cache()))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """End the summary with what was not tested because this machine lacks something."""
    yield
    for line in not_tested_lines(terminalreporter.stats.get("skipped", ())):
        terminalreporter.write_line(line, yellow=True, bold=True)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    from tests.browser.running_app import launch_browser

    opened = launch_browser(playwright)
    if opened is None:
        skip_or_fail(NO_CHROMIUM)
    assert opened is not None
    yield opened
    opened.close()
