import time

import pytest

from webui.texts.catalogue import texts_for

JSON = {"content-type": "application/json"}
FIRST_ID = "1" * 32


@pytest.fixture
def view(client, transcribed):
    return client.get(f"/studio/recordings/{transcribed.recording_id}/review").json()


def send(client, view, *, client_edit_id=FIRST_ID, base=None, **edit):
    return client.post(
        f"/studio/transcripts/{view['id']}/edits",
        json={
            "client_edit_id": client_edit_id,
            "base": view["revision"] if base is None else base,
            **edit,
        },
    )


def test_the_editor_loads_rows_speakers_and_a_revision(client, view, transcribed):
    assert view["recording_id"] == transcribed.recording_id
    assert [each["label"] for each in view["speakers"]] == ["S1", "S2"]
    assert {each["speaker_id"] for each in view["utterances"]} == {
        each["id"] for each in view["speakers"]
    }
    assert not view["can_undo"]
    assert client.get(f"/studio/transcripts/{view['id']}").json() == view


def test_a_corrected_text_is_stored_and_in_the_changes_feed(client, view):
    row = view["utterances"][0]
    edit = {"kind": "correct_text", "utterance_id": row["id"], "text": "您好。"}

    answer = send(client, view, **edit)

    assert answer.status_code == 200
    (changed,) = answer.json()["utterances"]
    assert (changed["text"], changed["status"]) == ("您好。", "corrected")
    later = client.get(f"/studio/transcripts/{view['id']}/changes/{view['revision']}").json()
    assert later == answer.json()
    tokens = client.get(f"/studio/transcripts/{view['id']}/tokens?ids={row['id']}").json()
    assert "".join(text for _, _, text, _ in tokens["tokens"][row["id"]]) == "您好。"


def test_an_edit_sent_twice_is_applied_once(client, view):
    row = view["utterances"][0]
    edit = {"kind": "split_utterance", "utterance_id": row["id"], "at_character": 1}

    first, second = send(client, view, **edit), send(client, view, **edit)

    assert first.status_code == 200
    assert first.json() == second.json()


def test_undo_and_redo_use_the_same_route(client, view):
    row = view["utterances"][0]
    edited = send(client, view, kind="verify", utterance_ids=[row["id"]]).json()

    undone = send(
        client, view, kind="undo", client_edit_id="2" * 32, base=edited["revision"]
    ).json()
    redone = send(
        client, view, kind="redo", client_edit_id="3" * 32, base=undone["revision"]
    ).json()

    assert [each["status"] for each in undone["utterances"]] == ["machine"]
    assert [each["status"] for each in redone["utterances"]] == ["verified"]


def test_an_edit_based_on_a_stale_revision_is_refused_and_changes_nothing(client, view):
    row = view["utterances"][0]
    send(client, view, kind="correct_text", utterance_id=row["id"], text="甲")

    answer = send(
        client,
        view,
        client_edit_id="2" * 32,
        kind="correct_text",
        utterance_id=row["id"],
        text="乙",
    )

    assert (answer.status_code, answer.json()["error"]) == (409, "stale")
    now = client.get(f"/studio/transcripts/{view['id']}").json()
    assert now["utterances"][0]["text"] == "甲"


@pytest.mark.parametrize(
    "edit",
    [
        {"kind": "no_such_kind"},
        {"kind": ["verify"]},
        {"kind": "correct_text", "text": "x"},
        {"kind": "correct_text", "utterance_id": 5, "text": "x"},
        {"kind": "verify", "utterance_ids": "abc"},
        {"kind": "verify", "utterance_ids": [{}]},
        {"kind": "retime_utterance", "utterance_id": "a", "start_ms": True, "end_ms": 5},
        {"kind": "return_to", "edit_id": "1"},
    ],
)
def test_an_invalid_edit_is_refused_with_a_message(client, view, edit):
    answer = send(client, view, **edit)

    assert (answer.status_code, answer.json()["error"]) == (422, "refused")
    assert answer.json()["message"].endswith(".")


@pytest.mark.parametrize(
    "edit",
    [
        {"kind": "undo"},
        {"kind": "correct_text", "utterance_id": "FIRST", "text": " "},
        {"kind": "correct_text", "utterance_id": "FIRST", "text": "x" * 20_000},
        {"kind": "merge_utterances", "utterance_ids": ["FIRST", "SECOND"]},
        {"kind": "retime_utterance", "utterance_id": "FIRST", "start_ms": 9, "end_ms": 5},
        {"kind": "split_utterance", "utterance_id": "FIRST", "at_character": 0},
        {"kind": "verify", "utterance_ids": ["gone"]},
        {"kind": "verify", "utterance_ids": ["FIRST", "gone"]},
    ],
)
def test_a_refusal_has_a_text_key_and_values_for_translation(client, view, edit):
    ids = dict(zip(("FIRST", "SECOND"), (each["id"] for each in view["utterances"]), strict=True))
    named = [ids.get(each, each) for each in edit.get("utterance_ids", ())]
    one = {"utterance_id": ids["FIRST"]} if "utterance_id" in edit else {}
    many = {"utterance_ids": named} if named else {}

    answer = send(client, view, **{**edit, **one, **many}).json()

    assert texts_for("en")[answer["key"]].format_map(answer["values"]) == answer["message"]
    assert texts_for("zh")[answer["key"]].format_map(answer["values"]) != answer["message"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"base": 1}', b"[" * 100_000])
def test_a_malformed_edit_body_is_refused(client, view, body):
    url = f"/studio/transcripts/{view['id']}/edits"

    answer = client.post(url, content=body, headers=JSON)

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


def test_another_site_cannot_edit(client, view):
    url = f"/studio/transcripts/{view['id']}/edits"

    answer = client.post(url, json={}, headers={"origin": "http://elsewhere.example"})

    assert answer.status_code == 403


def test_an_unknown_transcript_is_not_found(client):
    for path in ("", "/changes/1", "/doubts", "/map", "/regrouping/auto", "/speaker-proposals"):
        assert client.get(f"/studio/transcripts/{'0' * 32}{path}").status_code == 404


def test_every_utterance_has_its_doubts(client, view):
    doubts = client.get(f"/studio/transcripts/{view['id']}/doubts").json()["doubts"]

    assert set(doubts) == {each["id"] for each in view["utterances"]}


def test_the_map_has_a_point_for_every_window_and_becomes_final(client, view):
    url = f"/studio/transcripts/{view['id']}/map"

    answer = client.get(url).json()
    for _ in range(600):
        if answer["is_final"]:
            break
        time.sleep(0.1)
        answer = client.get(url).json()

    assert answer["is_final"]
    assert len(answer["points"]) == len(answer["windows"]) > 0
    assert all(-1 <= each <= 1 for point in answer["points"] for each in point)


def test_reclustering_does_not_change_the_transcript(client, view):
    url = f"/studio/transcripts/{view['id']}/regrouping"

    one = client.get(f"{url}/1").json()
    two = client.get(f"{url}/2").json()

    (kept,) = one["groups"]
    (changed,) = one["changes"].items()
    first, second = view["utterances"]
    assert kept in {first["speaker_id"], second["speaker_id"]}
    assert changed == (second["id"] if kept == first["speaker_id"] else first["id"], 0)
    assert (set(two["groups"]), two["changes"]) == ({each["id"] for each in view["speakers"]}, {})
    assert client.get(f"/studio/transcripts/{view['id']}").json() == view


def test_verified_utterances_are_in_no_proposal(client, view):
    ids = [each["id"] for each in view["utterances"]]
    send(client, view, kind="verify", utterance_ids=ids)

    assert client.get(f"/studio/transcripts/{view['id']}/regrouping/1").json()["changes"] == {}


@pytest.mark.parametrize("count", ["0", "-1", "51", "3-2", "many", "1e2"])
def test_an_invalid_number_of_speakers_is_refused(client, view, count):
    answer = client.get(f"/studio/transcripts/{view['id']}/regrouping/{count}")

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


def test_turns_follow_corrected_speakers(client, view):
    first, second = view["speakers"]
    row = next(each for each in view["utterances"] if each["speaker_id"] == first["id"])
    send(client, view, kind="assign_speaker", utterance_ids=[row["id"]], speaker_id=second["id"])

    turns = client.get(f"/studio/transcripts/{view['id']}").json()["turns"]

    assert {each["speaker"] for each in turns} == {second["label"]}


def test_the_voice_map_is_downloaded_as_a_chart_that_needs_no_connection(client, view):
    answer = client.get(f"/studio/transcripts/{view['id']}/map/chart/zh")

    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(".voices.html")
    assert "Plotly.newPlot" in answer.text
    assert 'src="http' not in answer.text


def test_a_chart_in_an_unknown_language_is_not_found(client, view):
    answer = client.get(f"/studio/transcripts/{view['id']}/map/chart/xx")

    assert answer.status_code == 404


def test_words_that_sound_like_a_part_of_a_sentence_are_answered(client, view):
    row = view["utterances"][0]
    send(client, view, kind="correct_text", utterance_id=row["id"], text="车库林时停车。")

    path = f"/studio/transcripts/{view['id']}/candidates/{row['id']}"
    answer = client.get(f"{path}/2-4").json()

    assert answer["span"] == [2, 4]
    assert "临时" in answer["candidates"]
    assert len(answer["candidates"]) <= 3
    assert client.get(f"{path}/6-7").json()["candidates"] == []  # a mark
    assert client.get(f"{path}/40-44").json()["candidates"] == []


@pytest.mark.parametrize("span", ["2", "2-", "-4", "a-b", "1-2-3", "99999999999999999999-4"])
def test_a_span_that_is_no_two_numbers_is_refused(client, view, span):
    row = view["utterances"][0]
    path = f"/studio/transcripts/{view['id']}/candidates/{row['id']}/{span}"
    assert client.get(path).status_code == 400


def test_no_words_are_answered_for_a_sentence_of_another_transcript(client, view):
    path = f"/studio/transcripts/{view['id']}/candidates/{'0' * 32}/0-1"
    assert client.get(path).status_code == 404


def test_a_transcript_without_stored_candidates_has_none(client, view):
    path = f"/studio/transcripts/{view['id']}/candidates"
    assert client.get(path).json() == {"candidates": []}
