"""File names and folder layouts of a streaming Paraformer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.asr.paraformer.paraformer_folder import CMVN, VOCABULARIES, require_file

# In order of preference: FunASR's export and its quantised form, then sherpa-onnx's names.
ENCODERS = ("model_quant.onnx", "encoder.int8.onnx", "model.onnx", "encoder.onnx")
_MODEL = "streaming Paraformer"
DECODERS = ("decoder_quant.onnx", "decoder.int8.onnx", "decoder.onnx")


@dataclass(frozen=True, slots=True)
class StreamingFiles:
    """Paths of the files of a streaming Paraformer.

    Attributes:
        encoder: graph from features to encoder rows and token weights.
        decoder: graph from embeddings of tokens to their scores.
        vocabulary: tokens.json or tokens.txt.
        cmvn: am.mvn; None if the encoder has the normalisation in its metadata.
    """

    encoder: Path
    decoder: Path
    vocabulary: Path
    cmvn: Path | None


def find_streaming_files(folder: Path) -> StreamingFiles:
    """Find the files of a model in the layout of FunASR or of sherpa-onnx.

    Raises:
        ModelUnavailableError: the folder or a required file does not exist.
    """
    cmvn = folder / CMVN
    return StreamingFiles(
        encoder=require_file(folder, ENCODERS, model=_MODEL),
        decoder=require_file(folder, DECODERS, model=_MODEL),
        vocabulary=require_file(folder, VOCABULARIES, model=_MODEL),
        cmvn=cmvn if cmvn.is_file() else None,
    )
