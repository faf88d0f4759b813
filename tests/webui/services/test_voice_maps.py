"""Tests of the process that computes voice maps."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pipeline.speakers.clustering.projection import compiled_mark
from storage.db.blobs import BlobStore
from storage.db.database import open_database
from webui.services.review.voice_map import VoiceMapService

SOON_S = 5.0


@pytest.fixture
def maps(tmp_path: Path):
    database = open_database(tmp_path / "studio.sqlite3")
    service = VoiceMapService(database, BlobStore(tmp_path / "recordings"))
    yield service
    service.close()
    database.close()


def test_cached_code_is_not_compiled_again(maps: VoiceMapService, tmp_path: Path):
    compiled_mark(tmp_path).touch()

    maps.warm_up(tmp_path)

    assert not maps.is_busy


@pytest.mark.wall_clock
def test_closing_does_not_wait_for_a_compilation(maps: VoiceMapService, tmp_path: Path):
    maps.warm_up(tmp_path / "kernels")
    assert maps.is_busy

    begin = time.monotonic()
    maps.close()

    assert time.monotonic() - begin < SOON_S
    assert not maps.is_busy
    assert not compiled_mark(tmp_path / "kernels").exists()
