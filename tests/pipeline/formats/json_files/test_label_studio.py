"""Tasks of Label Studio, written as its documentation describes exports of audio projects."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.core.errors import FormatError
from pipeline.core.transcript import Sentence
from pipeline.formats.import_report import ImportLog, ProblemKind
from pipeline.formats.importing import import_transcript
from pipeline.formats.json_files.json_recognition import read_any_json
from pipeline.formats.json_files.label_studio import read_label_studio, write_label_studio
from tests.pipeline.formats.documents import CONVERSATION, TURNS_ONLY


def region(name: str, start: float, end: float, **value: object) -> dict[str, Any]:
    """Return a result as Label Studio's JSON has it."""
    kind = "labels" if "labels" in value else "textarea"
    return {
        "original_length": 12.5,
        "value": {"start": start, "end": end, "channel": 0, **value},
        "id": name,
        "from_name": "labels" if kind == "labels" else "transcription",
        "to_name": "audio",
        "type": kind,
        "origin": "manual",
    }


def task(*results: dict[str, Any], number: int = 1, **more: object) -> dict[str, Any]:
    annotation = {
        "id": 10 + number,
        "completed_by": 1,
        "result": list(results),
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2026-11-20T08:00:00.000000Z",
        "updated_at": "2026-11-20T08:00:00.000000Z",
        "lead_time": 61.2,
        "task": number,
    }
    return {
        "id": number,
        "annotations": [annotation],
        "file_upload": "0d93a737-weekly.wav",
        "drafts": [],
        "predictions": [],
        "data": {"audio": "/data/upload/1/0d93a737-weekly.wav"},
        "meta": {},
        "project": 1,
        **more,
    }


def read(value: object) -> tuple[tuple[Sentence, ...], ImportLog]:
    log = ImportLog()
    return read_label_studio(json.dumps(value), log).transcript.sentences, log


EXPORT = task(
    region("b", 3.25, 5.0, labels=["Ben"]),
    region("a", 0.5, 2.0, labels=["王经理"]),
    region("a", 0.5, 2.0, text=["大家好。", "开始吧。"]),
    region("b", 3.25, 5.0, text=["好的。"]),
    region("c", 6.0, 7.0, labels=["Noise"]),
)


def test_regions_are_sentences_with_their_labels_and_texts():
    sentences, log = read([EXPORT])

    assert sentences == (
        Sentence(500, 2_000, "大家好。 开始吧。", speaker="王经理"),
        Sentence(3_250, 5_000, "好的。", speaker="Ben"),
        Sentence(6_000, 7_000, "", speaker="Noise"),
    )
    assert log.report.counts == ()


def test_the_length_of_the_sound_is_that_of_the_export():
    document = read_label_studio(json.dumps([EXPORT]), ImportLog())

    assert document.transcript.duration_ms == 12_500


MINIMAL = {
    "audio": "/data/upload/1/0d93a737-weekly.wav",
    "id": 1,
    "labels": [
        {"start": 0.5, "end": 2.0, "channel": 0, "labels": ["王经理"], "original_length": 12.5},
        {"start": 3.25, "end": 5.0, "channel": 0, "labels": ["Ben"], "original_length": 12.5},
    ],
    "transcription": ["大家好。", "好的。"],
    "annotator": 1,
    "annotation_id": 11,
    "created_at": "2026-11-20T08:00:00.000000Z",
    "updated_at": "2026-11-20T08:00:00.000000Z",
    "lead_time": 61.2,
}
TWO_SENTENCES = (
    Sentence(500, 2_000, "大家好。", speaker="王经理"),
    Sentence(3_250, 5_000, "好的。", speaker="Ben"),
)


def test_the_texts_of_json_min_belong_to_its_regions_in_order():
    assert read([MINIMAL])[0] == TWO_SENTENCES


def test_json_min_with_one_region_has_its_text_as_a_string():
    one = {**MINIMAL, "labels": MINIMAL["labels"][:1], "transcription": "大家好。"}

    assert read([one])[0] == TWO_SENTENCES[:1]


def test_json_min_with_another_name_of_the_text_area_is_read():
    other = {key: value for key, value in MINIMAL.items() if key != "transcription"}

    assert read([{**other, "words": ["大家好。", "好的。"]}])[0] == TWO_SENTENCES


def test_json_min_without_a_text_for_each_region_is_refused():
    with pytest.raises(FormatError, match=r"1 texts for 2 regions.*export the project as JSON"):
        read([{**MINIMAL, "transcription": ["大家好。"]}])


@pytest.mark.parametrize("value", [[EXPORT], EXPORT, [MINIMAL]])
def test_a_json_file_of_any_name_is_recognised(value):
    log = ImportLog()

    assert read_any_json(json.dumps(value), log).transcript.sentences[0].speaker == "王经理"


def test_other_tasks_annotations_and_results_are_named():
    choice = {"value": {"choices": ["good"]}, "id": "q", "type": "choices", "from_name": "quality"}
    second = task(region("x", 0.0, 1.0, labels=["Ben"]), number=2)
    first = task(region("a", 0.5, 2.0, labels=["Ann", "Ben"]), choice)
    first["annotations"].append({"id": 99, "result": [], "was_cancelled": False})
    sentences, log = read([first, second])

    assert sentences == (Sentence(500, 2_000, "", speaker="Ann"),)
    assert dict(log.report.counts) == {
        ProblemKind.OTHER_RECORDING: 1,
        ProblemKind.NOT_USED: 3,  # an annotation, a choice, a second label
    }


def test_a_cancelled_annotation_is_left_out_and_a_prediction_read_instead():
    cancelled = task(region("a", 0.5, 2.0, labels=["Ann"]))
    cancelled["annotations"][0]["was_cancelled"] = True
    cancelled["predictions"] = [{"result": [region("p", 1.0, 2.0, labels=["Ben"])]}]

    assert read([cancelled])[0] == (Sentence(1_000, 2_000, "", speaker="Ben"),)


@pytest.mark.parametrize(
    ("start", "end", "kind"),
    [
        (2.0, 2.0, ProblemKind.NO_LENGTH),
        ("1", 2.0, ProblemKind.UNREADABLE),
        (-1.0, 2.0, ProblemKind.UNREADABLE),
        (True, 2.0, ProblemKind.UNREADABLE),
        (0.0, 1e300, ProblemKind.UNREADABLE),
        (None, [], ProblemKind.UNREADABLE),
    ],
)
def test_a_region_without_usable_times_is_noted(start, end, kind):
    good = region("g", 3.0, 4.0, labels=["Ann"])
    sentences, log = read([task(region("a", start, end, text=["哦"]), good)])

    assert len(sentences) == 1
    assert log.report.counts == ((kind, 1),)


@pytest.mark.parametrize("value", [[], {}, [1], [{"id": 1, "data": {}}], "text", [[EXPORT]]])
def test_other_json_is_refused(value):
    with pytest.raises(FormatError, match="Label Studio"):
        read(value)


@pytest.mark.parametrize("value", [{}, [], None, 1, {"result": 1}, [{"result": [1, {}, None]}]])
def test_malformed_annotations_are_no_error_of_the_program(value):
    broken = {**task(), "annotations": value}

    assert read([broken])[0] == ()


def test_a_task_is_written_as_the_documentation_of_predictions_says():
    (written,) = json.loads(write_label_studio(CONVERSATION))
    (prediction,) = written["predictions"]

    assert written["data"]["audio"] == "/data/local-files/?d=%E5%91%A8%E4%BC%9A%201.flac"
    assert written["data"]["speakers"] == [{"value": "S1"}, {"value": "S2"}]
    assert prediction["model_version"].startswith("Speaker Studio ")
    assert prediction["result"][:2] == [
        {
            "id": "s1",
            "from_name": "labels",
            "to_name": "audio",
            "type": "labels",
            "original_length": 3725.5,
            "value": {"start": 1.2, "end": 3.4, "channel": 0, "labels": ["S1"]},
        },
        {
            "id": "s1",
            "from_name": "transcription",
            "to_name": "audio",
            "type": "textarea",
            "original_length": 3725.5,
            "value": {"start": 1.2, "end": 3.4, "channel": 0, "text": ["大家好。"]},
        },
    ]


def test_turns_without_text_are_written_as_labels():
    (written,) = json.loads(write_label_studio(TURNS_ONLY))
    results = written["predictions"][0]["result"]

    assert [(each["type"], each["value"]["labels"]) for each in results] == [
        ("labels", ["S1"]),
        ("labels", ["S2"]),
    ]


def test_an_import_keeps_to_the_recording():
    imported = import_transcript(
        json.dumps([EXPORT]).encode(), "labelstudio", duration_ms=6_500
    ).document.transcript

    assert [each.end_ms for each in imported.sentences] == [2_000, 5_000, 6_500]
