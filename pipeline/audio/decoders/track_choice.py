"""Choice of the sound tracks to decode: the requested ones, else one that is not silent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from av.container.input import InputContainer

from pipeline.audio.decoders.av_container import (
    decoded_frames,
    frame_samples,
    main_track_first,
    opened_container,
)
from pipeline.audio.decoders.block import DecodingStoppedError
from pipeline.audio.decoders.header_repair import has_one_track
from pipeline.core.audio_track import MAX_MIXED, AudioTrack, TracksRead
from pipeline.core.errors import AudioError

SOUND_POWER = 10 ** (-50 / 10)  # of a frame; a microphone that is switched off has less
ENOUGH_SOUND_S = 1.0

OnWork = Callable[[], None]


def choose_tracks(path: Path, requested: AudioTrack, on_work: OnWork) -> TracksRead:
    """Choose which sound tracks of a file to decode.

    By default this is the main track of the file, unless all of it is silent: then the track
    with the most sound.

    Args:
        path: a file on this machine.
        requested: the requested track.
        on_work: called repeatedly; may stop the work by raising.

    Raises:
        AudioError: the file has no such track, or too many to be mixed.
    """
    if has_one_track(path):
        return _numbered(requested.number or 1, 1)
    try:
        with opened_container(path) as container:
            total = len(container.streams.audio)
            if requested.is_mix and total > 1:
                return _mix(total)
            if requested.number is not None or total <= 1:
                return _numbered(requested.number or 1, total)
            return TracksRead((_track_with_sound(container, on_work),), total)
    except (av.error.FFmpegError, ValueError) as error:
        if isinstance(error, AudioError):
            raise
        # the decoders report the error of the file
        return _numbered(requested.number or 1, 1)


def count_tracks(path: Path) -> int:
    """Return the number of sound tracks of a file, 1 if it cannot be determined."""
    if has_one_track(path):
        return 1
    try:
        with opened_container(path) as container:
            return max(1, len(container.streams.audio))
    except (av.error.FFmpegError, ValueError):
        return 1


def _mix(total: int) -> TracksRead:
    if total > MAX_MIXED:
        raise AudioError(
            f"The file has {total} sound tracks; at most {MAX_MIXED} can be mixed. Choose one"
        )
    return TracksRead(tuple(range(1, total + 1)), total)


def _numbered(number: int, total: int) -> TracksRead:
    if number > max(1, total):
        has = "one sound track" if total <= 1 else f"{total} sound tracks"
        raise AudioError(f"The file has {has}; there is no track {number}. Choose another one")
    return TracksRead((number,), max(1, total))


def _track_with_sound(container: InputContainer, on_work: OnWork) -> int:
    numbers = main_track_first(container)
    sound_s: defaultdict[int, float] = defaultdict(float)
    try:
        for each in decoded_frames(container, numbers):
            on_work()
            samples = frame_samples(each.frame)
            power = np.square(samples - samples.mean(axis=0)).mean(axis=0).max()
            if power > SOUND_POWER:
                sound_s[each.number] += len(samples) / max(1, each.frame.sample_rate)
            if sound_s[numbers[0]] >= ENOUGH_SOUND_S:
                break
    except DecodingStoppedError:
        pass  # choose by the part that could be decoded
    if sound_s[numbers[0]] >= ENOUGH_SOUND_S:
        return numbers[0]
    return max(numbers, key=lambda number: sound_s[number])
