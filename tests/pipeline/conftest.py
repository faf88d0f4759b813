"""The real models that tests of the pipeline run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.core.errors import ModelUnavailableError
from pipeline.models.locations import ModelLocations, default_model_cache, open_model_store
from tests.requirements_of_tests import skip_or_fail


@pytest.fixture(scope="session")
def whisper_folder() -> Path:
    """Folder of the Whisper weights; skips where they were not fetched."""
    cache = Path(os.environ.get("SPEAKER_STUDIO_MODELS", default_model_cache()))
    try:
        return open_model_store(ModelLocations(cache, offline=True)).locate("whisper-base").folder
    except ModelUnavailableError as error:
        skip_or_fail(str(error))
        raise
