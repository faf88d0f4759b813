"""Models and recordings of the tests of live transcriptions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.decode import read_audio
from pipeline.live.models import LiveModels, load_live_models
from pipeline.live.options import LiveOptions
from pipeline.models.locations import ModelLocations
from pipeline.models.model_folders import ModelFolders
from tests.dev_data import REPOSITORY
from tests.pipeline.asr.paraformer_streaming.tiny_streaming import write_streaming_folder
from tests.pipeline.tiny_models import tiny_paraformer, write_funasr_folder
from tests.pipeline.tiny_punctuation import write_folder as write_punctuation

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"


@pytest.fixture(scope="session")
def conversation() -> NDArray[np.int16]:
    """Samples of a conversation in Mandarin."""
    return read_audio(CONVERSATION).pcm


@pytest.fixture(scope="session")
def locations(whisper_folder: Path) -> ModelLocations:
    """Where the models are."""
    return ModelLocations(whisper_folder.parent, offline=True)


@pytest.fixture(scope="session")
def models(locations: ModelLocations) -> LiveModels:
    """The models of live transcriptions with Whisper."""
    return load_live_models(locations, LiveOptions(recognizer="whisper"))


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> ModelFolders:
    """Folders of a small Paraformer, which is quick and always finds the same in the same audio."""
    home = tmp_path_factory.mktemp("models")
    return ModelFolders(
        paraformer=write_funasr_folder(home / "paraformer", tiny_paraformer()),
        punctuation=write_punctuation(home / "punctuation"),
        streaming=write_streaming_folder(home / "streaming"),
    )
