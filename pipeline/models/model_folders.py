"""Folders with the user's own models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import OptionError


@dataclass(frozen=True, slots=True)
class ModelFolders:
    """The user's model folders, in the layout of FunASR or sherpa-onnx, in place of installed ones.

    Attributes:
        paraformer: recogniser; None for the installed one.
        punctuation: punctuation model; None for the installed one.
        language_models: folder of language models, or one of them; None without any. Chosen by
            other flags than the models above.
        streaming: streaming Paraformer, for the interim text of live recordings; None for the
            installed one.
        sherpa: a model of sherpa-onnx; None for none.
    """

    paraformer: Path | None = None
    punctuation: Path | None = None
    language_models: Path | None = None
    streaming: Path | None = None
    sherpa: Path | None = None

    @staticmethod
    def names() -> tuple[str, ...]:
        """Return the names of the models that can be given as folders."""
        return ("paraformer", "punctuation", "streaming", "sherpa")

    @staticmethod
    def parse(entries: Iterable[str]) -> ModelFolders:
        """Parse entries such as `paraformer=DIR`; the last entry of a name wins.

        Raises:
            OptionError: an entry has another form.
        """
        given: dict[str, Path] = {}
        for entry in entries:
            name, separator, folder = entry.partition("=")
            if name.strip() not in ModelFolders.names() or not separator or not folder.strip():
                known = " or ".join(f"{each}=DIR" for each in ModelFolders.names())
                raise OptionError(f"A model folder must be given as {known}, not {entry!r}")
            given[name.strip()] = Path(folder.strip()).expanduser()
        return ModelFolders(**given)
