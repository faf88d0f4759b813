"""Conversion of all accepted inputs to `NamedInput` objects with keys, in order."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.decode import read_audio
from pipeline.audio.from_array import audio_from_array
from pipeline.audio.resample import check_sample_rate
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.audio_track import ANY_TRACK, AudioTrack
from pipeline.core.errors import (
    AudioError,
    DownloadError,
    OptionError,
    RecordingListError,
    WorkingFileError,
)
from pipeline.core.progress import Report
from pipeline.inputs.byte_content import audio_from_bytes
from pipeline.inputs.download import Downloader
from pipeline.inputs.folder import FoundFile, recordings_in
from pipeline.inputs.list_file import is_list_file, read_list
from pipeline.inputs.named_input import NamedInput, printable
from pipeline.inputs.object_store import StoredFile, copy_from_store, recordings_at
from pipeline.inputs.raw_pcm import PCM_SUFFIX, read_pcm_file
from pipeline.inputs.store_address import StoreAddress, is_store_address, parse_store_address
from pipeline.inputs.web_address import is_web_address, parse_web_address

Samples = NDArray[Any]
SingleRecording = str | Path | bytes | tuple[Samples, int]
Recordings = SingleRecording | Sequence[SingleRecording]
"""A path, folder, list file, web or store address, bytes, `(samples, rate_hz)`, or several."""

_PAIR = 2
_UNNAMED = "recording"


@dataclass(frozen=True, slots=True)
class InputRules:
    """Options for reading inputs.

    Attributes:
        pcm_rate_hz: sample rate of `.pcm` files and of bytes without a header.
        downloader: downloader for web addresses; None to reject them.
        leave_out: a folder to skip when folders are searched, here or in a store.
        track: the sound track to use of a file that has several.
    """

    pcm_rate_hz: int = SAMPLE_RATE_HZ
    downloader: Downloader | None = field(default_factory=Downloader)
    leave_out: Path | StoreAddress | None = None
    track: AudioTrack = ANY_TRACK

    def __post_init__(self) -> None:
        try:
            check_sample_rate(self.pcm_rate_hz)
        except AudioError as error:
            raise OptionError(str(error)) from error


def gather_inputs(
    recordings: Recordings, *, rules: InputRules | None = None
) -> tuple[NamedInput, ...]:
    """Collect all recordings of the inputs in a tuple; see `iterate_inputs`."""
    return tuple(iterate_inputs(recordings, rules=rules))


def iterate_inputs(
    recordings: Recordings, *, rules: InputRules | None = None
) -> Iterator[NamedInput]:
    """Yield an input per recording in order, each found only when it is requested.

    A list file yields the recordings it names, a folder those in it. Keys are those of the list,
    else the file's name without its extension, else `recording`; they may repeat, see
    `with_unique_keys`. Nothing is decoded yet.

    Raises:
        RecordingListError: a list file cannot be read, or a folder has no recording.
        OptionError: an input is not a recording, such as an array without its rate.
    """
    chosen = rules or InputRules()
    given: Iterable[object] = [recordings]
    if isinstance(recordings, Iterable) and not _is_single(recordings):
        given = recordings
    for recording in given:
        yield from _inputs(recording, chosen)


def with_unique_keys(inputs: Sequence[NamedInput]) -> tuple[NamedInput, ...]:
    """Return the inputs with unique keys; repeated keys get `-2`, `-3` and so on."""
    taken = {each.key for each in inputs}
    seen: set[str] = set()
    unique: list[NamedInput] = []
    for each in inputs:
        key, number = each.key, 1
        while key in seen or (number > 1 and key in taken):
            number += 1
            key = f"{each.key}-{number}"
        seen.add(key)
        unique.append(replace(each, key=key))
    return tuple(unique)


def _is_single(recordings: object) -> bool:
    """Return whether the argument is one recording, such as a (samples, rate) pair."""
    if isinstance(recordings, tuple):
        return len(recordings) == _PAIR and _is_array(recordings[0])
    return _is_array(recordings) or isinstance(
        recordings, (str, Path, bytes, bytearray, memoryview)
    )


def _is_array(samples: object) -> TypeGuard[Samples]:
    """Return whether numpy can convert the object, for example a tensor, to samples."""
    return hasattr(samples, "__array__")


def _inputs(recording: object, rules: InputRules) -> Iterator[NamedInput]:
    match recording:
        case str() if is_store_address(recording):
            yield from _from_store(recording, None, rules)
        case str() if is_web_address(recording):
            yield _from_web(recording, None, rules)
        case str() | Path() if Path(recording).is_dir():
            yield from _from_folder(Path(recording), rules)
        case str() | Path() if is_list_file(Path(recording)):
            yield from _from_list(Path(recording), rules)
        case str() | Path():
            yield _from_file(Path(recording), None, rules)
        case bytes() | bytearray() | memoryview():
            content = bytes(recording)
            yield NamedInput(_UNNAMED, "bytes", partial(_read_bytes, content, rules))
        case (samples, int() | np.integer() as rate_hz) if _is_array(samples):
            yield NamedInput(_UNNAMED, "samples", partial(_read_samples, samples, int(rate_hz)))
        case _:
            raise OptionError(_type_error_message(recording))


def _type_error_message(recording: object) -> str:
    if _is_array(recording):
        return "Samples need their rate: give (samples, sample_rate_hz) instead of the array alone"
    return (
        "A recording is a path, a web address, bytes or (samples, sample_rate_hz), got "
        f"{type(recording).__name__}"
    )


def _from_list(path: Path, rules: InputRules) -> Iterator[NamedInput]:
    for entry in read_list(path):
        yield from _from_location(entry.location, entry.key, rules, path.parent)


def _from_location(
    location: str, key: str | None, rules: InputRules, folder: Path
) -> Iterator[NamedInput]:
    """Yield the inputs at a path or address; a relative path may also be relative to `folder`."""
    if is_store_address(location):
        yield from _from_store(location, key, rules)
    elif is_web_address(location):
        yield _from_web(location, key, rules)
    else:
        path = Path(location)
        beside = folder / path
        yield _from_file(beside if not path.exists() and beside.exists() else path, key, rules)


def _from_folder(folder: Path, rules: InputRules) -> Iterator[NamedInput]:
    is_empty = True
    leave_out = rules.leave_out if isinstance(rules.leave_out, Path) else None
    for found in recordings_in(folder, leave_out=leave_out):
        is_empty = False
        yield _found_in(folder, found, rules)
    if is_empty:
        raise RecordingListError(f"{printable(str(folder))} holds no audio or video file")


def _found_in(folder: Path, found: FoundFile, rules: InputRules) -> NamedInput:
    inside = found.path.relative_to(folder)
    one = _from_file(found.path, None, rules)
    shown = printable(str(inside)) if inside.name else printable(str(folder))
    named = replace(one, shown=shown, subfolders=inside.parent.parts)
    if not found.problem:
        return named
    return replace(named, read=partial(_refuse, f"{shown}: {found.problem}"), file=None)


def _from_file(path: Path, key: str | None, rules: InputRules) -> NamedInput:
    is_pcm = _is_pcm(path.name)
    read = partial(_read_pcm if is_pcm else _read_file, path, rules)
    own_key = key or _decoded(path.stem) or _UNNAMED
    location = path.absolute()
    file = None if is_pcm else location
    return NamedInput(own_key, printable(path.name), read, str(location), file=file)


def _decoded(name: str) -> str:
    """Decode a file name to text, with replacement characters for undecodable bytes."""
    try:
        return os.fsencode(name).decode(errors="replace")
    except UnicodeEncodeError:  # lone surrogates, which no file name has
        return name.encode(errors="replace").decode()


def _from_web(url: str, key: str | None, rules: InputRules) -> NamedInput:
    try:
        address = parse_web_address(url)
        stem, shown = Path(address.file_name).stem or address.host, address.shown
    except DownloadError:  # raised again for this recording alone when it is read
        stem, shown = _UNNAMED, "address"
    return NamedInput(key or stem, shown, partial(_read_web, url, rules), url)


def _from_store(url: str, key: str | None, rules: InputRules) -> Iterator[NamedInput]:
    """Yield the file at an object store address, or the recordings in that folder.

    Raises:
        RecordingListError: the folder has no recording.
    """
    is_empty = True
    try:
        for each in _listed(url, key, rules):
            is_empty = False
            yield each
    except DownloadError as error:  # raised again for this recording alone when it is read
        shown = printable(url.partition("?")[0].rpartition("@")[2])
        yield NamedInput(key or _UNNAMED, shown, partial(_raise_again, error), url)
        return
    if is_empty:
        raise RecordingListError(f"{printable(url.partition('?')[0])} holds no audio or video file")


def _listed(url: str, key: str | None, rules: InputRules) -> Iterator[NamedInput]:
    address = parse_store_address(url)
    if rules.downloader is None:
        raise DownloadError(f"{address.shown}: Downloads are off while working offline")
    leave_out = rules.leave_out if isinstance(rules.leave_out, StoreAddress) else None
    for found in recordings_at(address, leave_out=leave_out):
        yield _stored_input(address, found, key, rules)


def _stored_input(
    address: StoreAddress, found: StoredFile, key: str | None, rules: InputRules
) -> NamedInput:
    is_in_folder = found.address != address
    inside = "/".join((*found.subfolders, found.address.name))
    return NamedInput(
        key or Path(found.address.name).stem or _UNNAMED,
        printable(inside) if is_in_folder else found.address.shown,
        partial(_read_stored, found.address, rules),
        found.address.url,
        found.subfolders,
        address=None if _is_pcm(found.address.name) else found.address,
        num_bytes=found.num_bytes,
        stamp=found.stamp,
    )


def _is_pcm(name: str) -> bool:
    return name.lower().endswith(PCM_SUFFIX)


def _refuse(sentence: str, report: Report) -> Audio:  # noqa: ARG001 - nothing to report
    raise AudioError(sentence)


def _raise_again(error: DownloadError, report: Report) -> Audio:  # noqa: ARG001 - nothing to report
    raise error


def _read_file(path: Path, rules: InputRules, report: Report) -> Audio:
    return read_audio(path, track=rules.track, report=report)


def _read_pcm(path: Path, rules: InputRules, report: Report) -> Audio:
    return read_pcm_file(path, rules.pcm_rate_hz, report=report)


def _read_bytes(content: bytes, rules: InputRules, report: Report) -> Audio:
    return audio_from_bytes(content, rules.pcm_rate_hz, track=rules.track, report=report)


def _read_samples(samples: Samples, rate_hz: int, report: Report) -> Audio:
    try:
        array = np.asarray(samples)
    except (TypeError, ValueError) as error:  # such as a tensor on another device
        raise AudioError(f"The samples cannot be read as an array: {error}") from error
    audio = audio_from_array(array, rate_hz)
    report(1, 1)
    return audio


def _read_web(url: str, rules: InputRules, report: Report) -> Audio:
    address = parse_web_address(url)
    if rules.downloader is None:
        raise DownloadError(f"{address.shown}: Downloads are off while working offline")
    download = partial(rules.downloader.download, url, report=report)
    return _read_copy(download, address.file_name, address.shown, rules, report)


def _read_stored(address: StoreAddress, rules: InputRules, report: Report) -> Audio:
    copy = partial(copy_from_store, address, report=report)
    return _read_copy(copy, address.name, address.shown, rules, report)


def _read_copy(
    copy: Callable[[Path], None], name: str, shown: str, rules: InputRules, report: Report
) -> Audio:
    """Copy a file with `copy` to a temporary path, and read it.

    Raises:
        AudioError: the file is no readable audio; the message names `shown`.
        DownloadError: as from `copy`.
        WorkingFileError: the copy cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "download" + (PCM_SUFFIX if _is_pcm(name) else ""))
            copy(path)
            return _from_file(path, None, rules).read(report)
    except AudioError as error:
        raise type(error)(f"{shown}: {error}") from error
    except OSError as error:
        if isinstance(error, (DownloadError, WorkingFileError)):
            raise
        raise WorkingFileError(
            f"The download cannot be stored ({error}). Check the free space of the disk"
        ) from error
