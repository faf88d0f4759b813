from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.asr.paraformer.cif_timestamps import integrate
from pipeline.asr.paraformer.paraformer import (
    ParaformerOptions,
    ParaformerRecognizer,
    open_paraformer,
)
from pipeline.asr.paraformer.segment_batches import BatchLimits
from pipeline.audio.samples import Audio
from pipeline.core.errors import (
    InferenceError,
    ModelContractError,
    ModelIntegrityError,
    ModelUnavailableError,
    OptionError,
    PipelineError,
)
from pipeline.core.options import Profile
from pipeline.core.transcript import RecognizedSegment, SpeechSegment
from tests.pipeline.tiny_models import (
    TOKENS,
    cmvn_text,
    tiny_embedder,
    tiny_paraformer,
    write_funasr_folder,
    write_sherpa_folder,
)

SEGMENTS = (
    SpeechSegment(500, 3_000),
    SpeechSegment(4_000, 4_800),  # silence
    SpeechSegment(5_000, 8_000),
    SpeechSegment(8_100, 9_000),
)
FIRST = ["一", "二", "三", "四", "五", "hello", "六", "七"]


def sound_and_silence() -> Audio:
    """Ten seconds of noise with a silence from 3.5 to 5 s."""
    noise = np.random.default_rng(0).standard_normal(160_000) * 3_000
    noise[56_000:80_000] = 0
    return Audio(noise.astype(np.int16))


AUDIO = sound_and_silence()


def recognize(
    recognizer: ParaformerRecognizer,
    segments: tuple[SpeechSegment, ...] = SEGMENTS,
    *,
    hotwords: tuple[str, ...] = (),
) -> tuple[RecognizedSegment, ...]:
    return tuple(recognizer.recognize(AUDIO, segments, language=None, hotwords=hotwords))


def texts(results: tuple[RecognizedSegment, ...]) -> list[list[str]]:
    return [[token.text for token in result.tokens] for result in results]


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_funasr_folder(tmp_path_factory.mktemp("模型 paraformer"), tiny_paraformer())


@pytest.fixture(name="recognizer", scope="module")
def _recognizer(folder: Path) -> ParaformerRecognizer:
    return open_paraformer(folder)


def test_every_segment_has_its_characters_with_times_in_the_recording(
    recognizer: ParaformerRecognizer,
) -> None:
    results = recognize(recognizer)

    assert [result.segment for result in results] == list(SEGMENTS)
    assert texts(results)[0] == FIRST
    assert [len(each) for each in texts(results)] == [8, 0, 10, 2]
    first = results[0].tokens[0]
    # Four rows of 60 ms fill the first token; it fires in the third frame of the fourth.
    assert (first.start_ms, first.end_ms) == (500 + 210, 500 + 450)
    assert first.confidence == pytest.approx(np.exp(-0.1))
    for result in results:
        assert all(
            result.segment.start_ms <= token.start_ms < token.end_ms <= result.segment.end_ms
            for token in result.tokens
        )


def test_a_segment_without_words_stays_empty_with_a_warning(
    recognizer: ParaformerRecognizer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        results = recognize(recognizer)

    assert results[1].tokens == ()
    assert len(caplog.records) == 1
    assert "No text from 4000 ms to 4800 ms" in caplog.text


def test_a_recording_of_noise_alone_is_empty_and_no_error(recognizer: ParaformerRecognizer) -> None:
    assert texts(recognize(recognizer, (SEGMENTS[1], SpeechSegment(4_810, 4_820)))) == [[], []]


def test_results_come_one_by_one(recognizer: ParaformerRecognizer) -> None:
    results = recognizer.recognize(AUDIO, SEGMENTS, language="zh")

    assert next(results).segment == SEGMENTS[0]
    assert next(results).segment == SEGMENTS[1]


def test_facts_of_the_recogniser(recognizer: ParaformerRecognizer) -> None:
    assert recognizer.languages == ("zh",)
    assert not recognizer.emits_punctuation
    assert not recognizer.accepts_hotwords


def test_another_language_is_refused_before_any_work(recognizer: ParaformerRecognizer) -> None:
    with pytest.raises(OptionError, match="not 'en'"):
        recognizer.recognize(AUDIO, SEGMENTS, language="en")


def test_the_classic_profile_lets_a_first_time_lie_before_its_segment(tmp_path: Path) -> None:
    folder = write_funasr_folder(tmp_path, tiny_paraformer())
    classic = open_paraformer(folder, options=ParaformerOptions(profile=Profile.CLASSIC))

    results = recognize(classic)

    assert texts(results)[0] == FIRST
    assert [token.start_ms for token in results[0].tokens][:2] == [710, 970]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 9_900), st.integers(1, 4_000)), min_size=1, max_size=8),
    st.integers(1, 30),
)
def test_batches_give_the_same_text_as_segments_alone(
    folder: Path, recognizer: ParaformerRecognizer, places: list[tuple[int, int]], size_s: int
) -> None:
    segments = tuple(
        SpeechSegment(start, min(10_000, start + length)) for start, length in sorted(places)
    )
    options = ParaformerOptions(batches=BatchLimits(batch_size_s=size_s))

    together = recognize(open_paraformer(folder, options=options), segments)

    assert texts(together) == texts(recognize(recognizer, segments))
    assert [each.segment for each in together] == list(segments)


def test_sherpas_layout_gives_the_same_result(
    tmp_path: Path, recognizer: ParaformerRecognizer
) -> None:
    other = open_paraformer(write_sherpa_folder(tmp_path))

    assert recognize(other) == recognize(recognizer)


@pytest.mark.parametrize("count_type", ["int64", "float"])
def test_the_number_of_tokens_may_be_of_any_type(
    count_type: str, tmp_path: Path, recognizer: ParaformerRecognizer
) -> None:
    folder = write_funasr_folder(tmp_path, tiny_paraformer(count_type=count_type))

    assert recognize(open_paraformer(folder)) == recognize(recognizer)


def hotword_folder(folder: Path) -> Path:
    write_funasr_folder(folder, tiny_paraformer(takes_hotwords=True))
    onnx.save(tiny_embedder(), str(folder / "model_eb_quant.onnx"))
    (folder / "seg_dict").write_text("hello hel@@ lo\n", encoding="utf-8")
    return folder


def test_hotwords_reach_the_graph(tmp_path: Path, recognizer: ParaformerRecognizer) -> None:
    listening = open_paraformer(hotword_folder(tmp_path))

    assert listening.accepts_hotwords
    assert texts(recognize(listening)) == texts(recognize(recognizer))
    assert texts(recognize(listening, hotwords=("三七", "二")))[0] == ["七", *FIRST[1:]]
    assert texts(recognize(listening, hotwords=("Hello",)))[0] == ["lo", *FIRST[1:]]


def test_hotwords_that_cannot_be_written_leave_the_text_as_it_is(
    tmp_path: Path, recognizer: ParaformerRecognizer
) -> None:
    listening = open_paraformer(hotword_folder(tmp_path))

    assert texts(recognize(listening, hotwords=("龘",))) == texts(recognize(recognizer))


def test_hotwords_work_in_batches_too(tmp_path: Path) -> None:
    options = ParaformerOptions(batches=BatchLimits(batch_size_s=60))
    listening = open_paraformer(hotword_folder(tmp_path), options=options)

    assert [each[:1] for each in texts(recognize(listening, hotwords=("七",)))] == [
        ["七"],
        [],
        ["七"],
        ["七"],
    ]


def test_hotwords_of_a_model_without_them_are_refused(recognizer: ParaformerRecognizer) -> None:
    with pytest.raises(OptionError, match="SeACo"):
        recognizer.recognize(AUDIO, SEGMENTS, language=None, hotwords=["七"])


@pytest.mark.parametrize(
    ("model", "complaint"),
    [
        (tiny_paraformer(outputs=("logits", "token_num")), "text without times"),
        (tiny_paraformer(swaps_times=True), "in the wrong order"),
        (tiny_paraformer(num_tokens=len(TOKENS) + 1), "the vocabulary beside it has 13"),
        (tiny_paraformer(takes_hotwords=True), r"model_eb\.onnx is not beside it"),
        (tiny_embedder(), "is not a model for recognising Chinese speech"),
        (tiny_paraformer(metadata={"lfr_window_size": "5"}), "lfr_window_size = 5"),
    ],
)
def test_a_graph_that_will_not_do_is_refused_when_it_is_opened(
    model: onnx.ModelProto, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelContractError, match=complaint):
        open_paraformer(write_funasr_folder(tmp_path, model))


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("am.mvn", None, ModelContractError),
        ("am.mvn", cmvn_text(400), ModelContractError),
        ("am.mvn", "", ModelContractError),
        ("tokens.json", "[]", ModelContractError),
        ("tokens.json", None, ModelUnavailableError),
        ("model_quant.onnx", "<html>", ModelIntegrityError),
        ("model_quant.onnx", None, ModelUnavailableError),
    ],
)
def test_a_folder_with_a_bad_file_is_refused(
    name: str, content: str | None, error: type[PipelineError], tmp_path: Path
) -> None:
    folder = write_funasr_folder(tmp_path, tiny_paraformer())
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content, encoding="utf-8")

    with pytest.raises(error):
        open_paraformer(folder)


def test_a_model_that_fails_on_everything_is_an_error(tmp_path: Path) -> None:
    folder = write_funasr_folder(tmp_path, tiny_paraformer(always_fails=True))

    with pytest.raises(InferenceError, match="every speech segment of the recording"):
        recognize(open_paraformer(folder))


def test_the_tiny_graphs_peaks_are_the_integral_of_its_weights(folder: Path) -> None:
    run = onnxruntime.InferenceSession(str(folder / "model_quant.onnx")).run(
        None,
        {
            "speech": np.ones((1, 40, 560), dtype=np.float32),
            "speech_lengths": np.array([40], dtype=np.int32),
        },
    )

    np.testing.assert_allclose(run[3][0], integrate(run[2][0]), atol=1e-6)
