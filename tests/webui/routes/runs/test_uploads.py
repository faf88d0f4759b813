"""Uploads leave space on the disk, however many are received at a time."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from http import HTTPStatus

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from webui.auth.demo_visitors import DemoVisitors
from webui.auth.signing import Signer
from webui.config.settings import VisitorSettings
from webui.routes.runs.uploads import UPLOAD_PATH, build_upload_route
from webui.services.container import Services
from webui.services.runs.uploads import MAX_RECEIVED

BLOCK = b"x" * 100_000
HEAD = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\n'
FORM = {"content-type": "multipart/form-data; boundary=b"}
NUM_BLOCKS = 10


def form() -> Iterator[bytes]:
    yield HEAD
    yield from itertools.repeat(BLOCK, NUM_BLOCKS)
    yield b"\r\n--b--\r\n"


def test_an_upload_ends_when_others_have_nearly_filled_the_disk_meanwhile(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = TestClient(Starlette(routes=[build_upload_route(services)]))
    usage = shutil.disk_usage("/")
    asked = itertools.count()
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: usage._replace(free=1_000 if next(asked) else usage.total)
    )

    answer = client.post(UPLOAD_PATH, content=form(), headers=FORM)

    assert answer.status_code == HTTPStatus.INSUFFICIENT_STORAGE
    assert list(services.uploads.root.iterdir()) == []

    monkeypatch.undo()
    assert client.post(UPLOAD_PATH, content=form(), headers=FORM).is_success


def test_an_address_of_a_demo_sends_a_limited_number_of_uploads_at_a_time(
    services: Services,
) -> None:
    visitors = Middleware(
        DemoVisitors, services.access, Signer(b"k" * 32, "visitor"), VisitorSettings(are_apart=True)
    )
    client = TestClient(Starlette(routes=[build_upload_route(services)], middleware=[visitors]))
    with ExitStack() as received:
        for _ in range(MAX_RECEIVED):
            received.enter_context(services.uploads.receiving(sender="testclient"))

        refused = client.post(UPLOAD_PATH, content=form(), headers=FORM)

    assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert str(MAX_RECEIVED) in refused.json()["message"]
    assert client.post(UPLOAD_PATH, content=form(), headers=FORM).is_success
