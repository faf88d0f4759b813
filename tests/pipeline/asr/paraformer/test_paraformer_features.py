from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.asr.paraformer.paraformer_features import read_normalisation, speech_features
from pipeline.audio.features import Cmvn
from pipeline.core.errors import ModelContractError
from tests.dev_data import DEV_DATA
from tests.pipeline.tiny_models import SCALE, SHIFT, cmvn_text

PUBLISHED = DEV_DATA.parent / "paraformer" / "am.mvn"
NOTES = {
    "lfr_window_size": "7",
    "lfr_window_shift": "6",
    "neg_mean": ",".join([str(SHIFT)] * 560),
    "inv_stddev": ",".join([str(SCALE)] * 560),
}


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="the published am.mvn is not on this machine")
def test_features_of_two_tones_are_the_published_vector() -> None:
    times = np.arange(24_000) / 16_000
    tones = 0.1 * np.sin(2 * np.pi * 440 * times) + 0.05 * np.sin(2 * np.pi * 1000 * times)

    features = speech_features(tones.astype(np.float32), read_normalisation(PUBLISHED, {}))

    # Spec A.1, with its tolerance for pure tones.
    assert features.shape == (25, 560)
    np.testing.assert_allclose(features[0, :4], [0.19358, 0.28658, 0.16117, -0.05250], atol=2e-3)
    np.testing.assert_allclose(
        features[-1, -4:], [-0.62973, -0.57390, -0.47730, -0.31520], atol=2e-3
    )
    assert float(features.mean()) == pytest.approx(-0.355898, abs=1e-4)


@pytest.mark.parametrize(("num_samples", "num_rows"), [(0, 0), (399, 0), (400, 1), (16_000, 17)])
def test_a_row_is_made_for_every_sixth_frame(num_samples: int, num_rows: int) -> None:
    cmvn = Cmvn(np.zeros(560, np.float32), np.ones(560, np.float32))

    assert speech_features(np.zeros(num_samples, np.float32), cmvn).shape == (num_rows, 560)


def test_the_file_goes_before_the_metadata(tmp_path: Path) -> None:
    path = tmp_path / "am.mvn"
    path.write_text(cmvn_text(), encoding="ascii")
    other = {**NOTES, "neg_mean": ",".join(["1.0"] * 560)}

    np.testing.assert_array_equal(
        read_normalisation(path, other).shift, read_normalisation(None, NOTES).shift
    )


@pytest.mark.parametrize(
    ("notes", "complaint"),
    [
        ({}, "neither a file am.mvn nor numbers"),
        ({**NOTES, "neg_mean": "1.0,two"}, "neither a file am.mvn nor numbers"),
        ({**NOTES, "neg_mean": "1.0,2.0"}, "2 shifts and 560 scales"),
        ({**NOTES, "inv_stddev": "1.0"}, "560 shifts and 1 scales"),
        ({**NOTES, "lfr_window_shift": "1"}, "lfr_window_shift = 1"),
    ],
)
def test_metadata_for_other_features_are_refused(notes: dict[str, str], complaint: str) -> None:
    with pytest.raises(ModelContractError, match=complaint):
        read_normalisation(None, notes)
