"""Where the page's own scripts and styles lie, and which version of them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from webui.static.bundle import bundle

STUDIO_MODULE = "studio.js"
WEB_ASSETS = Path(__file__).resolve().parents[2] / "assets" / "web"


@cache
def assets_version() -> str:
    """A short name for the present content of all assets; part of their address."""
    digest = hashlib.sha256()
    for path in sorted(WEB_ASSETS.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def studio_address() -> str:
    """Where the page's own module lies, below the address of the app."""
    return f"studio/assets/{assets_version()}/{STUDIO_MODULE}"


@cache
def studio_module() -> str:
    """The page's own module with all that it imports."""
    return bundle(WEB_ASSETS, STUDIO_MODULE)
