"""Parsing of the inputs and arguments of `AutoModel`."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any  # arrays of any sample format

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import PCM_16_SCALE, SAMPLE_RATE_HZ
from pipeline.core.errors import OptionError
from pipeline.core.intervals import Interval
from pipeline.core.progress import ignore_report
from pipeline.inputs.download import Downloader
from pipeline.inputs.gathering import InputRules, gather_inputs, with_unique_keys
from pipeline.inputs.named_input import NamedInput
from pipeline.models.locations import ModelLocations
from pipeline.vad.vad_options import VadOptions

STREAM_KEY = "stream"  # of chunks, which have no name


def check_names(named: Mapping[str, object], known: tuple[str, ...]) -> None:
    """Raise OptionError if an argument is not among the known names."""
    for name in named:
        if name not in known:
            choices = ", ".join(known) or "none"
            raise OptionError(f"There is no argument '{name}' for this model; known are: {choices}")


def rate_of(named: Mapping[str, object]) -> int:
    """Return the argument `fs`, the sample rate of plain arrays, 16,000 Hz by default.

    Raises:
        OptionError: `fs` is not a whole number.
    """
    rate = named.get("fs", SAMPLE_RATE_HZ)
    if isinstance(rate, bool) or not isinstance(rate, int):
        raise OptionError(f"fs must be a whole number, got {rate!r}")
    return rate


def with_rate(input: object, rate_hz: int) -> object:
    """Pair each array that has no sample rate with the given one, as FunASR does."""
    if isinstance(input, np.ndarray):
        return (input, rate_hz)
    if isinstance(input, list):
        return [(each, rate_hz) if isinstance(each, np.ndarray) else each for each in input]
    return input


def read_inputs(input: object, rate_hz: int, locations: ModelLocations) -> tuple[NamedInput, ...]:
    """Return the recordings of an input, with unique keys."""
    rules = InputRules(rate_hz, None if locations.offline else Downloader())
    found = gather_inputs(with_rate(input, rate_hz), rules=rules)  # type: ignore[arg-type]
    return with_unique_keys(found)


def is_recording(input: object) -> bool:
    """Return whether an input is a whole recording rather than a chunk of samples."""
    return isinstance(input, (str, Path, list))


def read_chunk(input: object, rate_hz: int) -> tuple[str, NDArray[np.float32], bool]:
    """Return key and samples of a chunk, and whether it is a whole recording.

    Raises:
        OptionError: the array has another rate or several axes, or there are several recordings.
    """
    if isinstance(input, np.ndarray):
        if rate_hz != SAMPLE_RATE_HZ:
            raise OptionError(f"A stream has {SAMPLE_RATE_HZ} samples a second, got fs={rate_hz}")
        if input.ndim != 1:
            raise OptionError(f"A chunk is an array of one axis, got one of {input.ndim}")
        return STREAM_KEY, _float_samples(input), False
    found = gather_inputs(with_rate(input, rate_hz))  # type: ignore[arg-type]
    if len(found) != 1:
        raise OptionError("A stream is one recording: give a file or an array, not a list")
    audio = found[0].read(ignore_report)
    return found[0].key, audio.cut(Interval(0, audio.duration_ms)), True


def _float_samples(samples: NDArray[Any]) -> NDArray[np.float32]:
    if np.issubdtype(samples.dtype, np.integer):
        return (samples / PCM_16_SCALE).astype(np.float32)
    return samples.astype(np.float32)


def cache_of(named: Mapping[str, object]) -> MutableMapping[str, object]:
    """Return the argument `cache`, the dictionary for the state of a stream; by default a new one.

    Raises:
        OptionError: `cache` is not a dictionary.
    """
    cache = named.get("cache")
    if cache is None:
        return {}
    if not isinstance(cache, MutableMapping):
        raise OptionError(f"cache must be a dictionary, got {cache!r}")
    return cache


def vad_options(named: Mapping[str, object]) -> VadOptions:
    """Return the reference system's VAD options with the call's `max_end_silence_time`.

    Raises:
        OptionError: `max_end_silence_time` is not a whole number.
    """
    silence = named.get("max_end_silence_time", VadOptions().max_end_silence_time)
    if isinstance(silence, bool) or not isinstance(silence, int):
        raise OptionError(f"max_end_silence_time must be a whole number, got {silence!r}")
    return replace(VadOptions.classic(), max_end_silence_time=silence)


def recording_and_text(input: object, named: Mapping[str, object]) -> tuple[object, object]:
    """Return the recording and the text of an alignment input.

    Raises:
        OptionError: the input is not a pair, or `data_type` is not ('sound', 'text').
    """
    kinds = named.get("data_type", ("sound", "text"))
    if tuple(kinds) != ("sound", "text"):  # type: ignore[arg-type]
        raise OptionError(f"data_type must be ('sound', 'text'), got {kinds!r}")
    match input:
        case (recording, text):
            return recording, text
    raise OptionError("Alignment needs a pair of a recording and its text")


def read_texts(input: object) -> list[tuple[str, str]]:
    """Return (key, text) of each input: a text, a text file, or a list of either.

    Raises:
        OptionError: a file cannot be read as UTF-8, or an input is no text.
    """
    if isinstance(input, list):
        return [pair for each in input for pair in read_texts(each)]
    if isinstance(input, Path) or (isinstance(input, str) and input.endswith(".txt")):
        try:
            lines = Path(input).read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeError) as error:
            raise OptionError(f"{input} cannot be read as UTF-8 text: {error}") from error
        keyed = [line.split(maxsplit=1) for line in lines if line.strip()]
        stem = Path(input).stem
        if all(len(each) > 1 for each in keyed):  # lines "key text", as in FunASR's lists
            return [(key, text) for key, text in keyed]
        return [(stem, " ".join(lines))]
    if isinstance(input, str):
        return [("text", input)]
    raise OptionError(f"A text must be given as str or a .txt file, got {input!r}")
