"""Where the development recordings lie; they never travel with the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
DEV_DATA = Path(os.environ.get("STUDIO_DEV_DATA", REPOSITORY.parent / "shared" / "data" / "dev"))

needs_dev_data = pytest.mark.skipif(
    not DEV_DATA.is_dir(), reason="development recordings are not on this machine"
)
