"""Tests of the models service with a hub on loopback."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.core.errors import OptionError
from pipeline.core.options import AsrOptions, PipelineOptions
from pipeline.core.provenance import ModelUse
from pipeline.models.fetch.fetch_choice import FetchChoice
from pipeline.models.fetch.sources import FetchProblem
from pipeline.models.locations import ModelLocations
from pipeline.models.model_folders import ModelFolders
from pipeline.models.recognizer_choice import PARAFORMER, WHISPER, Reason
from pipeline.models.store import ModelStore
from tests.conditions import eventually
from tests.pipeline.models.made_models import make_model
from tests.pipeline.models.model_server import ModelServer, serve
from webui.services.model_fetcher import FetchStage, FetchState, ModelFetcher
from webui.services.models import ListedModel, ModelsService

CONTENTS = {"model.bin": b"weights " * 100_000, "config.json": b'{"layers": 2}'}
BY_DEFAULT = FetchChoice()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setenv("no_proxy", "*")
    with serve(CONTENTS) as server:
        yield server


@pytest.fixture
def store(hub: ModelServer, tmp_path: Path) -> ModelStore:
    model = make_model(contents=CONTENTS, sources=[hub.source])
    return ModelStore(tmp_path / "bundled", tmp_path / "cache", models=[model])


@pytest.fixture
def fetcher(store: ModelStore) -> Iterator[ModelFetcher]:
    fetcher = ModelFetcher(store)
    yield fetcher
    fetcher.close()


def test_a_finished_download_is_no_longer_listed(fetcher, store):
    fetcher.add("tiny", BY_DEFAULT)

    eventually(lambda: fetcher.states() == {})
    assert store.is_installed("tiny")


def test_a_running_download_reports_its_progress(fetcher, store, hub):
    hub.stall_after = 300_000
    fetcher.add("tiny", BY_DEFAULT)

    eventually(lambda: fetcher.states()["tiny"] == FetchState(FetchStage.FETCHING, 300_000))


def test_a_stalled_download_is_cancelled_soon_and_resumed_later(fetcher, store, hub):
    hub.stall_after = 300_000
    fetcher.add("tiny", BY_DEFAULT)
    eventually(lambda: store.num_bytes_here("tiny") == 300_000)

    fetcher.cancel()
    assert fetcher.states() == {}
    hub.stall_after = None
    fetcher.add("tiny", BY_DEFAULT)

    eventually(lambda: store.is_installed("tiny"))
    assert hub.ranges[1] == "bytes=300000-"


def test_a_failed_download_has_its_problem_until_requested_again(fetcher, store, hub):
    hub.refuse_with = 403
    fetcher.add("tiny", BY_DEFAULT)
    eventually(lambda: fetcher.states()["tiny"].stage is FetchStage.FAILED)

    failed = fetcher.states()["tiny"]
    hub.refuse_with = None
    fetcher.add("tiny", BY_DEFAULT)

    assert failed.problem is FetchProblem.LOGIN
    assert "answered 403" in failed.message
    eventually(lambda: fetcher.states() == {})
    assert store.is_installed("tiny")


def test_a_wrong_file_and_an_unreachable_server_have_different_problems(fetcher, store, hub):
    hub.contents = {**CONTENTS, "model.bin": b"another"}
    fetcher.add("tiny", BY_DEFAULT)
    eventually(lambda: fetcher.states()["tiny"].stage is FetchStage.FAILED)

    assert fetcher.states()["tiny"].problem is FetchProblem.CONTENT


def _models(tmp_path: Path, **named: object) -> ModelsService:
    return ModelsService(ModelLocations(tmp_path / "cache", **named))


def _states(service: ModelsService) -> dict[str, ListedModel]:
    return {each.spec.id: each for each in service.overview().models}


def test_without_paraformer_the_overview_has_whisper_and_the_offered_downloads(tmp_path):
    overview = _models(tmp_path).overview()
    listed = {each.spec.id: each for each in overview.models}

    assert (overview.choice.name, overview.choice.reason) == (WHISPER, Reason.NO_PARAFORMER)
    assert listed["fsmn-vad"].is_installed
    assert not listed["fsmn-vad"].can_be_fetched
    assert listed["paraformer"].can_be_fetched
    assert listed["paraformer"].source_names == ("modelscope",)


def test_offline_no_download_is_offered(tmp_path):
    service = _models(tmp_path, offline=True)

    assert not any(each.can_be_fetched for each in service.overview().models)
    for ask in (
        lambda: service.fetch("paraformer"),
        lambda: service.fetch_paraformer("modelscope"),
    ):
        with pytest.raises(KeyError):
            ask()


@pytest.mark.parametrize(
    ("model_id", "source"),
    [
        ("no-such-model", "auto"),
        ("fsmn-vad", "no-such-source"),
        ("paraformer", "huggingface"),
        ("campplus-zh-en", "auto"),
    ],
)
def test_only_offered_models_can_be_requested(tmp_path, model_id, source):
    with pytest.raises(KeyError):
        _models(tmp_path).fetch(model_id, source)


def test_a_folder_without_its_model_gives_no_recogniser(tmp_path):
    service = _models(tmp_path, folders=ModelFolders(paraformer=tmp_path))

    assert service.overview().choice is None
    assert service.overview().uses == ()


def test_a_recogniser_given_at_the_start_is_chosen(tmp_path):
    service = ModelsService(ModelLocations(tmp_path), PARAFORMER)

    assert service.overview().choice.reason is Reason.ASKED_FOR


def _own_paraformer(folder: Path, *names: str) -> ModelFolders:
    """Return a folder with the file names of a Paraformer; their content is arbitrary."""
    folder.mkdir()
    for name in ("model_quant.onnx", "tokens.json", *names):
        (folder / name).write_bytes(name.encode())
    return ModelFolders(paraformer=folder, punctuation=folder)


def test_a_model_folder_given_at_the_start_is_chosen_with_its_hashes(tmp_path):
    service = _models(tmp_path, folders=_own_paraformer(tmp_path / "own"))
    overview = service.overview()

    sha256 = hashlib.sha256(b"model_quant.onnx").hexdigest()
    assert (overview.choice.name, overview.choice.reason) == (PARAFORMER, Reason.BEST_AT_HAND)
    assert overview.uses == (
        ModelUse("recognizer", "own-paraformer", sha256),
        ModelUse("punctuator", "own-punctuation", sha256),
    )
    assert service.recognition(PipelineOptions()) == overview.uses
    assert service.recognition(PipelineOptions(diarize_only=True)) == ()


def test_hotwords_are_used_only_with_a_model_that_supports_them(tmp_path):
    plain = _models(tmp_path, folders=_own_paraformer(tmp_path / "plain"))
    seaco = _models(tmp_path, folders=_own_paraformer(tmp_path / "seaco", "model_eb_quant.onnx"))

    assert plain.asr_options(None, "阿里\n") == AsrOptions()
    assert seaco.asr_options("zh", "阿里\n巴巴") == AsrOptions("auto", "zh", ("阿里", "巴巴"))
    assert seaco.asr_options("en", "阿里") == AsrOptions("auto", "en", ("阿里",))  # Whisper
    with pytest.raises(OptionError):
        seaco.asr_options(None, "词" * 200)


@pytest.mark.parametrize("language", ["x" * 1_000, "zh-CN", "中文", "z", "zh\n"])
def test_a_language_that_is_no_code_is_refused(tmp_path, language):
    with pytest.raises(OptionError):
        ModelsService(ModelLocations(tmp_path)).asr_options(language, "")


def test_an_unsupported_language_overrides_the_recogniser_given_at_the_start(tmp_path):
    service = ModelsService(ModelLocations(tmp_path), PARAFORMER)

    assert service.asr_options("zh", "") == AsrOptions(PARAFORMER, "zh")
    assert service.asr_options("ja", "") == AsrOptions("auto", "ja")
