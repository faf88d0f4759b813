import pytest


def test_the_details_of_a_recording_are_in_the_list(client, transcribed):
    said = {"title": "周会", "tags": ["重点", "Q3"], "language": "zh", "notes": "两行\n备注"}

    answer = client.patch(f"/studio/recordings/{transcribed.recording_id}", json=said)
    (row,) = client.get("/studio/recordings").json()["recordings"]

    assert answer.status_code == 200
    assert {name: row[name] for name in said} == {**said, "tags": ["Q3", "重点"]}
    assert (row["status"], row["percent"]) == ("transcribed", 0)


@pytest.mark.parametrize(
    "said",
    [
        {"title": 1},
        {"tags": "重点"},
        {"tags": [1]},
        {"tags": {"a": "b"}},
        {"language": "Chinese"},
        {"notes": ["x"]},
    ],
)
def test_invalid_details_are_refused_and_change_nothing(client, transcribed, said):
    before = client.get("/studio/recordings").json()

    answer = client.patch(f"/studio/recordings/{transcribed.recording_id}", json=said)

    assert answer.status_code == 400
    assert client.get("/studio/recordings").json() == before


def test_another_site_cannot_describe_a_recording_with_this_browser(client, transcribed):
    answer = client.patch(
        f"/studio/recordings/{transcribed.recording_id}",
        json={"title": "x"},
        headers={"origin": "https://elsewhere.example"},
    )

    assert answer.status_code == 403


def test_an_unknown_recording_cannot_be_described(client):
    assert client.patch("/studio/recordings/nothing", json={"title": "x"}).status_code == 404


def test_a_search_finds_sentences_with_their_times(client, transcribed):
    (found,) = client.get("/studio/search", params={"q": "再见"}).json()["found"]

    assert (found["id"], found["is_named"], found["num_hits"]) == (
        transcribed.recording_id,
        False,
        1,
    )
    assert [(hit["text"], hit["start_ms"] > 0) for hit in found["hits"]] == [("再见。", True)]


@pytest.mark.parametrize("query", ["", " ", '"', "' OR 1=1 --", "text:*", "\x00", "没有" * 500])
def test_odd_searches_find_nothing(client, transcribed, query):
    answer = client.get("/studio/search", params={"q": query})

    assert (answer.status_code, answer.json()) == (200, {"found": []})


def test_the_transcripts_of_a_recording_are_listed(client, transcribed):
    address = f"/studio/recordings/{transcribed.recording_id}/transcripts"
    (choice,) = client.get(address).json()["transcripts"]

    assert (choice["num_sentences"], choice["status"], choice["is_preferred"]) == (
        2,
        "transcribed",
        True,
    )
    assert client.get(f"/studio/transcripts/{choice['id']}").json()["id"] == choice["id"]


def test_a_listed_transcript_has_its_kind_and_the_people_who_worked_on_it(client, transcribed):
    address = f"/studio/recordings/{transcribed.recording_id}/transcripts"
    (first,) = client.get(address).json()["transcripts"]
    view = client.get(f"/studio/transcripts/{first['id']}").json()
    edit = {
        **{"kind": "verify", "utterance_ids": [view["utterances"][0]["id"]], "author": "安安"},
        **{"client_edit_id": "1" * 32, "base": view["revision"]},
    }
    client.post(f"/studio/transcripts/{first['id']}/edits", json=edit).raise_for_status()
    begun = {"starts_from": "machine", "author": "王芳"}
    client.post(f"/studio/transcripts/{first['id']}/second-annotation", json=begun)
    client.post(f"/studio/transcripts/{first['id']}/second-annotation/adjudication", json={})

    listed = client.get(address).json()["transcripts"]
    assert [(each["kind"], each["annotators"]) for each in listed] == [
        ("adjudicated", []),
        ("second", ["王芳"]),
        ("machine", ["安安"]),
    ]


def test_a_transcript_is_chosen_only_by_our_own_page(client, transcribed):
    (row,) = client.get("/studio/recordings").json()["recordings"]
    address = f"/studio/transcripts/{row['transcript_id']}/choose"

    assert client.post(address, json={}).status_code == 200
    elsewhere = {"origin": "https://elsewhere.example"}
    assert client.post(address, json={}, headers=elsewhere).status_code == 403
    assert client.post("/studio/transcripts/nothing/choose", json={}).status_code == 404
