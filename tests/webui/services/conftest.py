"""Fixtures of services over a real database and real files with a fake pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.engines.inline import InlineEngine
from tests.webui.services.fake_work import HandDrivenEngine, load_fake_pipeline
from webui.services.container import Services, open_services


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def services(workspace: Path) -> Iterator[Services]:
    services = open_services(workspace, InlineEngine(load_fake_pipeline))
    yield services
    services.close()


@pytest.fixture
def engine() -> HandDrivenEngine:
    return HandDrivenEngine()


@pytest.fixture
def busy_services(workspace: Path, engine: HandDrivenEngine) -> Iterator[Services]:
    """Services whose jobs advance only when the test drives them."""
    services = open_services(workspace, engine)
    yield services
    services.close()
