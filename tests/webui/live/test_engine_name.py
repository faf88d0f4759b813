"""The recogniser that live recordings state, and the options that it accepts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.core.options import PipelineOptions
from pipeline.engines.inline import InlineEngine
from pipeline.models.locations import ModelLocations
from pipeline.models.model_folders import ModelFolders
from storage.library.runs import get_run
from tests.pipeline.tiny_models import tiny_paraformer, write_funasr_folder
from tests.pipeline.tiny_punctuation import write_folder as write_punctuation
from tests.webui.live.scripted_recognition import Recognitions
from tests.webui.services.fake_work import load_fake_pipeline
from webui.live.messages import LiveChoices
from webui.services.access import Visitor
from webui.services.container import Services, open_services
from webui.services.models import ModelsService


def transducer_folder(folder: Path) -> Path:
    """Make a folder whose files have the names of a transducer of sherpa-onnx."""
    folder.mkdir()
    for name in ("encoder.onnx", "decoder.onnx", "joiner.onnx", "tokens.txt"):
        (folder / name).write_bytes(b"")
    return folder


@pytest.fixture
def folders(tmp_path: Path) -> ModelFolders:
    return ModelFolders(
        sherpa=transducer_folder(tmp_path / "sherpa"),
        paraformer=write_funasr_folder(tmp_path / "paraformer", tiny_paraformer()),
        punctuation=write_punctuation(tmp_path / "punctuation"),
    )


@pytest.mark.parametrize(
    ("recognizer", "engine"), [("auto", "paraformer"), ("sherpa", ""), ("whisper", "whisper")]
)
def test_live_recordings_name_the_recogniser_that_they_use_beside_a_sherpa_folder(
    tmp_path: Path, folders: ModelFolders, recognizer: str, engine: str
) -> None:
    models = ModelsService(ModelLocations(tmp_path / "models", folders=folders), recognizer)
    services = open_services(tmp_path / "workspace", InlineEngine(load_fake_pipeline), models)
    try:
        assert services.live.engine == engine
    finally:
        services.close()


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    paraformer = write_funasr_folder(tmp_path / "paraformer", tiny_paraformer())
    folders = ModelFolders(paraformer=paraformer)
    opened = open_services(
        tmp_path / "workspace",
        InlineEngine(load_fake_pipeline),
        ModelsService(ModelLocations(tmp_path / "models", folders=folders), "whisper"),
        start_recognition=Recognitions(),
    )
    yield opened
    opened.close()


def test_hotwords_are_left_out_for_a_chosen_recogniser_that_accepts_none(
    services: Services,
) -> None:
    """Its run would refuse them at the end of the recording."""
    choices = LiveChoices(hotwords="魔搭", recognizer="paraformer")

    recording, _ = services.live.begin(choices, Visitor())

    with services._database.reading() as db:
        run = get_run(db, recording.record.run_id)
    assert PipelineOptions.from_text(run.options).asr.hotwords == ()
