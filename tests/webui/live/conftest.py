"""Fixtures of live sessions over real services with a scripted recognition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from pipeline.engines.inline import InlineEngine
from pipeline.models.locations import ModelLocations
from tests.webui.live.live_browser import ORIGIN
from tests.webui.live.scripted_recognition import Recognitions
from tests.webui.services.fake_work import load_fake_pipeline
from webui.protection.origin_policy import OriginPolicy
from webui.routes.pages import build_routes
from webui.services.container import Services, open_services
from webui.services.models import ModelsService

Reopen = Callable[[Path], Services]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def recognitions() -> Recognitions:
    return Recognitions()


@pytest.fixture
def reopen(tmp_path: Path, recognitions: Recognitions) -> Iterator[Reopen]:
    """Yield a function that opens a workspace's services; the test closes all but the last."""
    opened: list[Services] = []

    def open_one(workspace: Path) -> Services:
        models = ModelsService(ModelLocations(tmp_path / "models"))
        engine = InlineEngine(load_fake_pipeline)
        opened.append(open_services(workspace, engine, models, start_recognition=recognitions))
        return opened[-1]

    yield open_one
    opened[-1].close()


@pytest.fixture
def services(reopen: Reopen, workspace: Path) -> Services:
    return reopen(workspace)


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    with client_of(services) as client:
        yield client


def client_of(services: Services) -> TestClient:
    """Return a client of the app's routes."""
    app = Starlette(routes=build_routes(services), middleware=[Middleware(OriginPolicy, ())])
    return TestClient(app, base_url=ORIGIN, headers={"origin": ORIGIN})
