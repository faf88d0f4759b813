from __future__ import annotations

import kaldi_native_fbank
import numpy as np
import onnxruntime
import pytest

from pipeline.audio.decode import read_audio
from pipeline.audio.samples import Audio
from pipeline.core.errors import ModelContractError
from pipeline.core.intervals import Interval
from pipeline.core.options import RuntimeOptions
from pipeline.formats.scoring.rttm import read_rttm
from pipeline.speakers.embedding.campplus import (
    QUANTIZED_GRAPH,
    SHORTEST_SPEECH_MS,
    CampPlusEmbedder,
)
from pipeline.speakers.embedding.telephone_band import NARROWBAND_MEAN
from pipeline.speakers.embedding.windows import windows_over
from tests.dev_data import REPOSITORY
from tests.pipeline.telephone import over_telephone

MODELS = REPOSITORY / "assets" / "models"
MODEL = MODELS / "campplus-zh-en" / "model.onnx"
WINDOWS = tuple(Interval(start, start + 1500) for start in (1000, 1750, 2500, 7000, 7005, 13000))
SHORT = Interval(12500, 12920)


@pytest.fixture(name="audio", scope="module")
def _audio() -> Audio:
    return read_audio(REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac")


@pytest.fixture(name="embedder", scope="module")
def _embedder() -> CampPlusEmbedder:
    return CampPlusEmbedder(MODEL, runtime=RuntimeOptions(num_threads=2))


def kaldi_features(samples: np.ndarray) -> np.ndarray:
    """Log-mel energies less their mean, by the library that Kaldi's own users use."""
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.samp_freq = 16000
    options.frame_opts.dither = 0.0
    options.frame_opts.window_type = "povey"
    options.frame_opts.snip_edges = True
    options.mel_opts.num_bins = 80
    options.energy_floor = 0
    fbank = kaldi_native_fbank.OnlineFbank(options)
    fbank.accept_waveform(16000, samples.tolist())
    fbank.input_finished()
    frames = np.stack([fbank.get_frame(index) for index in range(fbank.num_frames_ready)])
    return (frames - frames.mean(axis=0)).astype(np.float32)


def slow_embedding(audio: Audio, window: Interval) -> np.ndarray:
    """One window on its own: filled up with silence, Kaldi's features, one run of the graph."""
    samples = audio.cut(window)
    features = kaldi_features(np.pad(samples, (0, max(0, 24000 - samples.size))))
    session = onnxruntime.InferenceSession(str(MODEL), providers=["CPUExecutionProvider"])
    embedding = session.run(None, {session.get_inputs()[0].name: features[np.newaxis]})[0][0]
    return embedding / np.linalg.norm(embedding)


def test_embeddings_equal_those_of_single_windows_with_kaldis_features(
    audio: Audio, embedder: CampPlusEmbedder
) -> None:
    windows = (*WINDOWS, SHORT)

    embeddings = embedder.embed(audio, windows)

    expected = np.stack([slow_embedding(audio, window) for window in windows])
    assert embeddings.dtype == np.float32
    assert np.sum(embeddings * expected, axis=1) == pytest.approx(np.ones(7), abs=1e-4)


def test_8_bit_convolutions_embed_speech_nearly_as_the_published_network_does(
    audio: Audio, embedder: CampPlusEmbedder
) -> None:
    quantized = CampPlusEmbedder(MODELS / "campplus-zh-en" / QUANTIZED_GRAPH)
    windows = [Interval(start, start + 1500) for start in range(500, 30_500, 1500)]

    cosines = np.sum(quantized.embed(audio, windows) * embedder.embed(audio, windows), axis=1)

    assert cosines.mean() > 0.97
    assert cosines.min() > 0.9


def test_without_padding_a_short_window_is_nearer_to_its_speaker(
    audio: Audio, embedder: CampPlusEmbedder
) -> None:
    unpadded = CampPlusEmbedder(MODEL, padded_to_ms=SHORTEST_SPEECH_MS)
    whole = Interval(1000, 4000)
    parts = [Interval(start, start + 500) for start in range(1000, 3600, 500)]

    speaker = embedder.embed(audio, [whole])[0]

    assert np.array_equal(unpadded.embed(audio, [whole])[0], speaker)
    cosines = unpadded.embed(audio, parts) @ speaker
    assert cosines.mean() > (embedder.embed(audio, parts) @ speaker).mean()


@pytest.mark.parametrize("duration_ms", [10, 25, 190, 200, 210])
def test_without_padding_the_shortest_windows_have_embeddings(
    audio: Audio, duration_ms: int
) -> None:
    unpadded = CampPlusEmbedder(MODEL, padded_to_ms=SHORTEST_SPEECH_MS)

    embedding = unpadded.embed(audio, [Interval(1000, 1000 + duration_ms)])

    assert np.linalg.norm(embedding) == pytest.approx(1.0)


def test_the_size_of_batches_and_the_number_of_threads_change_nothing(
    audio: Audio, embedder: CampPlusEmbedder
) -> None:
    single = CampPlusEmbedder(MODEL, runtime=RuntimeOptions(num_threads=1), batch_windows=1)
    one_thread = CampPlusEmbedder(MODEL, runtime=RuntimeOptions(num_threads=1))

    embeddings = embedder.embed(audio, WINDOWS)

    assert np.array_equal(embeddings, one_thread.embed(audio, WINDOWS))
    assert embeddings == pytest.approx(single.embed(audio, WINDOWS), abs=1e-5)


def test_windows_in_any_order_get_their_own_embedding(
    audio: Audio, embedder: CampPlusEmbedder
) -> None:
    forwards = embedder.embed(audio, WINDOWS)
    backwards = embedder.embed(audio, WINDOWS[::-1])

    assert backwards[::-1] == pytest.approx(forwards, abs=1e-5)


def test_embeddings_have_length_one_and_progress_counts_windows(
    audio: Audio, embedder: CampPlusEmbedder
) -> None:
    windows = tuple(Interval(start, start + 1500) for start in range(0, 15_000, 750))
    reports: list[tuple[int, int]] = []

    embeddings = embedder.embed(
        audio, windows, report=lambda done, total: reports.append((done, total))
    )

    assert np.linalg.norm(embeddings, axis=1) == pytest.approx(np.ones(20), abs=1e-6)
    done = [each for each, _ in reports]  # in how many steps depends on the cores
    assert done == sorted(set(done))
    assert reports[-1] == (20, 20)


def test_silence_and_no_window_are_embedded_without_complaint(embedder: CampPlusEmbedder) -> None:
    silence = Audio(np.zeros(48_000, np.int16))

    assert np.all(np.isfinite(embedder.embed(silence, [Interval(0, 1500), Interval(0, 10)])))
    assert embedder.embed(silence, ()).shape == (0, 192)


def test_limited_embeddings_of_a_speaker_agree_over_the_telephone_and_at_full_bandwidth(
    audio: Audio, embedder: CampPlusEmbedder
) -> None:
    windows = [Interval(start, start + 1500) for start in range(1000, 6000, 750)]
    limited = embedder.limited_to_telephone_band()
    telephone = Audio(over_telephone(audio.pcm))

    full, own = embedder.embed(audio, windows), embedder.embed(telephone, windows)
    wide, narrow = limited.embed(audio, windows), limited.embed(telephone, windows)

    assert np.sum(full * own, axis=1).mean() < 0.6
    assert np.sum(wide * narrow, axis=1).mean() > 0.9
    assert np.array_equal(embedder.embed(audio, windows), full)


def test_the_narrowband_mean_is_that_of_the_conversations_speakers(
    audio: Audio, embedder: CampPlusEmbedder
) -> None:
    rttm = REPOSITORY / "tests" / "data" / "conversation" / "conversation.rttm"
    turns = read_rttm(rttm.read_text(encoding="utf-8")).transcript.turns
    limited = embedder.limited_to_telephone_band()
    means = []
    for speaker in sorted({turn.speaker for turn in turns}):
        own = [turn for turn in turns if turn.speaker == speaker]
        windows = windows_over(own, window_ms=1_500, hop_ms=750)
        # take the centring back: before it, every row had length 1
        centred = limited.embed(audio, windows).astype(np.float64)
        along = centred @ NARROWBAND_MEAN
        lengths = np.sqrt(along**2 + 1.0 - np.sum(NARROWBAND_MEAN**2)) - along
        means.append((centred * lengths[:, np.newaxis] + NARROWBAND_MEAN).mean(axis=0))

    assert pytest.approx(0.5 * np.mean(means, axis=0), abs=2e-4) == NARROWBAND_MEAN


def test_a_graph_for_something_else_is_refused() -> None:
    with pytest.raises(ModelContractError, match="speaker embeddings"):
        CampPlusEmbedder(MODELS / "segmentation-3.0" / "model.onnx")
