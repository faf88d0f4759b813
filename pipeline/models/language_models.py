"""Files of language models, identified by name and content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.core.errors import ModelUnavailableError, OptionError
from pipeline.core.language_model_options import (
    DEFAULT_WEIGHTS,
    LanguageModelForm,
    LanguageModelOptions,
)
from pipeline.models.verification import hash_file

ARPA_SUFFIX = ".arpa"
GRAPHS = ("model_quant.onnx", "model.onnx")  # of a Transformer, in order of preference
TOKENS = "tokens.json"


def describe_language_model(
    path: Path,
    *,
    form: LanguageModelForm | None = None,
    weight: float | None = None,
) -> LanguageModelOptions:
    """Return the options for a language model file, with the default form and weight.

    Args:
        path: an ARPA file, or the folder of a Transformer language model.
        form: form of the score; None for EVIDENCE with n-grams, PLAIN with a Transformer.
        weight: factor of the score; None for the default of the form.

    Raises:
        OptionError: the path is no such model, cannot be read, or a setting does not fit it.
    """
    is_transformer = path.is_dir()
    main_file = _graph_in(path) if is_transformer else path
    if main_file is None or (not is_transformer and path.suffix.lower() != ARPA_SUFFIX):
        raise OptionError(
            f"'{path}' is no language model: give an {ARPA_SUFFIX} file, or a folder with "
            f"{' or '.join(GRAPHS)} and {TOKENS}"
        )
    if is_transformer and form is LanguageModelForm.EVIDENCE:
        raise OptionError("A Transformer language model has the form plain only")
    usual = LanguageModelForm.PLAIN if is_transformer else LanguageModelForm.EVIDENCE
    chosen = form or usual
    try:
        sha256 = hash_file(main_file)
    except OSError as error:
        raise OptionError(f"'{path}' cannot be read: {error.strerror or error}") from error
    name = (path.name if is_transformer else path.stem).replace("@", "_")[:100]
    return LanguageModelOptions(
        name or "model", sha256, chosen, DEFAULT_WEIGHTS[chosen] if weight is None else weight
    )


def find_language_model(location: Path | None, wanted: LanguageModelOptions) -> Path:
    """Find the main file of a language model: an ARPA file or the graph of a Transformer.

    Args:
        location: the file itself, the folder of a Transformer, or a folder of ARPA files.
        wanted: its name and content.

    Raises:
        ModelUnavailableError: the file does not exist, or its content has changed.
    """
    for path in _files(location):
        if hash_file(path) == wanted.sha256:
            return path
    raise ModelUnavailableError(
        f"The language model '{wanted.name}' does not exist any more, or was changed. Start the "
        "transcription again"
    )


def _files(location: Path | None) -> Iterator[Path]:
    if location is None:
        return
    if location.is_dir():
        graph = _graph_in(location)
        yield from () if graph is None else (graph,)
        yield from sorted(location.glob(f"*{ARPA_SUFFIX}"))
    elif location.is_file():
        yield location


def _graph_in(folder: Path) -> Path | None:
    """Return the graph of a Transformer language model; None if the folder has none."""
    if not (folder / TOKENS).is_file():
        return None
    return next((folder / name for name in GRAPHS if (folder / name).is_file()), None)
