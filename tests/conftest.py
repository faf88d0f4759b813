"""What holds for every test."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from hypothesis import settings

from tests.requirements_of_tests import not_tested_lines

# How long one example takes says more about what else the machine does than about the code.
settings.register_profile("studio", deadline=None)
settings.load_profile("studio")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """End the summary with what was not tested because this machine lacks something."""
    yield
    for line in not_tested_lines(terminalreporter.stats.get("skipped", ())):
        terminalreporter.write_line(line, yellow=True, bold=True)
