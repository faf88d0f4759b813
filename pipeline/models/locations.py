"""Where models lie on this machine."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from pipeline.models.store import ModelStore

APP_NAME = "speaker-studio"
BUNDLED_MODELS = Path(__file__).resolve().parents[2] / "assets" / "models"


def default_model_cache() -> Path:
    """The user's cache folder for fetched models, in the place the system has for such things."""
    return platformdirs.user_cache_path(APP_NAME, appauthor=False) / "models"


def open_model_store(cache_dir: Path, *, offline: bool) -> ModelStore:
    """The models that travel with the app and those in `cache_dir`.

    Args:
        cache_dir: made when the first model is fetched.
        offline: never try a connection.
    """
    return ModelStore(BUNDLED_MODELS, cache_dir, offline=offline)
