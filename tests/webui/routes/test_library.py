import pytest


def test_what_a_person_says_of_a_recording_is_in_the_list(client, transcribed):
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
def test_what_makes_no_sense_is_refused_and_changes_nothing(client, transcribed, said):
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


def test_a_recording_that_is_not_there_cannot_be_described(client):
    assert client.patch("/studio/recordings/nothing", json={"title": "x"}).status_code == 404


def test_what_was_said_is_found_with_the_moment(client, transcribed):
    (found,) = client.get("/studio/search", params={"q": "再见"}).json()["found"]

    assert (found["id"], found["is_named"], found["num_hits"]) == (
        transcribed.recording_id,
        False,
        1,
    )
    assert [(hit["text"], hit["start_ms"] > 0) for hit in found["hits"]] == [("再见。", True)]


@pytest.mark.parametrize("query", ["", " ", '"', "' OR 1=1 --", "text:*", "\x00", "没有" * 500])
def test_odd_searches_find_nothing_and_break_nothing(client, transcribed, query):
    answer = client.get("/studio/search", params={"q": query})

    assert (answer.status_code, answer.json()) == (200, {"found": []})


def test_the_transcripts_of_a_recording_can_be_chosen_from(client, transcribed):
    address = f"/studio/recordings/{transcribed.recording_id}/transcripts"
    (choice,) = client.get(address).json()["transcripts"]

    assert (choice["num_sentences"], choice["status"], choice["is_preferred"]) == (
        2,
        "transcribed",
        True,
    )
    assert client.get(f"/studio/transcripts/{choice['id']}").json()["id"] == choice["id"]


def test_a_choice_is_made_by_our_own_page_alone(client, transcribed):
    (row,) = client.get("/studio/recordings").json()["recordings"]
    address = f"/studio/transcripts/{row['transcript_id']}/choose"

    assert client.post(address, json={}).status_code == 200
    elsewhere = {"origin": "https://elsewhere.example"}
    assert client.post(address, json={}, headers=elsewhere).status_code == 403
    assert client.post("/studio/transcripts/nothing/choose", json={}).status_code == 404
