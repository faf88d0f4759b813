"""Benchmark recordings, cut from the development recordings or the tests' conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.dev_recordings import DEV_DATA, REPOSITORY, THE_HOUR, read_json, read_truth
from pipeline.audio.decode import read_audio
from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.transcript import SpeakerTurn

REPEATED = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
TEN_MINUTES = ("d_conv10_zh", "d_conv6_zh", "d_conv10_en")  # 681 s, 25 different voices
CONVERSATION = "d_conv5_zh_text"
HOUR_S, WARM_UP_S = 3_600, 30
HOURS_OF_THE_LONG_ONE = 10


@dataclass(frozen=True, slots=True)
class SpokenText:
    """A recording with its reference text."""

    path: Path
    text: str


class BenchRecordings:
    """16 kHz mono benchmark recordings, each written to a folder on its first use."""

    def __init__(self, folder: Path) -> None:
        """Set the folder to write recordings to, which the caller removes."""
        self._folder = folder
        self.has_dev_data = DEV_DATA.is_dir()

    @property
    def note(self) -> str:
        """Remark on the use of the tests' conversation; "" for the development recordings."""
        return "" if self.has_dev_data else "conversation of the tests, over and over"

    def warm_up(self) -> Path:
        """Return the path of half a minute of speech, for an unmeasured warm-up run."""
        return self._made("warm_up", lambda: _tiled(self._short_pcm(), WARM_UP_S))

    def many_voices(self, seconds: int) -> Path:
        """Return the path of speech by 25 people, cut or repeated to a given length."""
        return self._made(f"voices-{seconds}", lambda: _tiled(self._short_pcm(), seconds))

    def hour(self, seconds: int = HOUR_S) -> Path:
        """Return the path of the hour-long recording, cut or repeated to a given length."""
        return self._made(f"hour-of-{seconds}", lambda: _tiled(self._hour_pcm(), seconds))

    def hour_from(self, second: int) -> Path:
        """Return the path of the hour as FLAC, rotated to start at a later second.

        The app treats it as a different recording.
        """

        def turned() -> NDArray[np.int16]:
            return np.roll(_tiled(self._hour_pcm(), HOUR_S), -second * SAMPLE_RATE_HZ)

        return self._made(f"hour-from-{second}", turned, suffix=".flac")

    def ten_hours(self) -> Path:
        """Return the path of a recording that repeats the hour ten times."""
        path = self._folder / "ten_hours.wav"
        if not path.exists():
            hour = _tiled(self._hour_pcm(), HOUR_S)
            with soundfile.SoundFile(path, "w", SAMPLE_RATE_HZ, 1, "PCM_16") as file:
                for _ in range(HOURS_OF_THE_LONG_ONE):
                    file.write(hour)
        return path

    def turns_of_the_hour(self) -> tuple[SpeakerTurn, ...] | None:
        """Return the reference speaker turns of `hour`, or None without development recordings."""
        return (
            read_truth(DEV_DATA / "conv" / f"{THE_HOUR}.rttm").turns if self.has_dev_data else None
        )

    def conversation(self) -> SpokenText | None:
        """Return a Mandarin conversation and its text, or None without development recordings."""
        if not self.has_dev_data:
            return None
        truth = read_json(DEV_DATA / "conv" / f"{CONVERSATION}.json")
        pcm = read_audio(DEV_DATA / "conv" / truth["file"]).pcm
        text = "".join(turn["text"] or "" for turn in truth["turns"])
        return SpokenText(self._made("conversation", lambda: np.asarray(pcm)), text)

    def _short_pcm(self) -> NDArray[np.int16]:
        if not self.has_dev_data:
            return np.asarray(read_audio(REPEATED).pcm)
        parts = [read_audio(DEV_DATA / "conv" / f"{name}.flac").pcm for name in TEN_MINUTES]
        return np.concatenate(parts)

    def _hour_pcm(self) -> NDArray[np.int16]:
        path = DEV_DATA / "conv" / f"{THE_HOUR}.ogg" if self.has_dev_data else REPEATED
        return np.asarray(read_audio(path).pcm)

    def _made(
        self, name: str, make: Callable[[], NDArray[np.int16]], *, suffix: str = ".wav"
    ) -> Path:
        path = self._folder / f"{name}{suffix}"
        if not path.exists():
            soundfile.write(path, make(), SAMPLE_RATE_HZ, subtype="PCM_16")
        return path


def _tiled(pcm: NDArray[np.int16], seconds: int) -> NDArray[np.int16]:
    """Return samples, cut or repeated to a length in seconds.

    Args:
        pcm: (num_samples,) int16 at 16 kHz.
        seconds: requested length.

    Returns:
        (num_samples,) int16.
    """
    return np.resize(pcm, seconds * SAMPLE_RATE_HZ)
