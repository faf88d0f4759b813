"""What a test may skip for, when it may not, and what the run says of it at its end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable

import pytest

NOT_TESTED = "not tested: "
NO_CHROMIUM = (
    "no Chromium on this machine; install the package 'chromium' (or run: python -m playwright "
    "install chromium)"
)


def skip_or_fail(reason: str) -> None:
    """Skip with a line that says why; fail instead where everything is promised to be there."""
    if os.environ.get("STUDIO_TESTS_REQUIRE_ALL"):
        pytest.fail(f"missing although everything is required here: {reason}")
    pytest.skip(NOT_TESTED + reason)


def not_tested_lines(skipped: Iterable[pytest.TestReport]) -> tuple[str, ...]:
    """Return a line for each thing that is missing, with the number of tests that need it."""
    counts = Counter(
        each.longrepr[2].partition(NOT_TESTED)[2]
        for each in skipped
        if isinstance(each.longrepr, tuple) and NOT_TESTED in each.longrepr[2]
    )
    return tuple(f"NOT TESTED ({count} tests): {reason}" for reason, count in counts.items())
