"""Models of live transcription, and their loading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pipeline.asr.paraformer.paraformer import ParaformerOptions, open_paraformer
from pipeline.asr.paraformer_streaming.streaming_paraformer import open_streaming_paraformer
from pipeline.asr.whisper.whisper_model import WhisperNet
from pipeline.core.options import Profile, RuntimeOptions
from pipeline.live.options import LiveOptions
from pipeline.live.recognition.live_paraformer import LiveParaformer, ParaformerModels
from pipeline.live.recognition.live_whisper import LiveWhisper
from pipeline.live.recognition.recognizer import LiveRecognizer
from pipeline.live.segmenter import live_vad_options
from pipeline.live.speakers.live_speakers import LiveSpeakers
from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.models.recognizer_choice import WHISPER_MODELS, choose_live_recognizer
from pipeline.models.store import ModelFiles, ModelStore
from pipeline.punctuation.ct_transformer.ct_transformer import open_punctuator
from pipeline.speakers.clustering.voice_clusterer import VoiceClusterer
from pipeline.speakers.embedding.campplus import QUANTIZED_GRAPH, CampPlusEmbedder
from pipeline.speakers.protocol import SpeakerEmbedder
from pipeline.transcription.loader import EMBEDDER_MODEL, VAD_MODEL
from pipeline.transcription.model_finder import WHISPER_MODEL, ModelFinder
from pipeline.vad.fsmn import FsmnVad
from pipeline.vad.streaming import VadStream


@dataclass(frozen=True, slots=True)
class LiveModels:
    """The loaded models of live transcription with one recogniser.

    Attributes:
        vad: voice activity detector.
        embedder: speaker embedding model.
        open_recognizer: creates the recogniser of one recording.
    """

    vad: FsmnVad
    embedder: SpeakerEmbedder
    open_recognizer: Callable[[LiveOptions], LiveRecognizer]

    def open_vad(self, options: LiveOptions) -> VadStream:
        """Create a voice activity detection stream for a new recording."""
        return self.vad.open_stream(live_vad_options(options.profile))

    def open_speakers(self, options: LiveOptions) -> LiveSpeakers:
        """Create the provisional speaker labelling of a new recording."""
        return LiveSpeakers(self.embedder, VoiceClusterer(), options.num_speakers)


def load_live_models(
    locations: ModelLocations, options: LiveOptions, *, runtime: RuntimeOptions | None = None
) -> LiveModels:
    """Load the models for live transcription with the given options.

    Args:
        locations: locations and sources of the models.
        options: options that determine the recogniser.
        runtime: number of threads; None for one.

    Raises:
        ModelUnavailableError: a model is missing and cannot be fetched.
        PipelineError: a model file is damaged or another model.
        OptionError: the recogniser does not exist or does not support the language or hotwords.
    """
    chosen = runtime or RuntimeOptions(num_threads=1)
    store = open_model_store(locations)
    vad = store.fetch(VAD_MODEL)
    return LiveModels(
        vad=FsmnVad(vad.path("model.onnx"), vad.path("am.mvn"), runtime=chosen),
        embedder=CampPlusEmbedder(
            store.fetch(EMBEDDER_MODEL).path(QUANTIZED_GRAPH), runtime=chosen
        ),
        open_recognizer=_load_recognizer(store, locations, options, chosen),
    )


def _load_recognizer(
    store: ModelStore, locations: ModelLocations, options: LiveOptions, runtime: RuntimeOptions
) -> Callable[[LiveOptions], LiveRecognizer]:
    finder = ModelFinder(store, locations.folders)
    choice = choose_live_recognizer(options.asr, finder.find_available())
    if not choice.is_whisper:
        return partial(LiveParaformer, _load_paraformer(finder, options.profile, runtime))
    net = WhisperNet(_whisper_files(store, choice.name).folder, num_workers=1)

    def open_whisper(options: LiveOptions) -> LiveRecognizer:
        return LiveWhisper(net, language=options.language, hotwords=options.hotwords)

    return open_whisper


def _whisper_files(store: ModelStore, name: str) -> ModelFiles:
    """Return the files of a Whisper model; download only the default size automatically."""
    model_id = WHISPER_MODELS[name]
    return store.fetch(model_id) if model_id == WHISPER_MODEL else store.locate(model_id)


def _load_paraformer(
    finder: ModelFinder, profile: Profile, runtime: RuntimeOptions
) -> ParaformerModels:
    punctuation, streaming = finder.find_punctuation(), finder.find_streaming()
    return ParaformerModels(
        open_paraformer(
            finder.require_paraformer().folder,
            runtime=runtime,
            options=ParaformerOptions(profile=profile),
        ),
        None
        if streaming is None
        else open_streaming_paraformer(streaming.folder, runtime=runtime, profile=profile),
        None if punctuation is None else open_punctuator(punctuation.folder, runtime),
    )
