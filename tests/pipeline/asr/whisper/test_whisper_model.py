from __future__ import annotations

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor

from pipeline.asr.whisper.whisper_model import use_sparse_filters
from pipeline.audio.decode import read_audio
from tests.dev_data import REPOSITORY

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"


def test_sparse_filters_give_the_features_of_the_library() -> None:
    samples = read_audio(CONVERSATION).pcm[: 5 * 16_000].astype(np.float32) / 32_768
    extractor = FeatureExtractor()
    expected = extractor(samples)

    use_sparse_filters(extractor)
    found = extractor(samples)

    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, atol=1e-6)
