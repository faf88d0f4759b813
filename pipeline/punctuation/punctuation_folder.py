"""Which file of a folder is which part of a punctuation model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ModelUnavailableError

# In order of preference: FunASR's export calls its quantised graph model_quant.onnx, sherpa-onnx
# model.int8.onnx (spec 9.1).
GRAPHS = ("model_quant.onnx", "model.int8.onnx", "model.onnx")
VOCABULARY = "tokens.json"
CONFIGURATION = "config.yaml"
USER_DICTIONARY = "jieba_usr_dict"


@dataclass(frozen=True, slots=True)
class PunctuationFiles:
    """The parts of a punctuation model, each an existing file.

    Attributes:
        graph: the CT-Transformer, int8 where the folder has both.
        vocabulary: its words; None where the graph must carry them in its metadata, as
            sherpa-onnx's does.
        configuration: names the marks in the order of the graph's classes; None where the
            metadata must, or where they are the usual ones.
        user_dictionary: of a model that reads words instead of characters.
    """

    graph: Path
    vocabulary: Path | None = None
    configuration: Path | None = None
    user_dictionary: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that are there, the graph first."""
        parts = (self.graph, self.vocabulary, self.configuration, self.user_dictionary)
        return tuple(each for each in parts if each is not None)


def find_files(folder: Path) -> PunctuationFiles:
    """The files of a model in FunASR's layout or in sherpa-onnx's.

    Raises:
        ModelUnavailableError: there is no such folder, or no graph is in it.
    """
    if not folder.is_dir():
        raise ModelUnavailableError(f"There is no folder '{folder}' with a punctuation model.")
    graph = _find(folder, GRAPHS)
    if graph is None:
        wanted = ", ".join(GRAPHS[:-1]) + f" or {GRAPHS[-1]}"
        raise ModelUnavailableError(
            f"The folder '{folder}' holds no punctuation model: it has no {wanted}. "
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
