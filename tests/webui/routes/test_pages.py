import re

import numpy as np
import pytest

from pipeline.audio.playback.playback_copy import write_review_copy
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from storage.db.records import RunStatus
from tests.webui.conftest import transcribe
from tests.webui.services.fake_work import TRANSCRIPT
from webui.static.assets import assets_version
from webui.texts.catalogue import texts_for

JSON = {"content-type": "application/json"}


def test_the_list_has_the_size_of_a_transcript(client, transcribed):
    (row,) = client.get("/studio/recordings").json()["recordings"]

    assert row["id"] == transcribed.recording_id
    assert row["title"] == "会议 (1)"
    assert (row["num_speakers"], row["num_sentences"]) == (2, 2)
    assert row["run"]["state"] == "done"


def test_an_opened_recording_has_its_sentences_speakers_and_turns(client, transcribed):
    view = client.get(f"/studio/recordings/{transcribed.recording_id}").json()

    assert [
        (each["start_ms"], each["end_ms"], each["speaker"], each["text"])
        for each in view["sentences"]
    ] == [(each.start_ms, each.end_ms, each.speaker, each.text) for each in TRANSCRIPT.sentences]
    assert [each["label"] for each in view["speakers"]] == ["S1", "S2"]
    assert [each["talk_ms"] for each in view["speakers"]] == [1600, 2300]
    assert sum(each["share"] for each in view["speakers"]) == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["srt", "vtt", "txt", "json", "rttm"])
def test_each_format_is_a_download_named_after_the_recording(client, transcribed, name):
    answer = client.get(f"/studio/recordings/{transcribed.recording_id}/export/{name}")

    assert answer.status_code == 200
    expected = f"attachment; filename*=UTF-8''%E4%BC%9A%E8%AE%AE%20%281%29.{name}"
    assert answer.headers["content-disposition"] == expected
    assert ("你好" in answer.text) == (name != "rttm")


@pytest.mark.parametrize(
    ("what", "ending", "num_lines"),
    [
        ("reviewed/whole", ".txt", 2),
        ("machine/whole", ".machine.txt", 2),
        ("reviewed/verified", ".verified.txt", 0),
    ],
)
def test_a_version_and_an_extent_can_be_chosen(client, transcribed, what, ending, num_lines):
    url = f"/studio/recordings/{transcribed.recording_id}/export/txt/{what}"

    answer = client.get(url)

    assert answer.headers["content-disposition"].endswith(ending)
    assert len(answer.text.splitlines()) == num_lines


@pytest.mark.parametrize("what", ["first/whole", "reviewed/half", "Reviewed/whole"])
def test_another_version_or_extent_is_not_found(client, transcribed, what):
    url = f"/studio/recordings/{transcribed.recording_id}/export/txt/{what}"

    assert client.get(url).status_code == 404


def test_chinese_characters_of_an_export_can_be_chosen(client, transcribed):
    url = f"/studio/recordings/{transcribed.recording_id}/export/txt/reviewed/whole"

    texts = {
        script: client.get(url, params={"script": script}).text
        for script in ("keep", "simplified", "traditional")
    }

    assert texts["keep"] == texts["simplified"] == client.get(url).text
    assert "說話人" not in texts["keep"]
    assert texts["traditional"] != texts["keep"]
    assert client.get(url, params={"script": "latin"}).status_code == 404


def test_audio_ranges_are_served_without_echoing_the_query(client, transcribed):
    url = f"/studio/recordings/{transcribed.recording_id}/audio"
    whole = client.get(url)

    part = client.get(url, headers={"range": "bytes=1-3", "x-secret": "no-hash"})

    assert whole.status_code == 200
    assert whole.headers["content-type"] == "audio/flac"
    assert (part.status_code, part.content) == (206, whole.content[1:4])
    assert "no-hash" not in str(part.headers)


@pytest.mark.parametrize(
    "path",
    [
        "recordings/00000000000000000000000000000000",
        "recordings/00000000000000000000000000000000/audio",
        "recordings/00000000000000000000000000000000/peaks",
        "recordings/00000000000000000000000000000000/spectrogram/0",
        "recordings/00000000000000000000000000000000/export/srt",
        "recordings/..%2f..%2fetc%2fpasswd/audio",
        "recordings/..%2fstudio.sqlite3/audio",
        "recordings/%00/audio",
        "recordings/a'%20OR%201=1--",
        "texts/fr.json",
        f"assets/{assets_version()}/../../demo/demo.flac",
        f"assets/{assets_version()}/..%2f..%2fdemo%2fdemo.flac",
    ],
)
def test_missing_and_private_files_are_not_found(client, path):
    assert client.get(f"/studio/{path}").status_code == 404


def test_the_spectrogram_is_served_in_tiles_of_ten_seconds(client, services, transcribed):
    samples = np.random.default_rng(1).normal(0, 500, 12 * SAMPLE_RATE_HZ).astype(np.int16)
    write_review_copy(Audio(samples), services.recordings.audio_path(transcribed.recording_id))
    url = f"/studio/recordings/{transcribed.recording_id}/spectrogram"

    tiles = [client.get(f"{url}/{index}") for index in range(2)]

    assert [len(each.content) for each in tiles] == [128 * 1_000, 128 * 200]
    assert {each.headers["content-type"] for each in tiles} == {"application/octet-stream"}
    assert {each.headers["cache-control"] for each in tiles} == {"private, no-cache"}


@pytest.mark.parametrize("tile", ["2", "999999", "9999999", "-1", "1.5", "x", "١"])
def test_a_tile_beyond_the_recording_is_not_found(client, services, transcribed, tile):
    samples = np.zeros(12 * SAMPLE_RATE_HZ, np.int16)
    write_review_copy(Audio(samples), services.recordings.audio_path(transcribed.recording_id))
    url = f"/studio/recordings/{transcribed.recording_id}/spectrogram"

    assert client.get(f"{url}/{tile}").status_code == 404


def test_a_spectrogram_of_unreadable_audio_is_not_found(client, transcribed):
    url = f"/studio/recordings/{transcribed.recording_id}/spectrogram/0"

    assert client.get(url).status_code == 404


def test_an_unknown_format_is_not_found(client, transcribed):
    url = f"/studio/recordings/{transcribed.recording_id}/export/exe"

    assert client.get(url).status_code == 404


def test_a_deleted_recording_is_not_found(client, services, transcribed):
    url = f"/studio/recordings/{transcribed.recording_id}"

    assert client.request("DELETE", url, headers=JSON, content="{}").status_code == 200

    assert client.get(url).status_code == 404
    assert services.recordings.list() == ()


@pytest.mark.parametrize(
    "headers",
    [
        {**JSON, "origin": "http://evil.example"},
        {"content-type": "application/x-www-form-urlencoded"},
        {},
    ],
)
def test_another_site_cannot_delete_or_cancel_with_this_browser(
    client, services, transcribed, headers
):
    deletion = client.request(
        "DELETE", f"/studio/recordings/{transcribed.recording_id}", headers=headers, content="{}"
    )
    cancel = client.post(f"/studio/runs/{transcribed.run_id}/cancel", headers=headers, content="{}")

    assert (deletion.status_code, cancel.status_code) == (403, 403)
    assert len(services.recordings.list()) == 1


def test_models_are_preloaded_only_for_our_own_page(client):
    own = client.post("/studio/prepare", headers=JSON, content="{}")
    foreign = client.post(
        "/studio/prepare", headers={**JSON, "origin": "http://evil.example"}, content="{}"
    )

    assert (own.status_code, foreign.status_code) == (200, 403)


@pytest.mark.parametrize(("language", "status"), [("zh", 200), ("xx", 200), (1, 400), ([], 400)])
def test_models_are_preloaded_for_a_language_that_is_a_text(client, language, status):
    answer = client.post("/studio/prepare", json={"language": language})

    assert answer.status_code == status


def test_a_failed_file_has_a_message_and_can_be_run_again(client, services, tmp_path):
    ticket = transcribe(services, tmp_path, content=b"broken", title="broken")

    (row,) = client.get("/studio/recordings").json()["recordings"]
    assert row["transcript_id"] is None
    assert row["run"]["state"] == RunStatus.FAILED.value
    assert row["run"]["message_key"] in texts_for("zh")
    assert row["can_run_again"] is True

    again = client.post(f"/studio/runs/{ticket.run_id}/again", headers=JSON, content="{}")

    assert again.status_code == 200


def test_responses_are_neither_executable_nor_cached(client, transcribed):
    urls = [
        "/studio/recordings",
        f"/studio/recordings/{transcribed.recording_id}",
        f"/studio/recordings/{transcribed.recording_id}/audio",
        f"/studio/recordings/{transcribed.recording_id}/export/txt",
    ]

    for url in urls:
        headers = client.get(url).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert headers["cache-control"] == "private, no-cache"


def test_the_pages_modules_are_served_under_their_version(client):
    answer = client.get(f"/studio/assets/{assets_version()}/pages/workspace.js")

    assert answer.status_code == 200
    assert re.search("javascript", answer.headers["content-type"])
    assert "immutable" in answer.headers["cache-control"]
