from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import onnxruntime
import pytest
import soundfile
from numpy.typing import NDArray

from pipeline.audio.features import ASR_SCALE, log_mel, read_cmvn, stack_frames
from pipeline.audio.samples import Audio
from pipeline.core.errors import ModelContractError
from pipeline.core.options import RuntimeOptions
from pipeline.core.transcript import SpeechSegment
from pipeline.vad.fsmn import FsmnVad
from pipeline.vad.vad_options import VadOptions
from tests.dev_data import DEV_DATA, REPOSITORY, needs_dev_data

MODEL = REPOSITORY / "assets" / "models" / "fsmn-vad" / "model.onnx"
CMVN = MODEL.with_name("am.mvn")
RUNTIME = RuntimeOptions(num_threads=2)


@pytest.fixture(name="two_tones")
def _two_tones() -> NDArray[np.float32]:
    """The signal of spec A.1."""
    time = np.arange(24000) / 16000
    tones = 0.1 * np.sin(2 * np.pi * 440 * time) + 0.05 * np.sin(2 * np.pi * 1000 * time)
    return tones.astype(np.float32)


@pytest.fixture(name="voice_like", scope="module")
def _voice_like() -> Audio:
    """Twelve seconds of buzzing with changing pitch and level, pauses between."""
    time = np.arange(12 * 16000) / 16000
    pitch = np.cumsum(120 + 30 * np.sin(2 * np.pi * 0.7 * time)) / 16000
    buzz = sum(np.sin(2 * np.pi * pitch * harmonic) / harmonic for harmonic in range(1, 25))
    level = np.clip(np.sin(2 * np.pi * 0.4 * time), 0, 1) * (1 + np.sin(2 * np.pi * 4 * time)) / 2
    noise = np.random.default_rng(3).standard_normal(time.size) * 0.002
    return Audio((0.1 * buzz * level * 8000 + noise * 32768).astype(np.int16))


@pytest.fixture(name="graph_without_caches", scope="module")
def _graph_without_caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The other published form of the graph: its caches are zeros, not inputs."""
    model = onnx.load(MODEL)
    caches = [each for each in model.graph.input if "cache" in each.name]
    for cache in caches:
        shape = [dim.dim_value for dim in cache.type.tensor_type.shape.dim]
        zeros = onnx.numpy_helper.from_array(np.zeros(shape, dtype=np.float32), cache.name)
        model.graph.initializer.append(zeros)
        model.graph.input.remove(cache)
    del model.graph.output[1:]
    path = tmp_path_factory.mktemp("fsmn") / "offline.onnx"
    onnx.save(model, path)
    return path


def probabilities(
    audio: Audio, *, model: Path = MODEL, block_frames: int = 1000
) -> NDArray[np.float32]:
    vad = FsmnVad(model, CMVN, runtime=RUNTIME, block_frames=block_frames)
    return vad.speech_probabilities(audio)


def vad_features(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    energies = log_mel(samples, window="hamming", scale=ASR_SCALE)
    return read_cmvn(CMVN).apply(stack_frames(energies, stack=5, step=1))


def run_whole(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probability of silence in every frame, from one run of the bare graph."""
    session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])
    inputs = {each.name: np.zeros((1, 128, 19, 1), np.float32) for each in session.get_inputs()}
    posteriors = session.run(None, {**inputs, "speech": features[np.newaxis]})[0]
    silence: NDArray[np.float32] = posteriors[0, :, 0]
    return silence


def test_features_of_two_tones_are_the_published_vector(two_tones: NDArray[np.float32]) -> None:
    features = vad_features(two_tones)

    assert features.shape == (148, 400)
    np.testing.assert_allclose(features[0, :4], [0.19358, 0.28658, 0.16117, -0.05250], atol=2e-3)
    assert features.mean() == pytest.approx(-0.356858, abs=2e-3)


def test_the_embedded_graph_gives_the_published_probabilities(
    two_tones: NDArray[np.float32],
) -> None:
    silence = run_whole(vad_features(two_tones))

    expected = [0.39905, 0.21036, 0.30077, 0.20666, 0.19320, 0.23035]
    np.testing.assert_allclose(silence[[0, 1, 2, 50, 100, 147]], expected, atol=5e-3)
    assert silence.mean() == pytest.approx(0.24588, abs=5e-3)


def test_probabilities_are_those_of_one_run_over_the_whole_recording(voice_like: Audio) -> None:
    silence = run_whole(vad_features(voice_like.read(0, voice_like.num_samples)))

    np.testing.assert_allclose(probabilities(voice_like), 1 - silence, rtol=0, atol=1e-6)


@pytest.mark.parametrize("block_frames", [1, 7, 75, 76, 500, 100_000])
def test_probabilities_do_not_depend_on_the_size_of_a_block(
    voice_like: Audio, block_frames: int
) -> None:
    audio = voice_like if block_frames > 1 else Audio(voice_like.pcm[:32000].copy())

    in_blocks = probabilities(audio, block_frames=block_frames)

    np.testing.assert_allclose(in_blocks, probabilities(audio), rtol=0, atol=1e-6)


@pytest.mark.parametrize("block_frames", [75, 500, 100_000])
def test_the_graph_without_caches_gives_the_same(
    voice_like: Audio, graph_without_caches: Path, block_frames: int
) -> None:
    without = probabilities(voice_like, model=graph_without_caches, block_frames=block_frames)

    np.testing.assert_allclose(without, probabilities(voice_like), rtol=0, atol=1e-6)


@pytest.mark.parametrize("num_samples", [0, 1, 399])
def test_less_than_a_frame_of_audio_has_no_speech(num_samples: int) -> None:
    vad = FsmnVad(MODEL, CMVN, runtime=RUNTIME)

    assert vad.detect(Audio(np.zeros(num_samples, dtype=np.int16))) == ()


@pytest.mark.parametrize("options", [VadOptions(), VadOptions.classic()])
def test_silence_and_white_noise_have_no_speech(options: VadOptions) -> None:
    vad = FsmnVad(MODEL, CMVN, options=options, runtime=RUNTIME)
    noise = np.random.default_rng(5).standard_normal(80_000) * 1000

    assert vad.detect(Audio(np.zeros(160_000, dtype=np.int16))) == ()
    assert vad.detect(Audio(noise.astype(np.int16))) == ()


def test_progress_counts_the_milliseconds_of_the_audio(voice_like: Audio) -> None:
    reports: list[tuple[int, int]] = []

    FsmnVad(MODEL, CMVN, runtime=RUNTIME, block_frames=500).detect(
        voice_like, report=lambda done, total: reports.append((done, total))
    )

    assert reports == [(5_000, 12_000), (10_000, 12_000), (12_000, 12_000)]


def test_a_cmvn_file_of_another_width_is_refused(tmp_path: Path) -> None:
    line = "<LearnRateCoef> 0 [ " + "1 " * 560 + "]\n"
    path = tmp_path / "am.mvn"
    path.write_text(f"<Nnet>\n<AddShift> 560 560\n{line}<Rescale> 560 560\n{line}</Nnet>\n")

    with pytest.raises(ModelContractError, match="normalises 560 values"):
        FsmnVad(MODEL, path)


def read_recording(name: str) -> Audio:
    pcm, rate = soundfile.read(DEV_DATA / name, dtype="int16")
    assert rate == 16000
    return Audio(np.ascontiguousarray(pcm))


@needs_dev_data
@pytest.mark.parametrize(
    "name",
    [
        "silence_digital_20s.flac",
        "white_noise_8s.flac",
        "room_tone_10s.flac",
        "music_tones_12s.flac",
        "dial_tone_12s.flac",
        "real_noise.flac",
    ],
)
def test_recordings_without_speech_have_none(name: str) -> None:
    vad = FsmnVad(MODEL, CMVN, runtime=RUNTIME)

    assert vad.detect(read_recording(f"hard/{name}")) == ()


# Segments that funasr-onnx 0.4.3 gives for these recordings.
REFERENCE_SEGMENTS = {
    "conv/d_conv3_zh.flac": [
        [340, 4730],
        [5090, 9880],
        [10760, 26120],
        [26850, 33790],
        [34090, 39350],
        [39630, 49480],
        [49760, 53780],
        [54090, 63650],
        [64350, 72050],
        [72330, 81950],
        [82910, 91970],
        [92310, 94250],
        [94530, 97150],
        [97640, 101950],
        [102610, 111580],
        [111860, 113990],
        [114270, 126050],
        [126330, 132400],
    ],
    "conv/d_conv4_zh_noise15.flac": [
        [350, 3490],
        [3900, 5390],
        [6800, 8850],
        [9200, 18430],
        [18720, 24120],
        [25260, 35250],
        [35530, 46030],
        [46310, 50500],
        [50780, 56850],
        [57880, 60850],
        [61460, 64650],
        [65010, 71900],
        [72770, 77770],
        [78050, 84270],
        [84610, 90380],
        [90780, 92030],
        [92350, 93230],
        [93540, 94650],
        [95000, 97050],
        [97800, 101320],
        [102190, 105550],
        [106570, 109140],
        [109580, 112560],
        [113540, 114620],
        [114900, 117540],
        [117850, 119250],
        [119980, 124860],
        [125710, 144570],
    ],
    "real/real_en_ami_trn04.flac": [
        [5090, 5660],
        [6170, 7140],
        [14150, 14920],
        [15660, 24210],
        [24490, 25820],
        [26810, 27410],
        [27690, 29980],
    ],
    "real/real_zh4_sherpa.flac": [
        [340, 10880],
        [11260, 17260],
        [21900, 25000],
        [27410, 31810],
        [33440, 38170],
        [47810, 50590],
        [52320, 54790],
    ],
    "clips/WAT-1__zh-CN-sample1-for-16k.flac": [[0, 11320]],
}


@needs_dev_data
@pytest.mark.parametrize("name", list(REFERENCE_SEGMENTS))
def test_classic_segments_are_those_of_the_reference_system(name: str) -> None:
    vad = FsmnVad(MODEL, CMVN, options=VadOptions.classic(), runtime=RUNTIME)

    segments = vad.detect(read_recording(name))

    expected = tuple(SpeechSegment(start, end) for start, end in REFERENCE_SEGMENTS[name])
    assert segments == expected


LECTURE_SEGMENTS = [
    [70, 2340], [2620, 6200], [6480, 23670], [23950, 26250], [26780, 28990], [29950, 31430],
    [31750, 37600], [38210, 46900], [47310, 49630], [49910, 56460], [56740, 59540], [59820, 70450],
]  # fmt: skip
lectures = sorted((DEV_DATA / "clips").glob("*FUNASR-vad*")) if DEV_DATA.is_dir() else []
needs_lecture = pytest.mark.skipif(
    not lectures, reason="the reference system's example recording is not on this machine"
)


def lecture_segments(options: VadOptions) -> list[list[int]]:
    audio = read_recording(f"clips/{lectures[0].name}")
    segments = FsmnVad(MODEL, CMVN, options=options, runtime=RUNTIME).detect(audio)
    return [[segment.start_ms, segment.end_ms] for segment in segments]


@needs_lecture
def test_the_reference_systems_example_has_the_documented_segments() -> None:
    assert lecture_segments(VadOptions.classic()) == LECTURE_SEGMENTS


@needs_lecture
def test_a_low_threshold_and_a_long_end_silence_join_the_example() -> None:
    options = replace(VadOptions.classic(), speech_noise_thres=0.5, max_end_silence_time=2000)

    assert lecture_segments(options) == [[70, 60080], [60080, 70450]]


@needs_lecture
def test_a_high_threshold_cuts_the_example_into_fifteen() -> None:
    segments = lecture_segments(replace(VadOptions.classic(), speech_noise_thres=0.9))

    assert (len(segments), segments[:2]) == (15, [[80, 2230], [2600, 6070]])


@needs_lecture
def test_a_short_end_silence_cuts_the_example_into_twenty_three() -> None:
    assert len(lecture_segments(replace(VadOptions.classic(), max_end_silence_time=500))) == 23
