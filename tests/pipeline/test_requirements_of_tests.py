"""A run without Chromium says at its end what it has not tested."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.dev_data import REPOSITORY

ONE_TEST = "tests/browser/test_flags.py"


def ended_without_chromium(folder, **variables):
    """The summary's last lines of a run in which no browser can be found."""
    environment = {
        **os.environ,
        "PATH": str(folder),
        "PLAYWRIGHT_BROWSERS_PATH": str(folder),
        "STUDIO_TESTS_REQUIRE_ALL": "",
        **variables,
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", ONE_TEST]
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )


def test_what_needs_a_browser_is_named_at_the_end_with_the_package_to_install(tmp_path):
    ended = ended_without_chromium(tmp_path)

    *_, line, totals = ended.stdout.splitlines()
    assert ended.returncode == 0, ended.stdout
    assert line.startswith("NOT TESTED (")
    assert "package 'chromium'" in line
    assert "skipped" in totals


def test_where_everything_is_required_a_missing_browser_fails(tmp_path):
    ended = ended_without_chromium(tmp_path, STUDIO_TESTS_REQUIRE_ALL="1")

    assert ended.returncode == 1
    assert "NOT TESTED" not in ended.stdout
