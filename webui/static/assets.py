"""Location, version and bundling of the page's scripts and style sheets."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

STUDIO_MODULE = "studio.js"
# Modules with an address of their own: the page's, and those that run beside it.
SERVED_MODULES = frozenset(
    {STUDIO_MODULE, "live/connection/live_worker.js", "live/capture/capture_worklet.js"}
)
PAGE_SHEET = "page.css"
WEB_ASSETS = Path(__file__).resolve().parents[2] / "assets" / "web"
_NAMES = re.compile(r"^(import|export) \{([\w,\s]+)\}", re.MULTILINE)
_IMPORT = re.compile(r'^import \{ (\w+(?:, \w+)*) \} from "(\.{1,2}/[\w./]+\.js)";$')
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))")
_EXPORTED = re.compile(r"^export \{ (\w+(?:, \w+)*) \};$")


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
def served_module(name: str) -> str:
    """Return the JavaScript module with this name, one of SERVED_MODULES, with its imports."""
    return bundle(WEB_ASSETS, name)


class BundleError(ValueError):
    """Error for a module whose syntax or imports cannot be bundled."""


def bundle(folder: Path, entry: str) -> str:
    """Bundle an ES module with every module that it imports, directly or not.

    Args:
        folder: root of the modules.
        entry: file name of the module whose exports the bundle has.

    Raises:
        BundleError: if imports form a circle, or an import or export has unsupported syntax.
    """
    order: list[Path] = []
    _collect((folder / entry).resolve(), order, importers=())
    numbers = {path: number for number, path in enumerate(order)}
    parts = [_as_function(path, numbers) for path in order]
    last = len(order) - 1
    names = ", ".join(_exported(_source(order[-1])))
    return "\n".join([*parts, f"export const {{ {names} }} = m{last};", ""])


def _collect(path: Path, order: list[Path], importers: tuple[Path, ...]) -> None:
    if path in importers:
        raise BundleError(f"{path.name} imports itself in a circle.")
    if path in order:
        return
    for line in _source(path).splitlines():
        if line.startswith("import "):
            _collect(_imported(line, path)[1], order, (*importers, path))
    order.append(path)


def _source(path: Path) -> str:
    """Read a module's text and put every list of imported or exported names on one line."""
    return _NAMES.sub(_one_line, path.read_text(encoding="utf-8"))


def _one_line(statement: re.Match[str]) -> str:
    names = [name for part in statement[2].split(",") if (name := part.strip())]
    return f"{statement[1]} {{ {', '.join(names)} }}"


def _imported(line: str, importer: Path) -> tuple[str, Path]:
    match = _IMPORT.match(line)
    if match is None:
        raise BundleError(f"{importer.name} has an import that is not understood: {line}")
    return match[1], (importer.parent / match[2]).resolve()


def _as_function(path: Path, numbers: dict[Path, int]) -> str:
    source = _source(path)
    lines = [_without_module_syntax(line, path, numbers) for line in source.splitlines()]
    names = ", ".join(_exported(source))
    return "\n".join(
        [f"const m{numbers[path]} = (() => {{", *lines, f"return {{ {names} }};", "})();"]
    )


def _without_module_syntax(line: str, path: Path, numbers: dict[Path, int]) -> str:
    if line.startswith("import "):
        names, imported = _imported(line, path)
        return f"const {{ {names} }} = m{numbers[imported]};"
    if not line.startswith("export "):
        return line
    if _EXPORTED.match(line):
        return ""
    match = _EXPORT.match(line)
    if match is None:
        raise BundleError(f"{path.name} has an export that is not understood: {line}")
    return line.removeprefix("export ")


def _exported(source: str) -> list[str]:
    names: list[str] = []
    for line in source.splitlines():
        if listed := _EXPORTED.match(line):
            names += listed[1].split(", ")
        elif found := _EXPORT.match(line):
            names.append(found[2])
    return names
