from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray
from threadpoolctl import threadpool_info

from benchmarks.process_tree import tree_bytes
from pipeline.asr.whisper.whisper_model import SingleThreadedFeatures, WhisperNet
from pipeline.audio.decode import read_audio
from tests.dev_data import REPOSITORY

MB = 1_000_000
NUM_LENGTHS = 40
LENGTH_STEP = 320  # samples of two frames, the smallest difference between encoded windows
CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"


def blas_threads() -> list[int]:
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


def test_features_are_computed_on_one_thread() -> None:
    threads: list[int] = []

    def extract(samples: NDArray[np.float32]) -> NDArray[np.float32]:
        threads.extend(blas_threads())
        return samples

    SingleThreadedFeatures(extract)(np.zeros(1, dtype=np.float32))

    assert threads
    assert set(threads) == {1}


def test_features_of_one_thread_are_those_of_the_library() -> None:
    pcm = read_audio(CONVERSATION).pcm[: 5 * 16_000]
    samples: NDArray[np.float32] = pcm.astype(np.float32) / np.float32(32_768)
    extractor = FeatureExtractor()

    found = SingleThreadedFeatures(extractor)(samples)

    np.testing.assert_allclose(found, extractor(samples), atol=1e-6)


def encode_many_lengths(folder: Path) -> int:
    """Encode windows of different lengths; return by how many bytes the process has grown."""
    net = WhisperNet(folder, num_workers=1)
    samples = np.zeros(2 * 16_000, dtype=np.float32)
    net.encode(samples)
    before = tree_bytes(os.getpid())
    for number in range(NUM_LENGTHS):
        net.encode(samples[: 16_000 + LENGTH_STEP * number], silence_ms=1_000)
    return tree_bytes(os.getpid()) - before


def test_windows_of_ever_new_lengths_do_not_fill_memory(whisper_folder: Path) -> None:
    """Without a bound the library keeps half a megabyte per length."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as process:
        grown = process.submit(encode_many_lengths, whisper_folder).result()

    assert grown < 6 * MB
