"""Tests of reports: their pages, figures and links."""

from __future__ import annotations

import threading

import pytest

from tests.webui.conftest import transcribe
from tests.webui.login_clients import client_of, log_in
from webui.services.background import WaitingPlaces


@pytest.fixture
def one(transcribed):
    return f"/studio/recordings/{transcribed.recording_id}"


def test_the_figures_are_those_of_the_transcript(client, one):
    figures = client.get(f"{one}/report/figures").json()

    assert figures["duration_ms"] == 4_000
    assert (figures["num_sentences"], figures["num_verified"], figures["num_turns"]) == (2, 0, 2)
    assert figures["mean_turn_ms"] == (1_400 + 2_300) / 2
    assert figures["longest_turn"] == {"start_ms": 1_600, "end_ms": 3_900, "speaker": "S2"}
    assert (figures["num_overlaps"], figures["overlap_ms"]) == (0, 0)  # 100 ms is too short
    assert figures["silence_ms"] == 200
    assert [
        (each["label"], each["talk_ms"], each["share"], each["num_turns"], each["pace"])
        for each in figures["speakers"]
    ] == [("S2", 2_300, 0.5897, 1, 52.2), ("S1", 1_600, 0.4103, 1, 85.7)]
    assert figures["followed"] == [[0, 0], [1, 0]]
    assert figures["pace_unit"] == "characters"


def test_figures_follow_an_edit(client, one):
    view = client.get(f"{one}/review").json()
    edit = {
        "kind": "verify",
        "utterance_ids": [view["utterances"][0]["id"]],
        "client_edit_id": "1" * 32,
        "base": view["revision"],
    }
    assert client.post(f"/studio/transcripts/{view['id']}/edits", json=edit).status_code == 200

    assert client.get(f"{one}/report/figures").json()["num_verified"] == 1


def test_rejected_sentences_are_left_out_of_reports_but_not_of_other_files(client, one):
    view = client.get(f"{one}/review").json()
    edit = {
        "kind": "reject",
        "utterance_ids": [view["utterances"][0]["id"]],
        "client_edit_id": "1" * 32,
        "base": view["revision"],
    }
    assert client.post(f"/studio/transcripts/{view['id']}/edits", json=edit).status_code == 200

    figures = client.get(f"{one}/report/figures").json()
    page = client.get(f"{one}/report").text
    file = client.get(f"{one}/export/html").text
    other = client.get(f"{one}/export/srt").text

    assert figures["num_sentences"] == 1
    # S1 talks until 1.7 s; its sentence until 1.5 s is rejected.
    assert [each["talk_ms"] for each in figures["speakers"]] == [2_300, 200]
    assert [("你好" in each, "再见" in each) for each in (page, file, other)] == [
        (False, True),
        (False, True),
        (True, True),
    ]


@pytest.mark.parametrize(
    ("query", "headers", "language", "words"),
    [
        ("", {"accept-language": "zh-CN,zh;q=0.9"}, "zh-CN", "各人说了多久"),
        ("", {"accept-language": "de"}, "en", "Who talked how long"),
        ("?language=zh", {"accept-language": "de"}, "zh-CN", "各人说了多久"),
        ("?language=fr", {"accept-language": "de"}, "en", "Who talked how long"),
    ],
)
def test_a_report_is_in_the_asked_language(client, one, query, headers, language, words):
    page = client.get(f"{one}/report{query}", headers=headers)

    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text
    assert words in page.text
    assert "会议 (1)" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", ["report", "report/figures", "report/html/zh"])
def test_a_report_of_no_recording_is_not_found(client, name):
    assert client.get(f"/studio/recordings/{'0' * 32}/{name}").status_code == 404
    assert client.get(f"/studio/shared/{'0' * 32}/{name}").status_code == 404


def test_a_report_needs_a_login_and_a_shared_one_its_token(services, tmp_path, one):
    inside, outside = client_of(services, tmp_path), client_of(services, tmp_path)
    log_in(inside)
    token = inside.post(f"{one}/share", json={}).json()["token"]
    shared = f"/studio/shared/{token}/report"

    assert outside.get(f"{one}/report").status_code == 401
    assert outside.get(f"{one}/report/figures").status_code == 401
    page = outside.get(shared, headers={"accept-language": "zh"})
    assert "各人说了多久" in page.text
    assert one.rsplit("/", 1)[1] not in page.text  # the id of the recording
    assert page.headers["referrer-policy"] == "no-referrer"
    assert outside.get(f"{shared}/figures").json()["num_turns"] == 2
    assert "各人说了多久" in outside.get(f"{shared}/html/zh").text
    assert outside.get(f"{shared}/docx/zh").content.startswith(b"PK")

    inside.post(f"{one}/share/stop", json={})
    assert [outside.get(f"{shared}{end}").status_code for end in ("", "/figures", "/html/zh")] == [
        404,
        404,
        404,
    ]


@pytest.mark.parametrize("name", ["json/zh", "html/fr", "exe/zh"])
def test_a_link_gives_no_other_file(client, one, name):
    token = client.post(f"{one}/share", json={}).json()["token"]

    assert client.get(f"/studio/shared/{token}/report/{name}").status_code == 404


def test_a_hostile_title_stays_a_text(client, services, tmp_path):
    title = "</title><script>alert(1)</script><img src=x onerror=alert(1)>"
    ticket = transcribe(services, tmp_path, content=b"other", title=title)

    page = client.get(f"/studio/recordings/{ticket.recording_id}/report").text

    assert "<img" not in page
    assert "<script>" not in page


def test_the_report_of_a_long_transcript_is_made_in_another_process(
    client, services, tmp_path, monkeypatch
):
    ticket = transcribe(services, tmp_path, content=b"long", title="long")
    used: list[str] = []
    place = WaitingPlaces.one

    def noted(self):
        used.append(threading.current_thread().name)
        return place(self)

    monkeypatch.setattr(WaitingPlaces, "one", noted)
    page = client.get(f"/studio/recordings/{ticket.recording_id}/report?language=zh")

    assert len(used) == 1
    assert page.text.count('<article class="rp-turn') == 1
    assert page.text.count("字" * 100) == 500


def test_a_page_whose_sound_cannot_be_read_says_so(client, one):
    answer = client.get(f"{one}/export/html/reviewed/whole/zh")  # the fake sound is no FLAC

    assert answer.status_code == 200
    assert "这个文件不含录音：存储的录音无法读取。" in answer.text
    assert "<audio" not in answer.text
