"""Search for the files of a punctuation model in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import ModelUnavailableError

# In order of preference: FunASR names its quantised graph model_quant.onnx, sherpa-onnx
# model.int8.onnx (spec 9.1).
GRAPHS = ("model_quant.onnx", "model.int8.onnx", "model.onnx")
VOCABULARY = "tokens.json"
CONFIGURATION = "config.yaml"
USER_DICTIONARY = "jieba_usr_dict"


@dataclass(frozen=True, slots=True)
class PunctuationFiles:
    """The existing files of a punctuation model.

    Attributes:
        graph: the CT-Transformer, int8 if the folder has both.
        vocabulary: its words; None if the graph holds them in its metadata, as in sherpa-onnx's
            models.
        configuration: file with the marks in the order of the graph's classes; None if they
            are in the metadata, or the default ones.
        user_dictionary: dictionary of a model that reads words instead of characters.
    """

    graph: Path
    vocabulary: Path | None = None
    configuration: Path | None = None
    user_dictionary: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Paths of the files, the graph first."""
        parts = (self.graph, self.vocabulary, self.configuration, self.user_dictionary)
        return tuple(each for each in parts if each is not None)


def find_files(folder: Path) -> PunctuationFiles:
    """Find the files of a model in a folder with the layout of FunASR or sherpa-onnx.

    Raises:
        ModelUnavailableError: the folder does not exist or has no graph.
    """
    if not folder.is_dir():
        raise ModelUnavailableError(f"There is no folder '{folder}' with a punctuation model.")
    graph = _find(folder, GRAPHS)
    if graph is None:
        alternatives = ", ".join(GRAPHS[:-1]) + f" or {GRAPHS[-1]}"
        raise ModelUnavailableError(
            f"The folder '{folder}' holds no punctuation model: it has no {alternatives}. "
            "Choose the folder into which the model's files were downloaded."
        )
    return PunctuationFiles(
        graph=graph,
        vocabulary=_find(folder, (VOCABULARY,)),
        configuration=_find(folder, (CONFIGURATION,)),
        user_dictionary=_find(folder, (USER_DICTIONARY,)),
    )


def _find(folder: Path, names: Sequence[str]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)
