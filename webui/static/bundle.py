"""Many ES modules in one: the page's own, so that a browser asks once instead of sixty times.

Understands what our modules are written in and refuses everything else: imports of names on one
line each, exports of functions, classes and constants, one list of names.
"""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "(\.{1,2}/[\w./]+\.js)";$')
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))")
_EXPORTED = re.compile(r"^export \{ ([\w, ]+) \};$")


class BundleError(ValueError):
    """A module is written in a way that cannot be bundled."""


def bundle(folder: Path, entry: str) -> str:
    """A module that does and exports what another does, with all that it imports inside.

    Args:
        folder: holds every module.
        entry: the name of the one that is asked for.

    Raises:
        BundleError: if a module imports itself in a circle, or has a line of import or export
            that is not understood.
    """
    order: list[Path] = []
    _collect((folder / entry).resolve(), order, on_the_way=())
    numbers = {path: number for number, path in enumerate(order)}
    parts = [_as_function(path, numbers) for path in order]
    last = len(order) - 1
    names = ", ".join(_exported(order[-1].read_text(encoding="utf-8")))
    return "\n".join([*parts, f"export const {{ {names} }} = m{last};", ""])


def _collect(path: Path, order: list[Path], on_the_way: tuple[Path, ...]) -> None:
    if path in on_the_way:
        raise BundleError(f"{path.name} imports itself in a circle.")
    if path in order:
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("import "):
            _collect(_imported(line, path)[1], order, (*on_the_way, path))
    order.append(path)


def _imported(line: str, importer: Path) -> tuple[str, Path]:
    match = _IMPORT.match(line)
    if match is None:
        raise BundleError(f"{importer.name} has an import that is not understood: {line}")
    return match[1], (importer.parent / match[2]).resolve()


def _as_function(path: Path, numbers: dict[Path, int]) -> str:
    source = path.read_text(encoding="utf-8")
    lines = [_without_exchange(line, path, numbers) for line in source.splitlines()]
    names = ", ".join(_exported(source))
    return "\n".join(
        [f"const m{numbers[path]} = (() => {{", *lines, f"return {{ {names} }};", "})();"]
    )


def _without_exchange(line: str, path: Path, numbers: dict[Path, int]) -> str:
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
