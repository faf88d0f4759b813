"""The tasks behind FunASR's `AutoModel`, one class per kind of model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.paraformer_streaming.streaming_paraformer import (
    ParaformerStream,
    StreamingParaformer,
    open_streaming_paraformer,
)
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.compat.auto_model_inputs import (
    cache_of,
    check_names,
    is_recording,
    rate_of,
    read_chunk,
    read_inputs,
    read_texts,
    recording_and_text,
    vad_options,
    with_rate,
)
from pipeline.compat.funasr_calls import generate
from pipeline.core.errors import OptionError
from pipeline.core.intervals import Interval
from pipeline.core.options import RuntimeOptions
from pipeline.core.progress import ignore_report
from pipeline.inputs.gathering import SingleRecording, gather_inputs
from pipeline.inputs.named_input import NamedInput
from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.punctuation.ct_transformer.ct_transformer import (
    CtTransformerPunctuator,
    open_punctuator,
)
from pipeline.speakers.embedding.campplus import FLOAT_GRAPH, CampPlusEmbedder
from pipeline.transcription.loader import EMBEDDER_MODEL, VAD_MODEL
from pipeline.transcription.model_finder import PUNCTUATION_MODELS, ModelFinder
from pipeline.transcription.transcriber import Transcriber
from pipeline.vad.fsmn import FsmnVad
from pipeline.vad.streaming import VadStream
from pipeline.vad.vad_options import VadOptions

STREAMING_MODEL = "paraformer-streaming"

Record = dict[str, object]
"""The dictionary that FunASR returns for one input."""

_STREAM = "stream"  # key in a call's cache under which the state of a stream is kept
_STREAMED_PARTS = 3  # chunk_size of a streaming Paraformer: left, middle, right
_PART_MS = 60_000
_SHORTEST_PART_MS = 1_000


class RecognitionTask:
    """The `paraformer-zh` task: recognition with VAD, punctuation and speakers."""

    def __init__(self, locations: ModelLocations) -> None:
        """Store the model locations; models are loaded when needed."""
        self._transcriber = Transcriber(locations)

    def generate(self, input: object, named: Mapping[str, object]) -> list[Record]:
        """Transcribe recordings; see `AutoModel.generate`."""
        recordings = with_rate(input, rate_of(named))
        return generate(
            recordings,  # type: ignore[arg-type]  # checked by the reader of inputs
            transcriber=self._transcriber,
            recognizer="paraformer",
            **named,
        )


class StreamedRecognitionTask:
    """The `paraformer-zh-streaming` task: interim text of chunks, with the state in `cache`."""

    def __init__(self, locations: ModelLocations, folder: Path | None = None) -> None:
        """Store the model locations, or the folder of the streaming model."""
        self._store = open_model_store(locations)
        self._folder = folder
        self._model: StreamingParaformer | None = None

    def generate(self, input: object, named: Mapping[str, object]) -> list[Record]:
        """Recognise a chunk, or a recording as one stream; see `AutoModel.generate`.

        Raises:
            OptionError: an argument is unknown or invalid.
        """
        check_names(named, ("cache", "is_final", "chunk_size", "fs"))
        size = named.get("chunk_size", [0, 10, 5])
        if not isinstance(size, (list, tuple)) or len(size) != _STREAMED_PARTS:
            raise OptionError(f"chunk_size must be a list such as [0, 10, 5], got {size!r}")
        key, samples, is_file = read_chunk(input, rate_of(named))
        cache = cache_of(named)
        is_final = is_file or bool(named.get("is_final", False))
        stream = cache.get(_STREAM)
        if not isinstance(stream, ParaformerStream):
            stream = cache[_STREAM] = self._open()
        pieces = [*stream.feed(samples)]
        if is_final:
            pieces.append(stream.finish())
            del cache[_STREAM]
        return [{"key": key, "text": "".join(piece.text for piece in pieces)}]

    def _open(self) -> ParaformerStream:
        if self._model is None:
            folder = self._folder or self._store.locate(STREAMING_MODEL).folder
            self._model = open_streaming_paraformer(folder)
        return self._model.open()


class VadTask:
    """The `fsmn-vad` task: speech segments of recordings, or speech events of chunks."""

    def __init__(self, locations: ModelLocations) -> None:
        """Store the model locations; the model is loaded when needed."""
        self._locations = locations
        self._store = open_model_store(locations)
        self._vads: dict[VadOptions, FsmnVad] = {}

    def generate(self, input: object, named: Mapping[str, object]) -> list[Record]:
        """Detect speech in recordings or in a chunk; see `AutoModel.generate`."""
        check_names(named, ("cache", "is_final", "chunk_size", "fs", "max_end_silence_time"))
        options = vad_options(named)
        if "chunk_size" in named and not is_recording(input):
            return self._follow(input, named, options)
        recordings = read_inputs(input, rate_of(named), self._locations)
        return [self.record(each, options) for each in recordings]

    def record(self, recording: NamedInput, options: VadOptions) -> Record:
        """Detect the speech segments of one recording.

        Raises:
            PipelineError: the recording cannot be read.
        """
        segments = self._open(options).detect(recording.read(ignore_report))
        return {"key": recording.key, "value": [[s.start_ms, s.end_ms] for s in segments]}

    def _follow(
        self, input: object, named: Mapping[str, object], options: VadOptions
    ) -> list[Record]:
        """Detect speech events in one chunk of a stream, whose state is in `cache`."""
        cache = cache_of(named)
        key, samples, _ = read_chunk(input, rate_of(named))
        stream = cache.get(_STREAM)
        if not isinstance(stream, VadStream):
            stream = cache[_STREAM] = self._open(options).open_stream()
        is_final = bool(named.get("is_final", False))
        events = stream.feed(samples, is_last=is_final)
        if is_final:
            del cache[_STREAM]
        return [{"key": key, "value": [event.pair for event in events]}]

    def _open(self, options: VadOptions) -> FsmnVad:
        if options not in self._vads:
            files = self._store.fetch(VAD_MODEL)
            self._vads[options] = FsmnVad(
                files.path("model.onnx"), files.path("am.mvn"), options=options
            )
        return self._vads[options]


class PunctuationTask:
    """The `ct-punc` task: punctuation of text."""

    def __init__(self, locations: ModelLocations) -> None:
        """Store the model locations; the model is loaded when needed."""
        self._finder = ModelFinder(open_model_store(locations), locations.folders)
        self._store = open_model_store(locations)

    def generate(self, input: object, named: Mapping[str, object]) -> list[Record]:
        """Add punctuation to texts; see `AutoModel.generate`."""
        check_names(named, ())
        return [self.record(key, text) for key, text in read_texts(input)]

    def record(self, key: str, text: str) -> Record:
        """Return the record of one text with punctuation added.

        Raises:
            ModelUnavailableError: the model is not installed.
        """
        return {"key": key, "text": self._punctuator.punctuate_text(text)}

    @cached_property
    def _punctuator(self) -> CtTransformerPunctuator:
        found = self._finder.find_punctuation()
        folder = found.folder if found else self._store.locate(PUNCTUATION_MODELS[0]).folder
        return open_punctuator(folder, RuntimeOptions())


class AlignmentTask:
    """The `fa-zh` task: time alignment of a known text."""

    def __init__(self, locations: ModelLocations) -> None:
        """Store the model locations; models are loaded when needed."""
        self._transcriber = Transcriber(locations)

    def generate(self, input: object, named: Mapping[str, object]) -> list[Record]:
        """Align a text with a recording; see `AutoModel.generate`."""
        check_names(named, ("data_type", "fs"))
        recording, given = recording_and_text(input, named)
        sound = with_rate(recording, rate_of(named))
        (named_input,) = gather_inputs(sound)  # type: ignore[arg-type]
        ((_, text),) = read_texts(given)
        return [self.record(named_input.key, sound, text)]  # type: ignore[arg-type]

    def record(
        self, key: str, sound: SingleRecording, text: str, *, pcm_rate_hz: int = SAMPLE_RATE_HZ
    ) -> Record:
        """Align a text with one recording; return its record.

        Raises:
            PipelineError: see `Transcriber.align`.
        """
        tokens = self._transcriber.align(sound, text, pcm_rate_hz=pcm_rate_hz)
        return {
            "key": key,
            "text": " ".join(token.text.strip() for token in tokens),
            "timestamp": [[token.start_ms, token.end_ms] for token in tokens],
        }


class EmbeddingTask:
    """The `cam++` task: speaker embeddings of recordings; for two also their similarity."""

    def __init__(self, locations: ModelLocations) -> None:
        """Store the model locations; the model is loaded when needed."""
        self._locations = locations
        self._store = open_model_store(locations)

    def generate(self, input: object, named: Mapping[str, object]) -> list[Record]:
        """Compute the embedding of each recording; see `AutoModel.generate`."""
        check_names(named, ("fs",))
        recordings = read_inputs(input, rate_of(named), self._locations)
        return [self.record(each) for each in recordings]

    def record(self, recording: NamedInput) -> Record:
        """Compute the embedding of one recording; return its record.

        Raises:
            PipelineError: the recording cannot be read.
        """
        audio = recording.read(ignore_report)
        return {"key": recording.key, "spk_embedding": _embedding(self._embedder, audio)}

    @cached_property
    def _embedder(self) -> CampPlusEmbedder:
        return CampPlusEmbedder(self._store.fetch(EMBEDDER_MODEL).path(FLOAT_GRAPH))


def _embedding(embedder: CampPlusEmbedder, audio: Audio) -> NDArray[np.float32]:
    """Compute the embedding of a recording, (1, 192) float32 of length 1.

    A recording of more than a minute is embedded in parts, so that memory stays bounded.

    Raises:
        OptionError: the recording is empty.
    """
    starts = range(0, audio.duration_ms, _PART_MS)
    parts = [Interval(start, min(start + _PART_MS, audio.duration_ms)) for start in starts]
    whole = [each for each in parts if each.duration_ms >= _SHORTEST_PART_MS] or parts[:1]
    if not whole:
        raise OptionError("A recording without sound has no voice")
    mean: NDArray[np.float32] = embedder.embed(audio, whole).mean(axis=0, keepdims=True)
    mean /= np.linalg.norm(mean)
    return mean
