"""File names and folder layouts of a Paraformer model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import ModelUnavailableError

# In order of preference. FunASR exports model.onnx and, quantised, model_quant.onnx;
# sherpa-onnx names the same graphs model.onnx and model.int8.onnx (spec 3.2, 9.1).
GRAPHS = ("model_quant.onnx", "model.int8.onnx", "model.onnx")
EMBEDDERS = ("model_eb_quant.onnx", "model_eb.onnx")
VOCABULARIES = ("tokens.json", "tokens.txt")
CMVN = "am.mvn"
SEGMENT_DICTIONARY = "seg_dict"


@dataclass(frozen=True, slots=True)
class ParaformerFiles:
    """Paths of the existing files of a Paraformer model.

    Attributes:
        graph: the recognition graph, int8 if the folder has both.
        vocabulary: tokens.json or tokens.txt.
        cmvn: am.mvn; None if the graph holds the normalisation in its metadata, as in
            sherpa-onnx's models.
        hotword_embedder: the second graph of a model that accepts hotwords.
        segment_dictionary: the spelling dictionary of that model.
    """

    graph: Path
    vocabulary: Path
    cmvn: Path | None = None
    hotword_embedder: Path | None = None
    segment_dictionary: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Paths of the existing files, the recognition graph first."""
        parts = (
            self.graph,
            self.vocabulary,
            self.cmvn,
            self.hotword_embedder,
            self.segment_dictionary,
        )
        return tuple(each for each in parts if each is not None)


def find_files(folder: Path) -> ParaformerFiles:
    """Find the files of a model in the layout of FunASR or of sherpa-onnx.

    Raises:
        ModelUnavailableError: the folder or a required file does not exist.
    """
    if not folder.is_dir():
        raise ModelUnavailableError(f"There is no folder '{folder}' with a Paraformer model.")
    return ParaformerFiles(
        graph=require_file(folder, GRAPHS),
        vocabulary=require_file(folder, VOCABULARIES),
        cmvn=_find(folder, (CMVN,)),
        hotword_embedder=_find(folder, EMBEDDERS),
        segment_dictionary=_find(folder, (SEGMENT_DICTIONARY,)),
    )


def _find(folder: Path, names: Sequence[str]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def require_file(folder: Path, names: Sequence[str], *, model: str = "Paraformer model") -> Path:
    """Return the first existing file of several names.

    Raises:
        ModelUnavailableError: none of them exists.
    """
    path = _find(folder, names)
    if path is None:
        alternatives = ", ".join(names[:-1]) + f" or {names[-1]}"
        raise ModelUnavailableError(
            f"The folder '{folder}' holds no {model}: it has no {alternatives}. "
            "Choose the folder into which the model's files were downloaded."
        )
    return path
