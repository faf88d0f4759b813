"""Files of the language models that a workspace has learnt from verified texts.

Each model has a JSON file of the same name, which lists the recordings of its texts.
"""

from __future__ import annotations

import logging
from pathlib import Path

from storage.db.workspace import LANGUAGE_FOLDER

_SUFFIX = ".arpa"
_SOURCES_SUFFIX = ".json"

_log = logging.getLogger(__name__)


def delete_models_of(workspace: Path, recording_id: str) -> None:
    """Delete the language models learnt from a recording, and those of unknown sources."""
    for model in list_models(workspace):
        if _may_have_words_of(model, recording_id):
            _log.info("a language model is deleted with a recording that it was learnt from")
            delete_model(model)


def delete_oldest_models(workspace: Path, *, kept: int) -> None:
    """Delete all language models of a workspace except the `kept` newest ones."""
    for model in list_models(workspace)[:-kept]:
        delete_model(model)


def delete_model(model: Path) -> None:
    """Delete a language model and the list of its sources."""
    model.unlink(missing_ok=True)
    model.with_suffix(_SOURCES_SUFFIX).unlink(missing_ok=True)


def list_models(workspace: Path) -> list[Path]:
    """Return the paths of the language models of a workspace, the oldest first."""
    found = (workspace / LANGUAGE_FOLDER).glob(f"*{_SUFFIX}")
    return sorted(found, key=lambda path: path.stat().st_mtime_ns)


def _may_have_words_of(model: Path, recording_id: str) -> bool:
    try:
        return recording_id.encode() in model.with_suffix(_SOURCES_SUFFIX).read_bytes()
    except FileNotFoundError:
        return True
