"""Fields of transcription requests."""

from __future__ import annotations

import pytest
from starlette.datastructures import FormData

from pipeline.core.options import MAX_HOTWORDS
from webui.openai.transcription_request import (
    FieldError,
    Granularity,
    ResponseFormat,
    TranscriptionRequest,
    read_request,
)

RECOGNIZERS = ("paraformer", "whisper")


def read(*fields: tuple[str, str]) -> TranscriptionRequest:
    return read_request(FormData(fields), RECOGNIZERS)


def test_a_request_without_options_gets_the_defaults() -> None:
    assert read() == TranscriptionRequest()


@pytest.mark.parametrize(
    ("model", "recognizer"),
    [
        ("whisper-1", None),
        ("gpt-4o-transcribe-diarize", None),
        ("speaker-studio", None),
        ("whisper", "whisper"),
        ("paraformer", "paraformer"),
    ],
)
def test_a_model_is_a_recogniser_or_the_choice_of_the_app(model, recognizer) -> None:
    assert read(("model", model)).recognizer == recognizer


@pytest.mark.parametrize("name", ["paraformer", "whisper-large-v3"])
def test_a_recogniser_that_is_not_installed_is_not_found(name) -> None:
    with pytest.raises(FieldError, match="speaker-studio, whisper") as refused:
        read_request(FormData([("model", name)]), ("whisper",))

    assert (refused.value.status, refused.value.code) == (404, "model_not_found")


def test_lists_are_read_with_and_without_brackets() -> None:
    fields = [("response_format", "verbose_json"), ("timestamp_granularities[]", "word")]
    both = frozenset(Granularity)

    assert read(*fields).granularities == {Granularity.WORD}
    assert read(*fields, ("timestamp_granularities", "segment")).granularities == both


@pytest.mark.parametrize(
    ("text", "language"), [("zh", "zh"), ("zh-CN", "zh"), ("EN", "en"), ("", "")]
)
def test_a_language_is_a_code_without_its_region(text, language) -> None:
    assert read(("language", text)).language == language


def test_one_possible_language_is_the_language_and_several_are_detected() -> None:
    assert read(("languages[]", "en")).language == "en"
    assert read(("languages[]", "en"), ("languages[]", "zh")).language == ""


def test_short_parts_of_a_prompt_are_hotwords_and_sentences_are_not() -> None:
    prompt = "张三丰，Speaker Studio\n今天我们在会议室里讨论下个季度的预算和人员安排的问题。王芳"

    found = read(("keywords[]", "王芳"), ("prompt", prompt)).hotwords

    assert found == ("王芳", "张三丰", "Speaker Studio")


def test_a_long_prompt_has_as_many_hotwords_as_a_recogniser_takes() -> None:
    prompt = ",".join(f"word{number}" for number in range(2 * MAX_HOTWORDS))

    assert len(read(("prompt", prompt)).hotwords) == MAX_HOTWORDS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("response_format", "xml"),
        ("stream", "maybe"),
        ("language", "中文"),
        ("timestamp_granularities[]", "word"),  # of the format json
        ("known_speaker_names[]", "ann"),
        ("model", "tiny"),
    ],
)
def test_an_invalid_field_is_refused_by_its_name(name, value) -> None:
    with pytest.raises(FieldError, match=r"\.$") as refused:
        read((name, value))

    assert refused.value.param == name.removesuffix("[]")


def test_a_format_and_a_stream_are_read() -> None:
    request = read(("response_format", "diarized_json"), ("stream", "true"))

    assert request.response_format is ResponseFormat.DIARIZED_JSON
    assert request.is_streamed
