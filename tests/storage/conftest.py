"""Fixtures: a real database and a real folder of files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.db.blobs import BlobStore
from storage.db.database import Database, open_database


@pytest.fixture
def database_path(tmp_path: Path) -> Path:
    return tmp_path / "workspace" / "studio.sqlite3"


@pytest.fixture
def database(database_path: Path) -> Iterator[Database]:
    database = open_database(database_path)
    yield database
    database.close()


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "workspace" / "recordings")
