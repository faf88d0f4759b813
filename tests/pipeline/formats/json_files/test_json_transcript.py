from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from pipeline.core.errors import FormatError
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.json_files.json_transcript import read_json, write_json
from tests.pipeline.formats.documents import CONVERSATION, NO_SPEECH, documents


def test_the_fields_are_those_that_are_promised() -> None:
    fields = json.loads(write_json(CONVERSATION))

    assert fields["duration_ms"] == 3_725_500
    assert fields["language"] == "zh"
    assert fields["sentences"][0] == {
        "start_ms": 1_200,
        "end_ms": 3_400,
        "speaker": "S1",
        "text": "大家好。",
        "tokens": [
            {"start_ms": 1_200, "end_ms": 1_500, "text": "大", "confidence": 0.91},
            {"start_ms": 1_500, "end_ms": 3_000, "text": "家好", "confidence": None},
        ],
    }
    assert fields["turns"][1] == {"start_ms": 3_000, "end_ms": 4_200, "speaker": "S2"}
    assert fields["models"] == [{"role": "vad", "id": "fsmn-vad", "sha256": "ab" * 32}]
    assert fields["options"] == {"profile": "default", "speakers": "auto"}


def test_no_speech_keeps_its_lists() -> None:
    fields = json.loads(write_json(NO_SPEECH))

    assert (fields["sentences"], fields["turns"], fields["duration_ms"]) == ([], [], 20_000)


@settings(max_examples=40)
@given(documents())
def test_json_gives_back_everything(document: TranscriptDocument) -> None:
    written = write_json(document)

    assert read_json(written) == document
    assert read_json("\ufeff" + written.replace("\n", "\r\n")) == document


@settings(max_examples=40)
@given(documents())
def test_json_can_be_saved_and_shows_no_control_characters(document: TranscriptDocument) -> None:
    saved = write_json(document).encode("utf-8").decode("utf-8")

    assert not set(saved) & set("\x00\x1b\u202e\u2066\u2028\ufeff")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"duration_ms": "long"}, "duration_ms of the JSON should be a whole number, got 'long'"),
        ({"duration_ms": True}, "duration_ms of the JSON should be a whole number, got True"),
        ({"duration_ms": -1}, "must not be negative"),
        ({"language": None}, "language of the JSON should be text"),
        ({"sentences": {}}, "sentences of the JSON should be a list of objects"),
        ({"sentences": [7]}, r"sentences\[0\] should be an object, got 7"),
        ({"turns": [{"start_ms": 0, "end_ms": 1}]}, r"turns\[0\].speaker of the JSON should be"),
        ({"turns": [{"start_ms": 5, "end_ms": 5, "speaker": "S1"}]}, "needs 0 <= start_ms"),
        ({"options": {"a": 1}}, "options.a of the JSON should be text"),
        ({"models": [{"role": "vad", "id": "x"}]}, r"models\[0\].sha256"),
    ],
)
def test_an_impossible_field_is_named(change: dict[str, object], message: str) -> None:
    fields = json.loads(write_json(CONVERSATION)) | change

    with pytest.raises(FormatError, match=message):
        read_json(json.dumps(fields))


def test_an_impossible_confidence_is_refused() -> None:
    text = write_json(CONVERSATION)

    with pytest.raises(FormatError, match="confidence must be in"):
        read_json(text.replace("0.91", "1.91"))
    with pytest.raises(FormatError, match="confidence of the JSON should be a number"):
        read_json(text.replace("0.91", "true"))
    with pytest.raises(FormatError, match="NaN is no number"):
        read_json(text.replace("0.91", "NaN"))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
def test_what_is_no_transcript_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        read_json(text)
