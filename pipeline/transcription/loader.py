"""Selection and loading of models for given options."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Generic, TypeVar

from pipeline.asr.language_model.fusion import FusionOptions
from pipeline.asr.language_model.token_models import NgramTokenModel
from pipeline.asr.language_model.transformer_lm import open_transformer_lm
from pipeline.asr.paraformer.paraformer import (
    ParaformerOptions,
    ParaformerRecognizer,
    open_paraformer,
)
from pipeline.asr.paraformer.segment_batches import BatchLimits
from pipeline.asr.paraformer.token_decoders import (
    FusedDecoder,
    RescoringDecoder,
    TokenDecoder,
)
from pipeline.asr.paraformer.vocabulary import END_ID, START_ID, read_vocabulary
from pipeline.asr.protocol import Recognizer
from pipeline.asr.sherpa.model_kinds import find_model
from pipeline.asr.sherpa.sherpa_recognizer import open_sherpa
from pipeline.asr.whisper.whisper import load_whisper
from pipeline.core.errors import ModelContractError, ModelUnavailableError, OptionError
from pipeline.core.language_model_options import LanguageModelOptions
from pipeline.core.options import AsrOptions, PipelineOptions, Profile, RuntimeOptions
from pipeline.core.progress import OnProgress, Stage, StageProgress, ignore_progress, report_as
from pipeline.core.provenance import ModelUse
from pipeline.models.language_models import ARPA_SUFFIX, TOKENS, find_language_model
from pipeline.models.model_folders import ModelFolders
from pipeline.models.recognizer_choice import SHERPA, WHISPER_MODELS, choose_recognizer
from pipeline.models.store import ModelFiles, ModelStore
from pipeline.punctuation.ct_transformer.ct_transformer import open_punctuator
from pipeline.runtime.parallel_map import one_thread_each
from pipeline.speakers.diarization_options import DiarizationOptions
from pipeline.speakers.diarizer import Diarizer
from pipeline.speakers.embedding.campplus import (
    FLOAT_GRAPH,
    QUANTIZED_GRAPH,
    SHORTEST_SPEECH_MS,
    CampPlusEmbedder,
)
from pipeline.speakers.segmentation.segmentation_model import SegmentationModel
from pipeline.text.candidates.neighbours import NeighbourModel
from pipeline.text.ngrams.arpa import read_arpa
from pipeline.transcription.model_finder import (
    SHERPA_MODEL,
    WHISPER_MODEL,
    FoundModel,
    ModelFinder,
    as_found,
)
from pipeline.transcription.pipeline import Pipeline
from pipeline.vad.fsmn import FsmnVad
from pipeline.vad.vad_options import VadOptions

VAD_MODEL = "fsmn-vad"
EMBEDDER_MODEL = "campplus-zh-en"
SEGMENTATION_MODEL = "segmentation-3.0"
LANGUAGE_MODEL_ROLE = "language_model"
MAX_KEPT = 2  # pipelines, Whispers and Paraformers that stay loaded

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
_PipelineKey = tuple[Profile, tuple[FoundModel, ...], BatchLimits]


@dataclass(frozen=True, slots=True)
class _Fusion:
    """A language model beside a Paraformer.

    Attributes:
        decoder: chooses the tokens with the model.
        neighbours: the n-gram model; None for other models.
    """

    decoder: TokenDecoder
    neighbours: NeighbourModel | None = None


class PipelineLoader:
    """A loader of pipelines that keeps loaded models for later calls."""

    def __init__(
        self, store: ModelStore, runtime: RuntimeOptions, *, folders: ModelFolders | None = None
    ) -> None:
        """Create a loader for the models in a store and in the user's folders."""
        self._store = store
        self._finder = ModelFinder(store, folders or ModelFolders())
        self._runtime = runtime
        self._language_models = (folders or ModelFolders()).language_models
        # Bounded: with other models or options, the memory of the earliest ones is released.
        self._pipelines: RecentlyUsed[_PipelineKey, Pipeline] = RecentlyUsed(MAX_KEPT)
        self._whispers: RecentlyUsed[FoundModel, Recognizer] = RecentlyUsed(MAX_KEPT)
        self._paraformers: RecentlyUsed[FoundModel, ParaformerRecognizer] = RecentlyUsed(MAX_KEPT)
        # Language models change with every correction, so only the latest one is kept.
        self._fused = lru_cache(maxsize=1)(self._open_fusion)

    def load(
        self, options: PipelineOptions, *, on_progress: OnProgress = ignore_progress
    ) -> Pipeline:
        """Load the pipeline for the given options; download missing models if allowed.

        An optional model is not fetched automatically: if it is requested by name and missing, the
        error names the command that fetches it. Models fetched since the last call are found.

        Raises:
            ModelUnavailableError: a model is missing and cannot be fetched.
            PipelineError: a model file is damaged or another model.
            OptionError: the recogniser does not exist, or does not support the language or the
                language model.
        """
        recognition = () if options.diarize_only else self._recognition(options.asr, on_progress)
        batches = BatchLimits(options.asr.batch_size_s, options.asr.batch_size_threshold_s)
        paraformer_options = ParaformerOptions(profile=options.profile, batches=batches)
        pipeline = self._pipelines.get(
            (options.profile, recognition, batches),
            lambda: self._build(recognition, paraformer_options, on_progress),
        )
        language_model = None if options.diarize_only else options.asr.language_model
        if language_model is None:
            return pipeline
        paraformer = self._paraformer(recognition[0])
        fusion = self._fused(recognition[0], options.profile, language_model)
        return replace(
            pipeline,
            recognizer=paraformer.with_options(
                ParaformerOptions(options.profile, batches, fusion.decoder)
            ),
            neighbours=fusion.neighbours,
            models=(*pipeline.models, _use_of(language_model)),
        )

    def find_models(
        self, options: PipelineOptions, *, on_progress: OnProgress = ignore_progress
    ) -> tuple[ModelUse, ...]:
        """Return the models of the pipeline for the given options, without loading them.

        Raises:
            PipelineError: as from `load`, for missing or damaged models.
        """
        recognition = () if options.diarize_only else self._recognition(options.asr, on_progress)
        models = self._speech_models(options.profile, on_progress)
        uses = _uses(options.profile, models, recognition)
        language_model = None if options.diarize_only else options.asr.language_model
        return uses if language_model is None else (*uses, _use_of(language_model))

    def _recognition(self, asr: AsrOptions, on_progress: OnProgress) -> tuple[FoundModel, ...]:
        """Return the recogniser's model, with an installed punctuation model if needed.

        Raises:
            OptionError: a language model is given for a recogniser other than Paraformer.
            ModelUnavailableError: the model is missing.
        """
        choice = choose_recognizer(asr, self._finder.find_available())
        if choice.is_whisper:
            _refuse_language_model(asr)
            return (self._whisper_files(choice.name, on_progress),)
        if choice.name == SHERPA:
            _refuse_language_model(asr)
            return self._sherpa_files()
        punctuation = self._finder.find_punctuation()
        recognizer = self._finder.require_paraformer()
        return (recognizer,) if punctuation is None else (recognizer, punctuation)

    def _sherpa_files(self) -> tuple[FoundModel, ...]:
        """Return the sherpa-onnx model, with a punctuation model if its text has no punctuation.

        Raises:
            ModelUnavailableError: no folder with a model is given.
        """
        found = self._finder.find_sherpa()
        if found is None:
            raise ModelUnavailableError(
                "No model of sherpa-onnx is given. Download one and start with --model-folder "
                "sherpa=DIR"
            )
        has_marks = find_model(found.folder).kind.has_marks
        punctuation = None if has_marks else self._finder.find_punctuation()
        return (found,) if punctuation is None else (found, punctuation)

    def _whisper_files(self, name: str, on_progress: OnProgress) -> FoundModel:
        """Return the files of a Whisper model; download only the default size automatically."""
        model_id = WHISPER_MODELS[name]
        if model_id == WHISPER_MODEL:
            return as_found(self._fetch(model_id, on_progress))
        return as_found(self._store.locate(model_id))

    def _build(
        self,
        recognition: tuple[FoundModel, ...],
        paraformer_options: ParaformerOptions,
        on_progress: OnProgress,
    ) -> Pipeline:
        profile = paraformer_options.profile
        models = self._speech_models(profile, on_progress)
        on_progress(StageProgress(Stage.LOAD_MODELS, 0, 1))
        pipeline = Pipeline(
            vad=self._vad(profile, models[VAD_MODEL]),
            diarizer=self._diarizer(profile, models),
            recognizer=self._recognizer(recognition[0], paraformer_options)
            if recognition
            else None,
            punctuator=(
                open_punctuator(recognition[1].folder, self._runtime)
                if len(recognition) > 1
                else None
            ),
            models=_uses(profile, models, recognition),
        )
        on_progress(StageProgress(Stage.LOAD_MODELS, 1, 1))
        return pipeline

    def _speech_models(self, profile: Profile, on_progress: OnProgress) -> dict[str, ModelFiles]:
        """Return the models for voice activity and speakers, fetching missing ones."""
        ids = [VAD_MODEL, EMBEDDER_MODEL]
        if profile is not Profile.CLASSIC:
            ids.insert(1, SEGMENTATION_MODEL)
        return {each: self._fetch(each, on_progress) for each in ids}

    def _fetch(self, model_id: str, on_progress: OnProgress) -> ModelFiles:
        return self._store.fetch(model_id, report=report_as(Stage.FETCH_MODELS, on_progress))

    def _vad(self, profile: Profile, files: ModelFiles) -> FsmnVad:
        is_classic = profile is Profile.CLASSIC
        return FsmnVad(
            files.path("model.onnx"),
            files.path("am.mvn"),
            options=VadOptions.classic() if is_classic else VadOptions(),
            runtime=self._runtime,
        )

    def _diarizer(self, profile: Profile, models: Mapping[str, ModelFiles]) -> Diarizer:
        path = models[EMBEDDER_MODEL].path(_embedder_graph(profile))
        if profile is Profile.CLASSIC:
            embedder = CampPlusEmbedder(path, runtime=self._runtime)
            return Diarizer(embedder, options=DiarizationOptions.classic())
        embedder = CampPlusEmbedder(path, runtime=self._runtime, padded_to_ms=SHORTEST_SPEECH_MS)
        files = models[SEGMENTATION_MODEL]
        return Diarizer(
            embedder,
            segmentation=SegmentationModel(files.path("model.onnx"), runtime=self._runtime),
            telephone=embedder.limited_to_telephone_band(),
            options=DiarizationOptions(),
        )

    def _recognizer(self, found: FoundModel, paraformer_options: ParaformerOptions) -> Recognizer:
        if found.use.model_id in WHISPER_MODELS.values():
            return self._whispers.get(
                found, lambda: load_whisper(found.folder, runtime=self._runtime)
            )
        if found.use.model_id == SHERPA_MODEL:
            return open_sherpa(found.folder, runtime=self._runtime)
        return self._paraformer(found).with_options(paraformer_options)

    def _paraformer(self, found: FoundModel) -> ParaformerRecognizer:
        return self._paraformers.get(
            found, lambda: open_paraformer(found.folder, runtime=self._runtime)
        )

    def _open_fusion(
        self, found: FoundModel, profile: Profile, chosen: LanguageModelOptions
    ) -> _Fusion:
        """Load a language model for a Paraformer.

        Raises:
            ModelContractError: the language model has other tokens than the recogniser.
        """
        path = find_language_model(self._language_models, chosen)
        vocabulary = self._paraformer(found).vocabulary
        options = FusionOptions(chosen.weight)
        is_exact = profile is Profile.CLASSIC
        if path.suffix == ARPA_SUFFIX:
            ngram = read_arpa(path, vocabulary.tokens)
            model = NgramTokenModel(ngram, START_ID, chosen.form)
            return _Fusion(
                FusedDecoder(model, options, is_exact),
                NeighbourModel(ngram, vocabulary.tokens),
            )
        if read_vocabulary(path.parent / TOKENS) != vocabulary:
            raise ModelContractError(
                f"The language model '{chosen.name}' has other tokens than the recogniser"
            )
        transformer = open_transformer_lm(
            path,
            start=START_ID,
            end=END_ID,
            num_tokens=len(vocabulary),
            runtime=one_thread_each(self._runtime),
        )
        if is_exact:
            return _Fusion(FusedDecoder(transformer, options, is_exact))
        return _Fusion(RescoringDecoder(transformer, options))


def _uses(
    profile: Profile, models: Mapping[str, ModelFiles], recognition: Sequence[FoundModel]
) -> tuple[ModelUse, ...]:
    """Return the provenance entries of the models of a pipeline, with the hash of each graph."""
    graphs = {EMBEDDER_MODEL: _embedder_graph(profile)}
    found = [as_found(files, graphs.get(model_id)) for model_id, files in models.items()]
    return tuple(each.use for each in (*found, *recognition))


def _embedder_graph(profile: Profile) -> str:
    return FLOAT_GRAPH if profile is Profile.CLASSIC else QUANTIZED_GRAPH


def _use_of(language_model: LanguageModelOptions) -> ModelUse:
    return ModelUse(LANGUAGE_MODEL_ROLE, language_model.name, language_model.sha256)


def _refuse_language_model(asr: AsrOptions) -> None:
    if asr.language_model is not None:
        raise OptionError(
            "Only Paraformer can use a language model: leave it out, or choose paraformer as the "
            "recogniser"
        )


class RecentlyUsed(Generic[Key, Value]):
    """A cache of the most recently used values by key (LRU). Not thread-safe."""

    def __init__(self, size: int) -> None:
        """Create an empty cache for at most `size` values."""
        self._size = size
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key, create: Callable[[], Value]) -> Value:
        """Return the value of a key, creating it with `create` if it is not in the cache.

        The least recently used value is dropped before, so that its memory is free for the new one.
        """
        if key not in self._values:
            while len(self._values) >= self._size:
                self._values.popitem(last=False)
            self._values[key] = create()
        self._values.move_to_end(key)
        return self._values[key]
