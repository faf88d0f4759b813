"""Where the page's own scripts and styles lie, and which version of them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

WEB_ASSETS = Path(__file__).resolve().parent.parent / "assets" / "web"


@cache
def assets_version() -> str:
    """A short name for the present content of all assets; part of their address."""
    digest = hashlib.sha256()
    for path in sorted(WEB_ASSETS.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
