"""Uploads leave space on the disk, however many are received at a time."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from webui.routes.runs.uploads import UPLOAD_PATH, build_upload_route
from webui.services.container import Services

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
