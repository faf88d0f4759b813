"""Tests of the routes of the page of work: jobs, review states and the next recording."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.core.options import PipelineOptions
from tests.browser.review_workspace import add_talk
from tests.webui.services.fake_work import HandDrivenEngine, write_upload
from webui.auth.visitor import Visit, note_visit
from webui.routes.pages import build_routes
from webui.services.access import Visitor
from webui.services.container import Services, open_services

NUM_SENTENCES = 4


class VisitBy:
    """A middleware that makes every request one of the given visitor."""

    def __init__(self, app: ASGIApp, visitor: Visitor, services: Services) -> None:
        self._app, self._visit = app, Visit(visitor, services.access)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        note_visit(scope, self._visit)
        await self._app(scope, receive, send)


class Team:
    """A workspace with an engine that the test drives, and clients of its people."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = HandDrivenEngine()
        self.services = open_services(folder / "workspace", self.engine)

    def client(self, visitor: Visitor) -> TestClient:
        app = Starlette(routes=build_routes(self.services))
        return TestClient(VisitBy(app, visitor, self.services))

    def member(self, name: str) -> TestClient:
        return self.client(Visitor(name=name))

    def start(self, person: str, name: str) -> str:
        path = write_upload(self.folder / "uploads", f"{name}.wav", name.encode())
        ticket = self.services.transcription.start(
            path, title=name, options=PipelineOptions(), person=person
        )
        return ticket.run_id


@pytest.fixture
def talks(tmp_path: Path) -> list[Any]:
    return [
        add_talk(tmp_path / "workspace", name, num_sentences=NUM_SENTENCES)
        for name in ("aa", "bb", "cc")
    ]


@pytest.fixture
def team(tmp_path: Path, talks: list[Any]) -> Iterator[Team]:
    team = Team(tmp_path)
    yield team
    team.services.close()


def overview(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/studio/team").json()
    return found


def states(client: TestClient) -> dict[str, list[str]]:
    return {
        group["state"]: [each["id"] for each in group["recordings"]]
        for group in overview(client)["groups"]
    }


def edit(client: TestClient, transcript_id: str, number: int, **fields: Any) -> None:
    view = client.get(f"/studio/transcripts/{transcript_id}").json()
    ids = [each["id"] for each in view["utterances"]][: fields.pop("count", NUM_SENTENCES)]
    body = {"client_edit_id": f"{number:032}", "base": view["revision"], "utterance_ids": ids}
    answer = client.post(f"/studio/transcripts/{transcript_id}/edits", json={**body, **fields})
    assert answer.status_code == 200


def next_one(client: TestClient, author: str = "") -> Any:
    return client.post("/studio/team/next", json={"author": author}).json()


def test_jobs_have_person_place_and_machine_in_the_order_in_which_they_start(team: Team) -> None:
    for person, name in (("ann", "first"), ("ann", "second"), ("bob", "third")):
        team.start(person, name)
    team.engine.begin()
    team.engine.on_machine("node-7")

    jobs = overview(team.member("ann"))["jobs"]

    assert [(each["title"], each["person"], each["is_own"]) for each in jobs] == [
        ("first", "ann", True),
        ("third", "bob", False),
        ("second", "ann", True),
    ]
    assert [each["run"]["ahead"] for each in jobs] == [0, 1, 2]
    assert [each["worker"] for each in jobs] == ["node-7", "", ""]


def test_a_cancelled_job_leaves_the_page(team: Team) -> None:
    run_id = team.start("ann", "first")
    client = team.member("ann")

    client.post(f"/studio/runs/{run_id}/cancel", json={})
    team.services.transcription.wait(run_id)

    assert overview(client)["jobs"] == []


def test_recordings_are_grouped_by_review_state(team: Team, talks: list[Any]) -> None:
    client = team.member("ann")
    first, second, third = (each.recording_id for each in talks)
    before = states(client)

    client.post(f"/studio/recordings/{first}/claim", json={})
    edit(client, talks[1].transcript_id, 1, kind="verify", count=1)
    edit(client, talks[2].transcript_id, 2, kind="verify")

    assert before["new"] == [first, second, third]
    assert states(client) == {
        "new": [],
        "claimed": [first],
        "in_review": [second],
        "second_look": [],
        "done": [third],
    }


def test_a_verified_recording_with_flags_needs_a_second_look_until_they_are_removed(
    team: Team, talks: list[Any]
) -> None:
    client, transcript_id = team.member("ann"), talks[0].transcript_id
    edit(client, transcript_id, 1, kind="verify")
    edit(client, transcript_id, 2, kind="flag", comment="谁在说话？", count=2)
    group = next(each for each in overview(client)["groups"] if each["state"] == "second_look")

    edit(client, transcript_id, 3, kind="unflag", count=2)

    assert [each["num_flagged"] for each in group["recordings"]] == [2]
    assert states(client)["done"] == [talks[0].recording_id]


def test_the_next_recording_is_the_oldest_unclaimed_and_becomes_claimed(
    team: Team, talks: list[Any]
) -> None:
    first, second, third = (each.recording_id for each in talks)
    ann, bob = team.member("ann"), team.member("bob")
    edit(ann, talks[0].transcript_id, 1, kind="verify", count=1)  # new ones are first

    found = [next_one(ann)["id"], next_one(bob)["id"], next_one(ann)["id"], next_one(bob)["id"]]

    assert found == [second, third, first, None]
    claims = {
        each["id"]: each["claimed_by"]
        for each in ann.get("/studio/recordings").json()["recordings"]
    }
    assert claims == {second: "ann", third: "bob", first: "ann"}


def test_two_people_who_ask_at_the_same_time_get_different_recordings(
    team: Team, talks: list[Any]
) -> None:
    clients = [team.member(name) for name in ("ann", "bob", "eve")]

    with ThreadPoolExecutor(len(clients)) as pool:
        found = list(pool.map(next_one, clients))

    assert {each["id"] for each in found} == {each.recording_id for each in talks}


def test_without_login_the_next_recording_needs_a_name(team: Team) -> None:
    client = team.client(Visitor())

    refused = next_one(client)

    assert refused["key"] == "refused.person_name"
    assert len(states(client)["new"]) == len(overview(client)["groups"][0]["recordings"]) == 3
    assert next_one(client, "小王")["id"] is not None


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_visitors_of_a_demo_see_no_work_of_others(team: Team, method: str) -> None:
    visitor = team.client(Visitor(owner="visitor-1"))
    path = "/studio/team" if method == "GET" else "/studio/team/next"

    answer = visitor.request(method, path, json={})

    assert answer.status_code == 404
    assert "work" not in visitor.get("/studio/visit").json()["pages"]


def test_groups_follow_new_and_deleted_recordings(team: Team, talks: list[Any]) -> None:
    client = team.member("ann")
    first, second, third = (each.recording_id for each in talks)
    before = states(client)["new"]

    team.services.recordings.delete(second)
    run_id = team.start("ann", "fourth")
    team.engine.begin()
    team.engine.finish()
    fourth = team.services.transcription.wait(run_id).recording_id

    assert before == [first, second, third]
    assert states(client)["new"] == [first, third, fourth]


def test_the_recordings_added_last_are_the_first_of_those_that_are_done(
    team: Team, talks: list[Any]
) -> None:
    client = team.member("ann")
    edit(client, talks[2].transcript_id, 1, kind="verify")
    before = states(client)["done"]

    edit(client, talks[0].transcript_id, 2, kind="verify")

    assert before == [talks[2].recording_id]
    assert states(client)["done"] == [talks[2].recording_id, talks[0].recording_id]
