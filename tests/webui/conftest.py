"""Fixtures of the page's routes over real services with a fake pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from pipeline.core.options import PipelineOptions
from pipeline.engines.inline import InlineEngine
from pipeline.models.locations import ModelLocations
from tests.webui.services.fake_work import load_fake_pipeline
from webui.protection.origin_policy import OriginPolicy
from webui.routes.pages import build_routes
from webui.services.container import Services, open_services
from webui.services.models import ModelsService
from webui.services.runs.transcription import Ticket


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    models = ModelsService(ModelLocations(tmp_path / "models"))
    opened = open_services(tmp_path / "workspace", InlineEngine(load_fake_pipeline), models)
    yield opened
    opened.close()


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    app = Starlette(routes=build_routes(services), middleware=[Middleware(OriginPolicy, ())])
    with TestClient(app) as client:
        yield client


@pytest.fixture
def transcribed(services: Services, tmp_path: Path) -> Ticket:
    """A recording with the fake pipeline's two sentences."""
    return transcribe(services, tmp_path, content=b"sound", title="会议 (1)")


def transcribe(services: Services, folder: Path, *, content: bytes, title: str) -> Ticket:
    upload = folder / "upload.wav"
    upload.write_bytes(content)
    ticket = services.transcription.start(upload, title=title, options=PipelineOptions())
    services.transcription.wait(ticket.run_id, timeout_s=30)
    return ticket
