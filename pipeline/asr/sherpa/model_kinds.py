"""Detection of the kind of a sherpa-onnx model from the files and metadata in its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.asr.sherpa.graph_metadata import read_metadata
from pipeline.core.errors import ModelUnavailableError

TOKENS = "tokens.txt"
_CHINESE_AND_ENGLISH = ("zh", "en")
_SENSE_VOICE = ("zh", "en", "ja", "ko", "yue")


@dataclass(frozen=True, slots=True)
class SherpaKind:
    """A kind of sherpa-onnx model.

    Attributes:
        factory: suffix of the class method of `sherpa_onnx.OfflineRecognizer` that opens it.
        files: stems of its graphs by the argument that takes each; "" for a folder or tokens.txt.
        languages: ISO 639-1 codes it recognises, Chinese first.
        has_marks: whether its text has punctuation.
    """

    factory: str
    files: Mapping[str, str]
    languages: tuple[str, ...] = _CHINESE_AND_ENGLISH
    has_marks: bool = False


@dataclass(frozen=True, slots=True)
class SherpaModel:
    """A sherpa-onnx model in a folder.

    Attributes:
        kind: its kind.
        arguments: paths by the arguments of the factory.
        main_file: the graph whose hash identifies the model.
    """

    kind: SherpaKind
    arguments: Mapping[str, str]
    main_file: Path


_MODEL = {"model": "model"}
# By their files, the most specific first.
_BY_FILES = (
    SherpaKind(
        "funasr_nano",
        {
            "encoder_adaptor": "encoder_adaptor",
            "llm": "llm",
            "embedding": "embedding",
            "tokenizer": "",
        },
        has_marks=True,
    ),
    SherpaKind(
        "qwen3_asr",
        {
            "conv_frontend": "conv_frontend",
            "encoder": "encoder",
            "decoder": "decoder",
            "tokenizer": "",
        },
        has_marks=True,
    ),
    SherpaKind(
        "transducer", {"encoder": "encoder", "decoder": "decoder", "joiner": "joiner", "tokens": ""}
    ),
    SherpaKind("fire_red_asr", {"encoder": "encoder", "decoder": "decoder", "tokens": ""}),
)
# Those of one graph, by `model_type` in its metadata.
_BY_METADATA = {
    "paraformer": SherpaKind("paraformer", {"paraformer": "model", "tokens": ""}),
    "sense_voice_ctc": SherpaKind(
        "sense_voice", {**_MODEL, "tokens": ""}, _SENSE_VOICE, has_marks=True
    ),
    "zipformer2_ctc": SherpaKind("zipformer_ctc", {**_MODEL, "tokens": ""}),
    "wenet_ctc": SherpaKind("wenet_ctc", {**_MODEL, "tokens": ""}),
    "telespeech_ctc": SherpaKind("telespeech_ctc", {**_MODEL, "tokens": ""}, ("zh",)),
}


def find_model(folder: Path) -> SherpaModel:
    """Detect the model in a folder and return its kind and paths.

    Raises:
        ModelUnavailableError: the folder has no model, or one of an unknown kind.
    """
    for kind in (*_BY_FILES, *_kinds_of_one_graph(folder)):
        arguments = {name: _find(folder, name, stem) for name, stem in kind.files.items()}
        found = {name: str(path) for name, path in arguments.items() if path is not None}
        if len(found) == len(arguments):
            return SherpaModel(kind, found, Path(next(iter(found.values()))))
    raise ModelUnavailableError(
        f"The folder '{folder}' holds no model of sherpa-onnx that is known here: it needs "
        f"{TOKENS} and the graphs of Paraformer, SenseVoice, Zipformer, FireRedASR, Fun-ASR, "
        "Qwen3-ASR or another of its models, as downloaded."
    )


def _kinds_of_one_graph(folder: Path) -> tuple[SherpaKind, ...]:
    path = _find(folder, "model", "model")
    if path is None:
        return ()
    try:
        model_type = read_metadata(path).get("model_type", "")
    except (OSError, ValueError):
        return ()
    return (_BY_METADATA[model_type],) if model_type in _BY_METADATA else ()


def _find(folder: Path, argument: str, stem: str) -> Path | None:
    """Find the file for an argument, preferring 8-bit graphs; return None if none exists."""
    if argument == "tokens":
        names = [folder / TOKENS]
    elif argument == "tokenizer":
        names = [
            each for each in (folder / "tokenizer", *sorted(folder.glob("Qwen*"))) if each.is_dir()
        ]
        return names[0] if names else None
    else:
        int8 = sorted(folder.glob(f"{stem}*int8*.onnx"))
        names = [*int8, *sorted(folder.glob(f"{stem}*.onnx"))]
    return next((path for path in names if path.is_file()), None)
