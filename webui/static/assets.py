"""Location and version of the page's scripts and style sheets."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from webui.static.bundle import bundle

STUDIO_MODULE = "studio.js"
PAGE_SHEET = "page.css"
WEB_ASSETS = Path(__file__).resolve().parents[2] / "assets" / "web"


@cache
def assets_version() -> str:
    """Return a short hash of all asset files, which is part of their URLs."""
    digest = hashlib.sha256()
    for path in sorted(WEB_ASSETS.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def studio_address() -> str:
    """Return the URL path of the app's JavaScript module."""
    return asset_address(STUDIO_MODULE)


def asset_address(name: str) -> str:
    """Return the URL path of an asset, which contains the version of all assets."""
    return f"studio/assets/{assets_version()}/{name}"


@cache
def studio_module() -> str:
    """Return the app's JavaScript module, bundled with its imports."""
    return bundle(WEB_ASSETS, STUDIO_MODULE)
