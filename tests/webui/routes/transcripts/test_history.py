"""Tests of a transcript's history over HTTP."""

import pytest

from storage.edit_plans.registry import EDIT_KINDS
from webui.texts.catalogue import has_text


@pytest.fixture
def view(client, transcribed):
    return client.get(f"/studio/recordings/{transcribed.recording_id}/review").json()


def address(view, rest):
    return f"/studio/transcripts/{view['id']}/{rest}"


def send(client, view, number, **edit):
    sent = {"client_edit_id": str(number), "base": view["revision"], "author": "Anna", **edit}
    return client.post(address(view, "edits"), json=sent)


def correct(client, view, number, text):
    row = view["utterances"][0]
    return send(client, view, number, kind="correct_text", utterance_id=row["id"], text=text)


def test_the_history_has_the_edits_and_the_state_they_led_to(client, view):
    edited = correct(client, view, 1, "您好。").json()

    history = client.get(address(view, "history")).json()

    assert history["head"] == edited["head_edit_id"]
    assert [(each["kind"], each["author"], each["undone"]) for each in history["edits"]] == [
        ("correct_text", "Anna", False),
        ("machine", "machine", False),
    ]
    assert history["edits"][0]["detail"] == "您好。"
    older = client.get(address(view, f"history/{edited['head_edit_id']}")).json()
    assert [each["kind"] for each in older["edits"]] == ["machine"]
    assert not history["has_older"]


def test_a_page_of_the_history_reports_older_edits(client, view, monkeypatch):
    monkeypatch.setattr("webui.services.review.review_history.TIMELINE_LENGTH", 1)
    correct(client, view, 1, "您好。")

    newest = client.get(address(view, "history")).json()
    older = client.get(address(view, f"history/{newest['edits'][-1]['id']}")).json()

    assert [each["kind"] for each in (*newest["edits"], *older["edits"])] == [
        "correct_text",
        "machine",
    ]
    assert newest["has_older"]
    assert not older["has_older"]


def test_the_former_speaker_of_a_sentence_is_read(client, view):
    row = view["utterances"][0]
    other = next(each["id"] for each in view["speakers"] if each["id"] != row["speaker_id"])
    assign = {"kind": "assign_speaker", "utterance_ids": [row["id"]], "speaker_id": other}
    assert client.get(address(view, "former_speakers")).json() == {"former_speakers": {}}
    send(client, view, 1, **assign)

    assert client.get(address(view, "former_speakers")).json() == {
        "former_speakers": {row["id"]: row["speaker_id"]}
    }


def test_an_entry_has_the_changed_text_speaker_or_name_before_and_after(client, view):
    row = view["utterances"][0]
    first, second = (each["id"] for each in view["speakers"][:2])
    other = second if row["speaker_id"] == first else first
    for number, edit in enumerate(
        (
            {"kind": "correct_text", "utterance_id": row["id"], "text": "您好。"},
            {"kind": "assign_speaker", "utterance_ids": [row["id"]], "speaker_id": other},
            {"kind": "rename_speaker", "speaker_id": first, "name": "王经理"},
        )
    ):
        send(client, view, number, **edit, base=view["revision"] + number)

    *edits, machine = client.get(address(view, "history")).json()["edits"]

    changes = [(each["text"], each["speaker_id"], each["name"]) for each in reversed(edits)]
    assert changes == [
        ([row["text"], "您好。"], None, None),
        (None, [row["speaker_id"], other], None),
        (None, None, [None, "王经理"]),
    ]
    assert (machine["text"], machine["speaker_id"], machine["name"]) == (None, None, None)


def test_a_long_text_is_cut_around_its_change(client, view):
    long = "一" * 100 + "二" + "三" * 100
    now = correct(client, view, 1, long).json()
    correct(client, {**view, **now}, 2, long.replace("二", "两"))

    before, after = client.get(address(view, "history")).json()["edits"][0]["text"]

    assert before == "…" + "一" * 12 + "二" + "三" * 47
    assert after == before.replace("二", "两")


def test_every_kind_of_edit_has_a_text(client):
    assert [
        kind for kind in (*EDIT_KINDS, "machine", "import") if not has_text(f"edit.{kind}")
    ] == []


def test_the_history_of_a_sentence_has_each_version(client, view):
    correct(client, view, 1, "您好。")
    row = view["utterances"][0]

    steps = client.get(address(view, f"utterances/{row['id']}/life")).json()["steps"]

    assert [step["after"]["text"] for step in steps] == [row["text"], "您好。"]


def test_a_version_is_named_and_forgotten(client, view):
    named = client.post(address(view, "versions"), json={"name": "第一遍", "author": "Anna"})
    taken = client.post(address(view, "versions"), json={"name": "第一遍"})
    listed = client.get(address(view, "history")).json()["versions"]
    client.post(address(view, "versions/forget"), json={"name": "第一遍"})

    assert named.status_code == 200
    assert listed == [named.json()]
    assert (taken.status_code, taken.json()["error"]) == (422, "refused")
    assert client.get(address(view, "history")).json()["versions"] == []


def test_annotators_and_quality_are_reported(client, view):
    ids = [each["id"] for each in view["utterances"]]
    before = client.get(address(view, "quality")).json()
    send(client, view, 1, kind="verify", utterance_ids=ids)

    quality = client.get(address(view, "quality")).json()
    (anna,) = client.get(address(view, "annotators")).json()["annotators"]

    assert (before["cer"], before["der"]) == (None, None)
    assert (quality["cer"], quality["der"], quality["num_open"]) == (0.0, 0.0, 0)
    assert (anna["author"], anna["edits"], anna["num_verified"]) == (
        "Anna",
        {"verify": 1},
        len(ids),
    )


def test_a_stale_edit_is_answered_with_both_versions(client, view):
    correct(client, view, 1, "A")

    late = correct(client, view, 2, "B")

    assert late.status_code == 409
    (conflict,) = late.json()["conflicts"]
    assert (conflict["current"]["text"], conflict["wanted"]["text"]) == ("A", "B")


@pytest.mark.parametrize(
    "rest", ["history", "annotators", "quality", f"utterances/{'0' * 32}/life"]
)
def test_an_unknown_transcript_is_not_found(client, rest):
    assert client.get(f"/studio/transcripts/{'0' * 32}/{rest}").status_code == 404


@pytest.mark.parametrize("edit_id", ["x", "-1", "9" * 40])
def test_an_edit_id_that_is_no_number_is_refused(client, view, edit_id):
    assert client.get(address(view, f"history/{edit_id}")).status_code == 400


@pytest.mark.parametrize("body", [{}, {"name": 5}, {"name": "x", "author": []}, {"name": " "}])
def test_a_version_without_a_proper_name_is_refused(client, view, body):
    assert client.post(address(view, "versions"), json=body).status_code in {400, 422}


def test_very_large_numbers_are_handled(client, view):
    row = view["utterances"][0]
    answers = [
        send(client, view, 1, kind="return_to", edit_id=10**30),
        send(client, view, 2, kind="verify", utterance_ids=[row["id"]], base=10**30),
        send(
            client,
            view,
            3,
            kind="retime_utterance",
            utterance_id=row["id"],
            start_ms=0,
            end_ms=10**30,
        ),
        send(client, view, "c" * 10_000, kind="verify", utterance_ids=[row["id"]]),
    ]

    assert all(answer.status_code in {400, 409, 422} for answer in answers)
    assert client.get(address(view, "history")).json()["head"] == view["head_edit_id"]


def test_another_site_cannot_name_a_version(client, view):
    answer = client.post(
        address(view, "versions"), json={"name": "x"}, headers={"origin": "https://evil.example"}
    )

    assert answer.status_code == 403
