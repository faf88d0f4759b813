"""Folders with models that a user already has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from pipeline.errors import OptionError


@dataclass(frozen=True, slots=True)
class ModelFolders:
    """Folders that come before whatever is installed, each in FunASR's layout or sherpa-onnx's.

    Attributes:
        paraformer: with the recogniser; None to use what is installed.
        punctuation: with the punctuation model; None to use what is installed.
    """

    paraformer: Path | None = None
    punctuation: Path | None = None

    @staticmethod
    def names() -> tuple[str, ...]:
        """What folders can be given for."""
        return tuple(each.name for each in fields(ModelFolders))

    @staticmethod
    def parse(entries: Iterable[str]) -> ModelFolders:
        """Read entries such as `paraformer=DIR`; of several for one name the last one counts.

        Raises:
            OptionError: for anything else.
        """
        given: dict[str, Path] = {}
        for entry in entries:
            name, separator, folder = entry.partition("=")
            if name.strip() not in ModelFolders.names() or not separator or not folder.strip():
                known = " or ".join(f"{each}=DIR" for each in ModelFolders.names())
                raise OptionError(f"A model's folder is given as {known}, got {entry!r}")
            given[name.strip()] = Path(folder.strip()).expanduser()
        return ModelFolders(**given)
