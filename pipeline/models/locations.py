"""Locations of models on this machine, and the sources of missing ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from pipeline.models.fetch.fetch_choice import FetchChoice
from pipeline.models.model_folders import ModelFolders
from pipeline.models.store import ModelStore

APP_NAME = "speaker-studio"
BUNDLED_MODELS = Path(__file__).resolve().parents[2] / "assets" / "models"


def default_model_cache() -> Path:
    """Return the default cache folder for fetched models, by the convention of the system."""
    return platformdirs.user_cache_path(APP_NAME, appauthor=False) / "models"


def default_kernel_cache() -> Path:
    """Return the default cache folder for numba's compiled code, writable by the user."""
    return platformdirs.user_cache_path(APP_NAME, appauthor=False) / "kernels"


@dataclass(frozen=True, slots=True)
class ModelLocations:
    """Locations of models on this machine, and the sources of missing ones.

    Attributes:
        cache: folder of fetched models; created by the first fetch.
        offline: whether connections are forbidden.
        fetch_from: the sources to try.
        folders: folders of the user's own models.
    """

    cache: Path = field(default_factory=default_model_cache)
    offline: bool = False
    fetch_from: FetchChoice = field(default_factory=FetchChoice)
    folders: ModelFolders = field(default_factory=ModelFolders)


def open_model_store(locations: ModelLocations) -> ModelStore:
    """Open the store of the bundled models and the models in the cache folder."""
    return ModelStore(
        BUNDLED_MODELS,
        locations.cache,
        offline=locations.offline,
        fetch_from=locations.fetch_from,
    )
