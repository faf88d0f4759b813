"""Every file of the collection of difficult recordings decodes as its description asks."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.decode import read_audio
from pipeline.core.errors import AudioError
from tests.dev_data import DEV_DATA, needs_dev_data

HARD = DEV_DATA / "hard"
CASES = json.loads((HARD / "hard.json").read_text("utf-8")) if HARD.is_dir() else []
PASSAGE = "base_16k.wav"
PASSAGE_TEXT = "并指出围绕东京奥运在此次申办冬奥会的过程中"
NUM_PASSAGE_SAMPLES = 117_600
FREQUENCY_BANDS_HZ = ((100, 700), (700, 1_500), (1_500, 3_400))  # below telephone's limit
LOUDNESS_FRAME = 320  # 20 ms

# Damaged files with the milliseconds that survive at the least.
DAMAGED = {"truncated.wav": 2_900, "truncated.mp3": 3_500, "damaged_middle.mp3": 6_000}

pytestmark = needs_dev_data


def files(*expectations: str) -> list[str]:
    return [case["file"] for case in CASES if case["expect"] in expectations]


def passage_files() -> list[str]:
    return [case["file"] for case in CASES if case["text"] == PASSAGE_TEXT]


NEXT_TO_NOTHING = files("clear error or empty result", "empty result or clear error")
OTHERS = [
    case["file"]
    for case in CASES
    if case["file"] not in {*passage_files(), *files("clear error"), *NEXT_TO_NOTHING, *DAMAGED}
]


def samples_of(name: str) -> NDArray[np.float64]:
    audio = read_audio(HARD / name)
    return audio.read(0, audio.num_samples).astype(np.float64)


def band_loudness(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Level in dB of each 20 ms in each band: what a listener or a recogniser goes by.

    Returns:
        (num_frames, num_bands) float64, at most 40 dB below the loudest of its band.
    """
    frames = samples[: len(samples) // LOUDNESS_FRAME * LOUDNESS_FRAME].reshape(-1, LOUDNESS_FRAME)
    power = np.abs(np.fft.rfft(frames * np.hanning(LOUDNESS_FRAME))) ** 2
    hz = np.fft.rfftfreq(LOUDNESS_FRAME, 1 / 16_000)
    bands = np.stack(
        [power[:, (low <= hz) & (hz < high)].sum(axis=1) for low, high in FREQUENCY_BANDS_HZ],
        axis=1,
    )
    return 10 * np.log10(np.maximum(bands, bands.max(axis=0) * 1e-4))


def best_likeness(heard: NDArray[np.float64], passage: NDArray[np.float64]) -> tuple[float, int]:
    """Highest correlation of the loudness patterns, and the frames by which one is late."""
    ours, theirs = band_loudness(heard), band_loudness(passage)
    found = []
    for late in range(-5, len(ours) - len(theirs) + 6):
        first, stop = max(0, late), min(len(ours), late + len(theirs))
        part, whole = ours[first:stop], theirs[first - late : stop - late]
        found.append(
            (
                np.corrcoef((part - part.mean(0)).ravel(), (whole - whole.mean(0)).ravel())[0, 1],
                late,
            )
        )
    return max(found)


def test_all_sixty_files_are_described() -> None:
    assert len(CASES) == 60
    assert {case["file"] for case in CASES} == {each.name for each in HARD.iterdir()} - {
        "hard.json"
    }


@pytest.mark.parametrize("name", passage_files())
def test_the_passage_is_whole_and_sounds_like_itself(name: str) -> None:
    samples = samples_of(name)
    lead_in = 180 * 16_000 if name.startswith("three_minutes") else 0

    likeness, late = best_likeness(samples[lead_in:], samples_of(PASSAGE))

    assert abs(len(samples) - lead_in - NUM_PASSAGE_SAMPLES) < 1_600
    assert likeness > 0.85
    assert abs(late) <= 4  # 80 ms: formats without a record of their encoder's delay


@pytest.mark.parametrize("name", files("clear error"))
def test_what_cannot_be_read_is_refused_in_one_line_that_names_the_file(name: str) -> None:
    with pytest.raises(AudioError) as refusal:
        read_audio(HARD / name)

    assert str(refusal.value).startswith(f"{name}: ")
    assert "\n" not in str(refusal.value)
    assert str(HARD) not in str(refusal.value)


@pytest.mark.parametrize("name", NEXT_TO_NOTHING)
def test_next_to_nothing_is_short_or_refused(name: str) -> None:
    try:
        outcome = "short" if read_audio(HARD / name).duration_ms <= 50 else "long"
    except AudioError as refusal:
        outcome = "refused" if str(refusal).startswith(f"{name}: ") else str(refusal)

    assert outcome in {"short", "refused"}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_survives_is_read(name: str) -> None:
    samples = samples_of(name)

    assert DAMAGED[name] * 16 <= len(samples) <= NUM_PASSAGE_SAMPLES
    beginning = samples_of(PASSAGE)[: 2 * 16_000]
    assert best_likeness(samples[: 2 * 16_000], beginning)[0] > 0.95


@pytest.mark.parametrize("name", OTHERS)
def test_all_other_files_decode_to_the_end(name: str) -> None:
    assert read_audio(HARD / name).duration_ms >= 2_000
