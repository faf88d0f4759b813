from __future__ import annotations

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray
from threadpoolctl import threadpool_info

from pipeline.asr.whisper.whisper_model import SingleThreadedFeatures
from pipeline.audio.decode import read_audio
from tests.dev_data import REPOSITORY

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
