from __future__ import annotations

import base64

import pytest

from pipeline.formats.importing import guess_format, readable_formats
from pipeline.formats.registry import FORMATS
from pipeline.formats.text_decoding import encoding_names

SRT = "1\n00:00:00,100 --> 00:00:01,000\n[王] 您好。\n\n2\n00:00:00 --> soon\nlost\n"


def post(client, address, text=SRT, name="a.srt", **changes):
    body = {
        "name": name,
        "content": base64.b64encode(text.encode()).decode(),
        "client_edit_id": "one",
        **changes,
    }
    return client.post(f"/studio/{address}", json=body)


def test_an_imported_file_becomes_the_preferred_transcript(client, transcribed):
    answer = post(client, f"recordings/{transcribed.recording_id}/imports").json()

    view = client.get(f"/studio/recordings/{transcribed.recording_id}").json()
    assert view["transcript_id"] == answer["transcript_id"]
    assert [each["text"] for each in view["sentences"]] == ["您好。"]
    assert [each["name"] for each in view["speakers"]] == ["王"]
    assert view["models"] == ["a.srt"]
    assert answer["counts"] == {"unreadable": 1}
    assert answer["problems"] == [{"kind": "unreadable", "line": 6, "found": "00:00:00 --> soon"}]


def test_a_file_corrects_a_transcript_once(client, transcribed):
    before = client.get(f"/studio/recordings/{transcribed.recording_id}").json()
    first = before["sentences"][0]
    stm = f"x 1 S2 {first['start_ms'] / 1000} {first['end_ms'] / 1000} 早 上 好\n"

    answers = [
        post(client, f"transcripts/{before['transcript_id']}/imports", stm, "b.stm").json()
        for _ in range(2)
    ]

    after = client.get(f"/studio/recordings/{transcribed.recording_id}").json()
    assert after["sentences"][0] == {**first, "text": "早上好", "speaker": "S2"}
    assert after["sentences"][1:] == before["sentences"][1:]
    assert (
        answers
        == [
            {
                "transcript_id": before["transcript_id"],
                "has_changed": True,
                "counts": {},
                "problems": [],
            }
        ]
        * 2
    )


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"name": "a.doc"}, 422, "cannot be determined from the file name"),
        ({"name": "../../a.vtt"}, 422, "starts with WEBVTT"),
        ({"content": "!"}, 400, "base 64"),
        ({"content": None}, 400, "An import needs"),
        ({"author": "x" * 81}, 422, "at most"),
        ({"encoding": "utf-9"}, 422, "There is no encoding 'utf-9'"),
        ({"encoding": 8}, 400, "author and encoding are optional texts"),
    ],
)
def test_an_invalid_import_is_refused_with_a_reason(client, transcribed, changes, status, message):
    answer = post(client, f"recordings/{transcribed.recording_id}/imports", **changes)

    assert answer.status_code == status
    assert message in answer.json()["message"]


def test_the_encoding_of_a_file_can_be_chosen(client, transcribed):
    content = base64.b64encode(SRT.encode("gb18030")).decode()
    path = f"recordings/{transcribed.recording_id}/imports"

    post(client, path, content=content, encoding="gb18030")

    view = client.get(f"/studio/recordings/{transcribed.recording_id}").json()
    assert [each["text"] for each in view["sentences"]] == ["您好。"]


def test_a_transcript_lists_the_files_that_can_be_imported(client, transcribed):
    choices = client.get(f"/studio/recordings/{transcribed.recording_id}/review").json()["imports"]

    assert len(set(choices["suffixes"])) == len(choices["suffixes"])
    for name in readable_formats():
        file_name = f"a.{FORMATS[name].extension}".lower()
        assert file_name.endswith(tuple(choices["suffixes"]))
    assert all(guess_format(f"a{each}") is not None for each in choices["suffixes"])
    assert tuple(choices["encodings"]) == encoding_names()


@pytest.mark.parametrize("kind", ["recordings", "transcripts"])
def test_an_import_onto_an_unknown_target_is_not_found(client, kind):
    assert post(client, f"{kind}/{'0' * 32}/imports").status_code == 404


def test_another_site_imports_nothing(client, transcribed):
    answer = client.post(
        f"/studio/recordings/{transcribed.recording_id}/imports",
        json={},
        headers={"origin": "https://evil.example"},
    )

    assert answer.status_code == 403
