"""ModelScope's function `pipeline(task, model)`, with the same call interface."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pipeline.compat.auto_model import AutoModel
from pipeline.compat.auto_model_tasks import Record
from pipeline.core.errors import OptionError
from pipeline.models.locations import ModelLocations

SAME_SPEAKER_SCORE = 0.31  # threshold of iic/speech_campplus_sv_zh-cn_16k-common's configuration
_RECOGNITION_DEFAULT = "paraformer-zh"
_PAIR = 2


class Tasks:
    """Task names of ModelScope."""

    auto_speech_recognition = "auto-speech-recognition"
    voice_activity_detection = "voice-activity-detection"
    punctuation = "punctuation"
    speech_timestamp = "speech-timestamp"
    speaker_verification = "speaker-verification"


_DEFAULT_MODELS = {
    Tasks.auto_speech_recognition: _RECOGNITION_DEFAULT,
    Tasks.voice_activity_detection: "fsmn-vad",
    Tasks.punctuation: "ct-punc",
    Tasks.speech_timestamp: "fa-zh",
    Tasks.speaker_verification: "cam++",
}


class Pipeline:
    """A task with its model; calling it returns FunASR's dictionaries."""

    def __init__(self, task: str, model: AutoModel, fixed: Mapping[str, object]) -> None:
        """Store the task, the model and the fixed arguments; callers use `pipeline`."""
        self._task = task
        self._model = model
        self._fixed = dict(fixed)

    def __call__(
        self, audio_in: object = None, text_in: object = None, **arguments: object
    ) -> object:
        """Run the task on an input.

        Args:
            audio_in: a recording or several; for speaker verification a list of two.
            text_in: the text for punctuation or for times; also `input`.
            arguments: as for `AutoModel.generate`.

        Returns:
            A list of dictionaries; for speaker verification of two recordings a dictionary with
            their `score` in [-1, 1] and `text`, "yes" for one speaker or "no".
        """
        named = {**self._fixed, **arguments}
        given = named.pop("input", None)
        first = audio_in if audio_in is not None else given
        if self._task == Tasks.punctuation:
            return self._model.generate(text_in if text_in is not None else first, **named)
        if self._task == Tasks.speech_timestamp:
            return self._model.generate((first, text_in), **named)
        if self._task == Tasks.speaker_verification and isinstance(first, (list, tuple)):
            return self._compare(first, named)
        return self._model.generate(first, **named)

    def _compare(self, pair: object, named: Mapping[str, object]) -> dict[str, object]:
        threshold = named.get("thr", SAME_SPEAKER_SCORE)
        if not isinstance(threshold, (int, float)):
            raise OptionError(f"thr must be a number, got {threshold!r}")
        rest = {name: value for name, value in named.items() if name != "thr"}
        records = self._model.generate(list(pair), **rest)  # type: ignore[call-overload]
        if len(records) != _PAIR:
            raise OptionError(f"Two recordings are compared, got {len(records)}")
        return compare_voices(*records, threshold=threshold)


def compare_voices(one: Record, other: Record, *, threshold: float = SAME_SPEAKER_SCORE) -> Record:
    """Return the cosine of two embeddings, and "yes" if it reaches the threshold, else "no"."""
    first, second = (np.asarray(each["spk_embedding"])[0] for each in (one, other))
    score = float(first @ second)
    return {"score": round(score, 5), "text": "yes" if score >= threshold else "no"}


def pipeline(
    task: str,
    model: str | Path | None = None,
    *,
    models: ModelLocations | None = None,
    **arguments: object,
) -> Pipeline:
    """Create a task with its model, as ModelScope's function of the same name does.

    Args:
        task: one of `Tasks`.
        model: FunASR's name or ModelScope's id; None for the task's own.
        models: locations of models on this machine.
        arguments: those of `AutoModel`; `output_dir` and others of `generate` are kept for every
            call.

    Raises:
        OptionError: the task, the model or an argument is unknown.
    """
    if task not in _DEFAULT_MODELS:
        raise OptionError(f"There is no task '{task}'. Choose from: {', '.join(_DEFAULT_MODELS)}")
    later: dict[str, object] = {
        name: arguments.pop(name) for name in ("output_dir", "fs") if name in arguments
    }
    return Pipeline(
        task, AutoModel(model or _DEFAULT_MODELS[task], models=models, **arguments), later
    )
