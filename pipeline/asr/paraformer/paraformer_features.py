"""Paraformer's input features: log-mel energies, seven frames per row, normalised."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.features import (
    ASR_SCALE,
    FRAME_HOP_MS,
    NUM_MEL_BINS,
    Cmvn,
    log_mel,
    read_cmvn,
    stack_frames,
)
from pipeline.core.errors import ModelContractError

LFR_STACK, LFR_STEP = 7, 6  # lfr_m and lfr_n of the model's config.yaml (spec 1.2)
FEATURE_DIM = LFR_STACK * NUM_MEL_BINS
ROW_MS = LFR_STEP * FRAME_HOP_MS

_METADATA_STEPS = {"lfr_window_size": LFR_STACK, "lfr_window_shift": LFR_STEP}


def speech_features(samples: NDArray[np.float32], cmvn: Cmvn) -> NDArray[np.float32]:
    """Compute one row of input features per 60 ms of samples.

    Args:
        samples: (num_samples,) float32 in [-1, 1].
        cmvn: shift and scale of 560 values.

    Returns:
        (num_rows, 560) float32; no rows for less than 25 ms of audio.
    """
    energies = log_mel(samples, window="hamming", scale=ASR_SCALE)
    return cmvn.apply(stack_frames(energies, stack=LFR_STACK, step=LFR_STEP))


def read_normalisation(path: Path | None, metadata: Mapping[str, str]) -> Cmvn:
    """Read a model's feature normalisation from am.mvn or else from the graph's metadata.

    Raises:
        ModelContractError: the normalisation is missing, or belongs to other features.
    """
    for name, expected in _METADATA_STEPS.items():
        if metadata.get(name, str(expected)) != str(expected):
            raise ModelContractError(
                f"The model needs {name} = {metadata[name]}, this recogniser computes features "
                f"with {expected}. Use a Paraformer for 16 kHz with 7 frames a row, every 6."
            )
    cmvn = read_cmvn(path) if path is not None else _from_metadata(metadata)
    if cmvn.shift.size != FEATURE_DIM or cmvn.scale.size != FEATURE_DIM:
        origin = "The metadata of the graph" if path is None else f"'{path}'"
        raise ModelContractError(
            f"{origin} has {cmvn.shift.size} shifts and "
            f"{cmvn.scale.size} scales, a Paraformer needs {FEATURE_DIM} of both. Take the am.mvn "
            "of the same model."
        )
    return cmvn


def _from_metadata(metadata: Mapping[str, str]) -> Cmvn:
    """Read the shift and scale that sherpa-onnx stores as text in the graph's metadata.

    Raises:
        ModelContractError: the metadata has no valid shift and scale.
    """
    try:
        shift, scale = (
            np.array([float(each) for each in metadata[name].split(",")], dtype=np.float32)
            for name in ("neg_mean", "inv_stddev")
        )
    except (KeyError, ValueError) as error:
        raise ModelContractError(
            "The model has no normalisation: neither a file am.mvn nor numbers in the metadata "
            "of its graph. Download the model again, with all its files."
        ) from error
    return Cmvn(shift, scale)
