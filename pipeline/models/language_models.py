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


def describe_language_model(
    path: Path,
    *,
    form: LanguageModelForm = LanguageModelForm.EVIDENCE,
    weight: float | None = None,
) -> LanguageModelOptions:
    """Return the options that name a file, with the usual weight of the form by default.

    Raises:
        OptionError: it is no ARPA file, cannot be read, or the weight is out of range.
    """
    if path.suffix.lower() != ARPA_SUFFIX:
        raise OptionError(f"'{path}' is no language model: give an {ARPA_SUFFIX} file")
    try:
        sha256 = hash_file(path)
    except OSError as error:
        raise OptionError(f"'{path}' cannot be read: {error.strerror or error}") from error
    name = path.stem.replace("@", "_")[:100]
    return LanguageModelOptions(
        name, sha256, form, DEFAULT_WEIGHTS[form] if weight is None else weight
    )


def find_language_model(location: Path | None, wanted: LanguageModelOptions) -> Path:
    """Return the file of a language model.

    Args:
        location: the file itself, or the folder that contains it.
        wanted: its name and content.

    Raises:
        ModelUnavailableError: it does not exist, or has another content by now.
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
        yield from sorted(location.glob(f"*{ARPA_SUFFIX}"))
    elif location.is_file():
        yield location
