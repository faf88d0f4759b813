"""Replacement for FunASR's `AutoModel` with the same interface for its five tasks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from pipeline.compat.auto_model_tasks import (
    AlignmentTask,
    EmbeddingTask,
    PunctuationTask,
    RecognitionTask,
    Record,
    StreamedRecognitionTask,
    VadTask,
)
from pipeline.core.errors import OptionError
from pipeline.models.locations import ModelLocations

# Read by FunASR and without a counterpart here; they are logged, since they change no result.
_WITHOUT_EFFECT = {
    "device": "models run on the processor",
    "disable_update": "nothing updates itself",
    "disable_pbar": "there is no progress bar",
    "disable_log": "the log is configured by the program",
    "log_level": "the log is configured by the program",
    "hub": "models come from the sources of the manifest",
    "ncpu": "threads are chosen by the number of cores",
    "trust_remote_code": "no code is downloaded",
    "model_revision": "the manifest states the revision",
    "vad_model_revision": "the manifest states the revision",
    "punc_model_revision": "the manifest states the revision",
    "spk_model_revision": "the manifest states the revision",
    "encoder_chunk_look_back": "the exported graphs have no cache of the encoder",
    "decoder_chunk_look_back": "the exported graphs have no cache of attention",
}
_PARTS = {
    "vad_model": {"fsmn-vad"},
    "punc_model": {"ct-punc", "ct-punc-c"},
    "spk_model": {"cam++"},
}
_HUB_NAMES = {
    "iic/speech_paraformer-large-vad-punc-spk_asr_nat-zh-cn": "paraformer-zh",
    "iic/speech_seaco_paraformer_large_asr_nat-zh-cn-16k-common-vocab8404-pytorch": "paraformer-zh",
    "iic/speech_paraformer-large-vad-punc_asr_nat-zh-cn-16k-common-vocab8404-pytorch": (
        "paraformer-zh"
    ),
    "iic/speech_paraformer-large_asr_nat-zh-cn-16k-common-vocab8404-online": (
        "paraformer-zh-streaming"
    ),
    "iic/speech_fsmn_vad_zh-cn-16k-common-pytorch": "fsmn-vad",
    "iic/punc_ct-transformer_zh-cn-common-vocab272727-pytorch": "ct-punc",
    "iic/punc_ct-transformer_cn-en-common-vocab471067-large": "ct-punc",
    "iic/speech_timestamp_prediction-v1-16k-offline": "fa-zh",
    "iic/speech_campplus_sv_zh-cn_16k-common": "cam++",
    "paraformer": "paraformer-zh",
    "ct-punc-c": "ct-punc",
}


class _Task(Protocol):
    """The interface of a model behind `AutoModel.generate`."""

    def generate(self, input: object, named: Mapping[str, object]) -> list[Record]:
        """Run the model on an input; see `AutoModel.generate`."""
        ...


_TASKS: Mapping[str, Callable[[ModelLocations], _Task]] = {
    "paraformer-zh": RecognitionTask,
    "paraformer-zh-streaming": StreamedRecognitionTask,
    "fsmn-vad": VadTask,
    "ct-punc": PunctuationTask,
    "fa-zh": AlignmentTask,
    "cam++": EmbeddingTask,
}

_log = logging.getLogger(__name__)


class AutoModel:
    """A model with the name and call interface of FunASR's own class.

    Names are those of FunASR's hub list (`paraformer-zh`, `paraformer-zh-streaming`, `fsmn-vad`,
    `ct-punc`, `fa-zh`, `cam++`), the full ids of ModelScope, or, for the streaming recogniser, a
    folder. Models are loaded at the first call.
    """

    def __init__(
        self, model: str | Path, *, models: ModelLocations | None = None, **arguments: object
    ) -> None:
        """Select a model by name; it is loaded at the first call.

        Args:
            model: FunASR's name, ModelScope's id, or a folder.
            models: locations of models on this machine.
            arguments: FunASR's names: `vad_model`, `punc_model` and `spk_model` are checked and
                belong to recognition anyway; revisions, hub and device are written to the log.

        Raises:
            OptionError: the model or an argument is unknown, or has no counterpart here.
        """
        _check_arguments(arguments)
        name = _HUB_NAMES.get(str(model), str(model))
        locations = models or ModelLocations()
        if Path(name).is_dir():
            self._task: _Task = StreamedRecognitionTask(locations, Path(name))
        elif name in _TASKS:
            self._task = _TASKS[name](locations)
        else:
            raise OptionError(
                f"There is no model '{model}'. Choose from: {', '.join(_TASKS)}, or give the "
                "folder of a streaming Paraformer."
            )

    def generate(self, input: object, **arguments: object) -> list[Record]:
        """Run the model on an input; return FunASR's dictionaries.

        Args:
            input: a recording or several (see `Transcriber.transcribe_each`; a plain array has
                the rate `fs`, 16,000 Hz by default), text for `ct-punc`, and a pair of recording
                and text for `fa-zh`.
            arguments: FunASR's names: `cache`, `is_final` and `chunk_size` for streams,
                `data_type` for `fa-zh`, and those of `funasr.generate` for recognition.

        Raises:
            OptionError: an argument is unknown or has another type.
            ModelUnavailableError: the model is not installed; the message says how to get it.
            PipelineError: the input cannot be read.
        """
        return self._task.generate(input, _without_ineffective(arguments))

    __call__ = generate


def _check_arguments(arguments: Mapping[str, object]) -> None:
    for name, value in arguments.items():
        if name in _PARTS:
            short = _HUB_NAMES.get(str(value), str(value))
            if value is not None and short not in _PARTS[name]:
                raise OptionError(
                    f"{name} can be {' or '.join(sorted(_PARTS[name]))} here, not {value!r}."
                )
        elif name not in _WITHOUT_EFFECT:
            known = ", ".join([*_PARTS, *_WITHOUT_EFFECT])
            raise OptionError(f"There is no argument '{name}'. Choose from: {known}")
    _without_ineffective({k: v for k, v in arguments.items() if k not in _PARTS})


def _without_ineffective(arguments: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments that have an effect; log the others."""
    for name in arguments.keys() & _WITHOUT_EFFECT.keys():
        _log.info("'%s' has no effect: %s", name, _WITHOUT_EFFECT[name])
    return {name: value for name, value in arguments.items() if name not in _WITHOUT_EFFECT}
