"""Chooses and builds the stages of a pipeline from the models at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pipeline.asr.whisper import load_whisper
from pipeline.errors import OptionError
from pipeline.models.store import ModelFiles, ModelStore
from pipeline.options import PipelineOptions, Profile, RuntimeOptions
from pipeline.progress import OnProgress, Stage, StageProgress, ignore_progress, report_as
from pipeline.provenance import ModelUse
from pipeline.speakers.campplus import CampPlusEmbedder
from pipeline.speakers.diarizer import Diarizer
from pipeline.speakers.options import DiarizationOptions
from pipeline.speakers.segmentation import SegmentationModel
from pipeline.stage_order import Pipeline
from pipeline.stages import Recognizer
from pipeline.vad.fsmn import FsmnVad
from pipeline.vad.options import VadOptions

VAD_MODEL = "fsmn-vad"
EMBEDDER_MODEL = "campplus-zh-en"
SEGMENTATION_MODEL = "segmentation-3.0"


@dataclass(frozen=True, slots=True)
class RecognizerEntry:
    """One recogniser of the registry.

    Attributes:
        model_id: of its model in the manifest.
        load: builds it from the model's files.
    """

    model_id: str
    load: Callable[[ModelFiles, RuntimeOptions], Recognizer]


def _load_whisper(files: ModelFiles, runtime: RuntimeOptions) -> Recognizer:
    return load_whisper(files.folder, runtime=runtime)


# In order of preference: "auto" takes the first that is installed, else fetches the last.
RECOGNIZERS: Mapping[str, RecognizerEntry] = MappingProxyType(
    {"whisper": RecognizerEntry("whisper-base", _load_whisper)}
)


def choose_recognizer(wanted: str, installed_models: Sequence[str]) -> str:
    """The name of the recogniser to use.

    Args:
        wanted: a name of the registry, or "auto".
        installed_models: ids of the models that need not be fetched.

    Raises:
        OptionError: if there is no recogniser of that name.
    """
    if wanted == "auto":
        installed = [
            name for name, each in RECOGNIZERS.items() if each.model_id in installed_models
        ]
        return installed[0] if installed else list(RECOGNIZERS)[-1]
    if wanted not in RECOGNIZERS:
        known = ", ".join(["auto", *RECOGNIZERS])
        raise OptionError(f"There is no recogniser '{wanted}'. There are: {known}")
    return wanted


class PipelineLoader:
    """Gives the pipeline for a set of options; what is loaded once serves every later job."""

    def __init__(self, store: ModelStore, runtime: RuntimeOptions) -> None:
        self._store = store
        self._runtime = runtime
        self._pipelines: dict[tuple[Profile, str | None], Pipeline] = {}
        self._recognizers: dict[str, Recognizer] = {}

    def load(
        self, options: PipelineOptions, *, on_progress: OnProgress = ignore_progress
    ) -> Pipeline:
        """Load what the options ask for; missing models are fetched if the store may.

        Raises:
            ModelUnavailableError: a model is missing and cannot be fetched.
            PipelineError: a model file is damaged or not what it should be.
            OptionError: there is no such recogniser.
        """
        name = None if options.diarize_only else self._choose(options.asr.recognizer)
        key = (options.profile, name)
        if key not in self._pipelines:
            self._pipelines[key] = self._build(options.profile, name, on_progress)
        return self._pipelines[key]

    def _choose(self, wanted: str) -> str:
        ids = [each.model_id for each in RECOGNIZERS.values()]
        return choose_recognizer(wanted, [each for each in ids if self._store.is_installed(each)])

    def _build(self, profile: Profile, name: str | None, on_progress: OnProgress) -> Pipeline:
        models = self._fetch(profile, name, on_progress)
        on_progress(StageProgress(Stage.LOAD_MODELS, 0, 1))
        pipeline = Pipeline(
            vad=self._vad(profile, models[VAD_MODEL]),
            diarizer=self._diarizer(profile, models),
            recognizer=None if name is None else self._recognizer(name, models),
            models=tuple(
                ModelUse(each.spec.role, each.spec.id, each.spec.files[0].sha256)
                for each in models.values()
            ),
        )
        on_progress(StageProgress(Stage.LOAD_MODELS, 1, 1))
        return pipeline

    def _fetch(
        self, profile: Profile, name: str | None, on_progress: OnProgress
    ) -> dict[str, ModelFiles]:
        """The models that take part, in the order they run."""
        ids = [VAD_MODEL]
        ids += [] if profile is Profile.CLASSIC else [SEGMENTATION_MODEL]
        ids += [EMBEDDER_MODEL]
        ids += [] if name is None else [RECOGNIZERS[name].model_id]
        report = report_as(Stage.FETCH_MODELS, on_progress)
        return {each: self._store.fetch(each, report=report) for each in ids}

    def _vad(self, profile: Profile, files: ModelFiles) -> FsmnVad:
        is_classic = profile is Profile.CLASSIC
        return FsmnVad(
            files.path("model.onnx"),
            files.path("am.mvn"),
            options=VadOptions.classic() if is_classic else VadOptions(),
            runtime=self._runtime,
        )

    def _diarizer(self, profile: Profile, models: Mapping[str, ModelFiles]) -> Diarizer:
        embedder = CampPlusEmbedder(
            models[EMBEDDER_MODEL].path("model.onnx"), runtime=self._runtime
        )
        if profile is Profile.CLASSIC:
            return Diarizer(embedder, options=DiarizationOptions.classic())
        files = models[SEGMENTATION_MODEL]
        segmentation = SegmentationModel(files.path("model.onnx"), runtime=self._runtime)
        return Diarizer(embedder, segmentation=segmentation, options=DiarizationOptions())

    def _recognizer(self, name: str, models: Mapping[str, ModelFiles]) -> Recognizer:
        if name not in self._recognizers:
            entry = RECOGNIZERS[name]
            self._recognizers[name] = entry.load(models[entry.model_id], self._runtime)
        return self._recognizers[name]
