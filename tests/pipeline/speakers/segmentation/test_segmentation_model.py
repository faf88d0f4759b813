from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnxruntime
import pytest

from pipeline.audio.decode import read_audio
from pipeline.audio.samples import Audio
from pipeline.core.errors import ModelContractError
from pipeline.core.intervals import Interval
from pipeline.core.options import RuntimeOptions
from pipeline.core.progress import Report, ignore_report
from pipeline.speakers.segmentation.excerpt_aggregator import NO_EXCERPT, LocalSpeakers
from pipeline.speakers.segmentation.segmentation_model import (
    SegmentationModel,
    at_frames,
    excerpt_starts,
)
from pipeline.speakers.segmentation.segmentation_runner import SegmentationRunner
from tests.dev_data import REPOSITORY

MODELS = REPOSITORY / "assets" / "models"
MODEL = MODELS / "segmentation-3.0" / "model.onnx"


@pytest.fixture(name="audio", scope="module")
def _audio() -> Audio:
    return read_audio(REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac")


@pytest.fixture(name="model", scope="module")
def _model() -> SegmentationModel:
    return SegmentationModel(MODEL, runtime=RuntimeOptions(num_threads=2))


def listen(
    model: SegmentationModel,
    audio: Audio,
    segments: Sequence[Interval],
    *,
    report: Report = ignore_report,
) -> LocalSpeakers:
    return SegmentationRunner(model, audio).finish(segments, report=report)


def run_graph(samples: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(MODEL), providers=["CPUExecutionProvider"])
    return np.exp(session.run(None, {"waveform": samples[np.newaxis, np.newaxis]})[0][0])


@pytest.mark.parametrize(
    ("seconds", "starts"),
    [(0.5, (0,)), (10, (0,)), (12, (0, 200)), (15, (0, 500)), (21, (0, 500, 1000, 1100))],
)
def test_excerpts_lie_five_seconds_apart_and_end_with_the_recording(
    seconds: float, starts: tuple[int, ...]
) -> None:
    assert excerpt_starts(np.ones(round(seconds * 100), np.bool_)) == starts


def test_excerpts_without_speech_are_left_out() -> None:
    speech = np.zeros(6000, np.bool_)
    speech[2600] = True

    assert excerpt_starts(speech) == (2000, 2500)
    assert excerpt_starts(np.zeros(6000, np.bool_)) == ()
    assert excerpt_starts(np.zeros(0, np.bool_)) == ()


def test_each_frame_takes_the_models_frame_whose_middle_is_nearest() -> None:
    model_frames = np.arange(589, dtype=np.float32)[:, np.newaxis].repeat(7, axis=1)
    middles_s = (np.arange(589) * 270 + 991 / 2) / 16000

    found = at_frames(model_frames)[:, 0]

    slow = [np.abs(middles_s - (0.005 + frame * 0.01)).argmin() for frame in range(1000)]
    assert found.tolist() == pytest.approx(slow, abs=0)


def test_the_prediction_of_an_excerpt_equals_the_graph_output(
    audio: Audio, model: SegmentationModel
) -> None:
    ten_seconds = Audio(audio.pcm[:160_000].copy())

    heard = listen(model, ten_seconds, [Interval(0, 10_000)])

    expected = at_frames(run_graph(ten_seconds.read(0, 160_000)))
    assert heard.speech == pytest.approx(1 - expected[:, 0], abs=1e-4)
    assert heard.overlap == pytest.approx(expected[:, 4:].sum(axis=1), abs=1e-4)
    likeliest = expected[:, 1:].argmax(axis=1) + 1
    assert np.mean(heard.speaker == np.where(likeliest < 4, likeliest, 0)) > 0.999


def test_where_excerpts_overlap_their_opinions_are_weighed(
    audio: Audio, model: SegmentationModel
) -> None:
    fifteen_seconds = Audio(audio.pcm[:240_000].copy())

    heard = listen(model, fifteen_seconds, [Interval(0, 15_000)])

    samples = fifteen_seconds.read(0, 240_000)
    first, second = (at_frames(run_graph(samples[s : s + 160_000])) for s in (0, 80_000))
    frame = 600  # 4 s before the end of the first excerpt, 1 s into the second
    weights = np.array([200.0, 110.5])
    speech = 1 - np.array([first[600, 0], second[100, 0]])
    assert heard.speech[frame] == pytest.approx((weights @ speech) / weights.sum(), abs=1e-4)
    assert heard.excerpt[[0, 749, 750, 1499]].tolist() == [0, 0, 500, 500]


def test_excerpts_without_speech_are_not_predicted(audio: Audio, model: SegmentationModel) -> None:
    reports: list[tuple[int, int]] = []

    heard = listen(
        model, audio, [Interval(0, 1000)], report=lambda done, total: reports.append((done, total))
    )

    assert reports == [(1, 1)]
    assert np.all(heard.excerpt[1000:] == NO_EXCERPT)
    assert np.all(heard.speech[1000:] == 0)
    assert len(heard.speech) == audio.duration_ms // 10


def test_a_recording_of_a_tenth_of_a_second_has_ten_frames(model: SegmentationModel) -> None:
    heard = listen(model, Audio(np.zeros(1600, np.int16)), [Interval(0, 100)])

    assert heard.speech.shape == heard.overlap.shape == heard.speaker.shape == (10,)


def test_the_number_of_threads_changes_nothing(audio: Audio, model: SegmentationModel) -> None:
    one = SegmentationModel(MODEL, runtime=RuntimeOptions(num_threads=1))
    everywhere = [Interval(0, audio.duration_ms)]

    assert np.array_equal(
        listen(model, audio, everywhere).speech, listen(one, audio, everywhere).speech
    )


def test_a_graph_for_something_else_is_refused() -> None:
    with pytest.raises(ModelContractError, match="speaker segmentation"):
        SegmentationModel(MODELS / "campplus-zh-en" / "model.onnx")


@pytest.mark.parametrize("cut_ms", [3_000, 7_000])
def test_incremental_predictions_equal_those_of_the_whole_recording(
    audio: Audio, model: SegmentationModel, cut_ms: int
) -> None:
    segments = [
        Interval(start, start + cut_ms - 500)
        for start in range(0, audio.duration_ms - 9_000, cut_ms)
    ]
    listening = SegmentationRunner(model, audio)

    finalized = []
    for segment in segments:
        listening.add(segment)
        finalized.append(listening.num_finalized)
    early = listening.joined(0, finalized[-1])
    heard = listening.finish(segments)

    whole = listen(model, audio, segments)
    assert 0 < finalized[-1] < segments[-1].end_ms // 10
    for name in ("speech", "overlap", "speaker", "excerpt"):
        assert np.array_equal(getattr(heard, name), getattr(whole, name))
        assert np.array_equal(getattr(early, name), getattr(whole, name)[: finalized[-1]])
