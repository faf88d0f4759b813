"""Which models come to work: given as folders, installed, installed meanwhile."""

from __future__ import annotations

import gc
import hashlib
import json
import weakref
from pathlib import Path

import onnx
import pytest
import soundfile

from pipeline.audio.decode import read_audio
from pipeline.cli.transcribe import main
from pipeline.core.errors import ModelUnavailableError, OptionError
from pipeline.core.options import AsrOptions, PipelineOptions, Profile, RuntimeOptions
from pipeline.models.locations import BUNDLED_MODELS
from pipeline.models.manifest import ModelFile, ModelSpec, read_manifest
from pipeline.models.model_folders import ModelFolders
from pipeline.models.recognizer_choice import AvailableModels
from pipeline.models.store import ModelStore
from pipeline.speakers.embedding.campplus import FLOAT_GRAPH, QUANTIZED_GRAPH
from pipeline.transcription.loader import PipelineLoader
from pipeline.transcription.model_finder import ModelFinder
from tests.dev_data import REPOSITORY
from tests.pipeline.tiny_models import (
    tiny_embedder,
    tiny_paraformer,
    write_funasr_folder,
    write_sherpa_folder,
)
from tests.pipeline.tiny_punctuation import write_folder as write_punctuation

PARAFORMER = PipelineOptions(asr=AsrOptions("paraformer"))


@pytest.fixture
def folders(tmp_path: Path) -> ModelFolders:
    return ModelFolders(
        paraformer=write_funasr_folder(tmp_path / "my paraformer", tiny_paraformer()),
        punctuation=write_punctuation(tmp_path / "my punctuation"),
    )


@pytest.fixture(scope="module")
def excerpt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    samples, rate = soundfile.read(
        REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac", stop=16_000 * 8
    )
    path = tmp_path_factory.mktemp("sound") / "demo.wav"
    soundfile.write(path, samples, rate)
    return path


def empty_store(folder: Path, *models: ModelSpec) -> ModelStore:
    bundled = [model for model in read_manifest() if model.id != "whisper-base"]
    known = {model.id: model for model in (*bundled, *models)}
    return ModelStore(BUNDLED_MODELS, folder / "cache", offline=True, models=[*known.values()])


def loader(folder: Path, folders: ModelFolders | None = None, *models: ModelSpec) -> PipelineLoader:
    return PipelineLoader(empty_store(folder, *models), RuntimeOptions(), folders=folders)


def spec_of(folder: Path, model_id: str) -> ModelSpec:
    """A manifest entry for what lies in a folder, the graph first."""
    real = next(model for model in read_manifest() if model.id == model_id)
    paths = sorted(folder.iterdir(), key=lambda path: (path.suffix != ".onnx", path.name))
    files = tuple(
        ModelFile(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in paths
    )
    return ModelSpec(
        **{name: getattr(real, name) for name in ModelSpec.__slots__ if name != "files"},
        files=files,
    )


@pytest.mark.parametrize("layout", ["funasr", "sherpa"])
def test_folders_of_either_layout_are_heard_with_and_named_with_their_hashes(
    tmp_path, folders, excerpt, layout
):
    if layout == "sherpa":
        sherpa = write_sherpa_folder(tmp_path / "sherpa")
        folders = ModelFolders(sherpa, folders.punctuation)
    options = PipelineOptions()

    pipeline = loader(tmp_path, folders).load(options)
    result = pipeline.transcribe(read_audio(excerpt), options)

    graph = next(folders.paraformer.glob("*.onnx"))
    uses = {each.role: (each.model_id, each.sha256) for each in result.provenance.models}
    assert uses["recognizer"] == (
        "own-paraformer",
        hashlib.sha256(graph.read_bytes()).hexdigest(),
    )
    assert uses["punctuator"][0] == "own-punctuation"
    assert result.transcript.sentences != ()


def test_another_size_of_batches_is_another_pipeline(tmp_path, folders):
    in_batches = PipelineOptions(asr=AsrOptions("paraformer", batch_size_s=300))
    loading = loader(tmp_path, folders)

    alone, together = loading.load(PARAFORMER), loading.load(in_batches)

    assert together is not alone
    assert loading.load(in_batches) is together


@pytest.mark.parametrize(
    "options",
    [PipelineOptions(), PipelineOptions(Profile.CLASSIC), PipelineOptions(diarize_only=True)],
)
def test_the_models_are_named_without_being_loaded(tmp_path, folders, options):
    assert (
        loader(tmp_path, folders).find_models(options)
        == loader(tmp_path, folders).load(options).models
    )


@pytest.mark.parametrize(
    ("profile", "graph"),
    [(Profile.DEFAULT, QUANTIZED_GRAPH), (Profile.CLASSIC, FLOAT_GRAPH)],
)
def test_the_provenance_holds_the_hash_of_the_profiles_embedding_graph(
    tmp_path, folders, profile, graph
):
    models = loader(tmp_path, folders).find_models(PipelineOptions(profile, diarize_only=True))

    (found,) = (each.sha256 for each in models if each.role == "speaker_embedder")
    content = (BUNDLED_MODELS / "campplus-zh-en" / graph).read_bytes()
    assert found == hashlib.sha256(content).hexdigest()


def test_a_model_fetched_meanwhile_is_found_without_a_new_start(tmp_path, folders):
    paraformer = spec_of(folders.paraformer, "paraformer")
    punctuation = spec_of(folders.punctuation, "punctuation")
    loading = loader(tmp_path, None, paraformer, punctuation)
    with pytest.raises(ModelUnavailableError):
        loading.load(PARAFORMER)
    cache = tmp_path / "cache"
    cache.mkdir(exist_ok=True)
    folders.paraformer.rename(cache / "paraformer")

    alone = loading.load(PARAFORMER)
    folders.punctuation.rename(cache / "punctuation")
    both = loading.load(PipelineOptions())

    assert (alone.punctuator, alone.models[-1].model_id) == (None, "paraformer")
    assert [each.model_id for each in both.models[-2:]] == ["paraformer", "punctuation"]
    assert loading.load(PipelineOptions()) is both


def test_paraformer_asked_for_and_not_here_is_a_sentence_with_the_command_to_run(tmp_path):
    with pytest.raises(ModelUnavailableError) as caught:
        loader(tmp_path).load(PARAFORMER)

    command = f'python -m pipeline.models fetch paraformer --cache "{tmp_path / "cache"}"'
    assert str(caught.value).endswith(f"Run: {command}")


def test_a_folder_that_holds_no_model_is_a_sentence_with_its_name(tmp_path, folders):
    with pytest.raises(ModelUnavailableError, match="holds no Paraformer model"):
        loader(tmp_path, ModelFolders(paraformer=tmp_path)).load(PipelineOptions())
    nowhere = ModelFolders(folders.paraformer, tmp_path / "nowhere")
    with pytest.raises(ModelUnavailableError, match="There is no folder"):
        loader(tmp_path, nowhere).load(PipelineOptions())


def test_a_folder_with_the_published_file_is_known_by_its_name_in_the_manifest(tmp_path, folders):
    store = empty_store(tmp_path, spec_of(folders.paraformer, "paraformer"))

    found = ModelFinder(store, folders).find_paraformer()

    assert found.use.model_id == "paraformer"


def test_another_file_in_the_same_folder_is_another_model(tmp_path, folders):
    finder = ModelFinder(empty_store(tmp_path), folders)
    first = finder.find_paraformer()
    onnx.save(
        tiny_paraformer(metadata={"trained": "again"}),
        str(folders.paraformer / "model_quant.onnx"),
    )

    second = finder.find_paraformer()

    assert first.use.sha256 != second.use.sha256


def test_the_graph_for_hotwords_is_noticed(tmp_path, folders):
    finder = ModelFinder(empty_store(tmp_path), folders)
    before = finder.find_available()
    onnx.save(tiny_embedder(), str(folders.paraformer / "model_eb_quant.onnx"))

    assert before == AvailableModels(paraformer=True, punctuation=True)
    assert finder.find_available() == AvailableModels(True, True, accepts_hotwords=True)


@pytest.mark.parametrize("entry", ["paraformer", "paraformer=", "=x", "whisper=x", ""])
def test_a_folder_is_given_for_a_model_there_is(entry):
    with pytest.raises(OptionError, match="paraformer=DIR or punctuation=DIR"):
        ModelFolders.parse([entry])


def test_the_command_line_takes_folders_from_flags_before_the_environment(
    tmp_path, folders, excerpt
):
    environment = {"SPEAKER_STUDIO_PARAFORMER_FOLDER": str(tmp_path / "nowhere")}
    flags = [
        *("--model-folder", f"paraformer={folders.paraformer}"),
        *("--model-folder", f"punctuation={folders.punctuation}"),
    ]
    arguments = ["transcribe", str(excerpt), "--out", str(tmp_path / "out"), "--offline"]
    arguments += ["--format", "json", "--model-cache", str(tmp_path / "cache")]

    assert main(arguments, environment=environment) == 1
    assert main([*arguments, *flags], environment=environment) == 0

    written = json.loads((tmp_path / "out" / "demo.json").read_text("utf-8"))
    roles = [each["role"] for each in written["models"]]
    assert roles == ["vad", "overlap_detector", "speaker_embedder", "recognizer", "punctuator"]


def test_hotwords_from_a_file_want_a_model_that_hears_them(tmp_path, folders, excerpt, capsys):
    words = tmp_path / "words.txt"
    words.write_text("红\r\n\r\n好\n", "utf-8")
    arguments = ["transcribe", str(excerpt), "--out", str(tmp_path), "--offline"]
    arguments += ["--model-folder", f"paraformer={folders.paraformer}"]
    arguments += ["--recognizer", "paraformer", "--hotwords", str(words)]

    refused = main(arguments, environment={})
    write_funasr_folder(folders.paraformer, tiny_paraformer(takes_hotwords=True))
    onnx.save(tiny_embedder(), str(folders.paraformer / "model_eb_quant.onnx"))
    heard = main(arguments, environment={})

    assert (refused, heard) == (1, 0)
    assert "does not accept hotwords" in capsys.readouterr().err


def test_the_pipelines_used_last_stay_loaded_and_earlier_ones_are_released(tmp_path):
    loading = loader(tmp_path)
    one, two, three = (
        PipelineOptions(asr=AsrOptions(batch_size_s=seconds), diarize_only=True)
        for seconds in (1, 2, 3)
    )
    first, vad_of_second = loading.load(one), weakref.ref(loading.load(two).vad)
    assert loading.load(one) is first  # now the second is the earliest

    third = loading.load(three)
    gc.collect()

    assert vad_of_second() is None
    assert loading.load(one) is first
    assert loading.load(three) is third
