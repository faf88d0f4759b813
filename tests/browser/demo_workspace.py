"""Workspace with the transcribed demo, made once for all processes of a test run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from tests.browser.running_app import RunningApp


def copy_demo_workspace(tmp_path_factory: pytest.TempPathFactory, destination: Path) -> Path:
    """Copy a workspace in which the embedded models have transcribed the demo conversation."""
    folder = _shared_folder(tmp_path_factory)
    with FileLock(folder / "demo-workspace.lock"):
        made = folder / "demo-workspace"
        if not made.exists():
            unfinished = folder / "unfinished-demo-workspace"
            running = RunningApp(unfinished, "--wait-for-demo")
            running.start()
            running.stop()
            unfinished.rename(made)
    shutil.copytree(made, destination)
    return destination


def _shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the run: each process of pytest-xdist has one of its own below it."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if own.name.startswith("popen-") else own
