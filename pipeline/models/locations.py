"""Where models lie on this machine, and where the missing ones come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from pipeline.models.fetch_choice import FetchChoice
from pipeline.models.model_folders import ModelFolders
from pipeline.models.store import ModelStore

APP_NAME = "speaker-studio"
BUNDLED_MODELS = Path(__file__).resolve().parents[2] / "assets" / "models"


def default_model_cache() -> Path:
    """The user's cache folder for fetched models, in the place the system has for such things."""
    return platformdirs.user_cache_path(APP_NAME, appauthor=False) / "models"


def default_kernel_cache() -> Path:
    """The user's cache folder for what numba compiles, also where packages cannot be written."""
    return platformdirs.user_cache_path(APP_NAME, appauthor=False) / "kernels"


@dataclass(frozen=True, slots=True)
class ModelLocations:
    """Where models are, and whence those come that are not there.

    Attributes:
        cache: folder of the fetched models; made when the first one is fetched.
        offline: never try a connection.
        fetch_from: the sources to ask.
        folders: of models that the user has already.
    """

    cache: Path = field(default_factory=default_model_cache)
    offline: bool = False
    fetch_from: FetchChoice = field(default_factory=FetchChoice)
    folders: ModelFolders = field(default_factory=ModelFolders)


def open_model_store(locations: ModelLocations) -> ModelStore:
    """The models that travel with the app and those in the cache."""
    return ModelStore(
        BUNDLED_MODELS,
        locations.cache,
        offline=locations.offline,
        fetch_from=locations.fetch_from,
    )
