"""Running apps for tests that attack them over HTTP, as another machine or web page could."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.measured_app import MeasuredApp
from tests.browser.review_workspace import MadeWorkspace, make_workspace

NUM_SENTENCES = 20


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    """A workspace with one reviewed recording of 48 s."""
    folder = tmp_path_factory.mktemp("attacked") / "workspace"
    return make_workspace(folder, num_sentences=NUM_SENTENCES)


@pytest.fixture(scope="module")
def attacked(made: MadeWorkspace) -> Iterator[MeasuredApp]:
    """The app in its default mode: this machine alone, no logins."""
    yield from _running(made.folder)


@pytest.fixture(scope="module")
def attacked_from_outside(made_for_outside: MadeWorkspace) -> Iterator[MeasuredApp]:
    """The app on all addresses of this machine, no logins."""
    yield from _running(made_for_outside.folder, "--host", "0.0.0.0")


@pytest.fixture(scope="module")
def made_for_outside(tmp_path_factory: pytest.TempPathFactory) -> MadeWorkspace:
    """A workspace of its own for `attacked_from_outside`."""
    folder = tmp_path_factory.mktemp("outside") / "workspace"
    return make_workspace(folder, num_sentences=NUM_SENTENCES)


def _running(workspace: Path, *flags: str) -> Iterator[MeasuredApp]:
    app = MeasuredApp(workspace, "--no-demo", "--offline", *flags)
    app.start()
    yield app
    app.stop()
