"""What a test may skip for, and when it may not."""

from __future__ import annotations

import os

import pytest


def skip_or_fail(reason: str) -> None:
    """Skip with a line that says why; fail instead where everything is promised to be there."""
    if os.environ.get("STUDIO_TESTS_REQUIRE_ALL"):
        pytest.fail(f"missing although everything is required here: {reason}")
    pytest.skip(reason)
