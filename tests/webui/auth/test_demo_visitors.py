"""Tests of a public demo: visitors see their own and shared recordings only."""

import shutil
from dataclasses import asdict, replace
from datetime import datetime, timedelta, timezone

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from pipeline.core.options import PipelineOptions
from pipeline.engines.inline import InlineEngine
from pipeline.models.locations import ModelLocations
from storage.db.errors import NotFoundError
from tests.webui.conftest import transcribe
from tests.webui.services.fake_work import load_fake_pipeline
from webui.auth.demo_visitors import COOKIE, DemoVisitors
from webui.auth.signing import Signer
from webui.auth.visitor import visitor_of
from webui.config.limits import Limits
from webui.config.settings import VisitorSettings
from webui.routes.handler import checked_handler, json_answer
from webui.routes.pages import build_routes
from webui.services.access import Visitor
from webui.services.container import open_services
from webui.services.demo.demo_sweeper import DemoSweeper, sweep
from webui.services.models import ModelsService
from webui.services.text_quota import MAX_CHARACTERS

SIGNER = Signer(b"k" * 32, "visitor")
FOR_EVERYBODY = {
    "/favicon.ico",
    "/studio/texts/{language}.json",
    "/studio/live",  # a recording of the visitor's own
    "/studio/visit",
    "/studio/prepare",
    "/studio/recordings",
    "/studio/search",
    "/studio/sentences",
    "/studio/transcriptions",
    "/studio/uploads/discard",
    "/studio/uploads/keep",
    "/studio/uploads/look",
}


def page(request):
    return PlainTextResponse(visitor_of(request.scope).owner)


def build_app(services, *, is_embedded=False, more=()):
    doorkeeper = Middleware(
        DemoVisitors,
        access=services.access,
        signer=SIGNER,
        settings=VisitorSettings(are_apart=True, keep_hours=6, is_embedded=is_embedded),
    )
    routes = [Route("/", page), *more, *build_routes(services)]
    return Starlette(routes=routes, middleware=[doorkeeper])


def visiting(services, **options):
    client = TestClient(build_app(services, **options))
    client.owner = client.get("/").text
    return client


@pytest.fixture
def ann(services):
    return visiting(services)


@pytest.fixture
def bo(services):
    return visiting(services)


@pytest.mark.parametrize(
    ("host", "is_embedded", "address"),
    [
        ("203.0.113.7", False, "203.0.113.7"),
        ("8.8.8.8", True, "8.8.8.8"),
        ("2001:4860:4860::8888", True, "2001:4860:4860::/64"),
        ("192.168.1.5", False, "192.168.1.5"),
        ("10.16.3.80", True, None),  # the host's own proxy
    ],
)
def test_a_visitor_is_counted_by_their_address_where_it_is_known(
    services, host, is_embedded, address
):
    seen = Route("/seen", lambda request: JSONResponse(visitor_of(request.scope).address))
    app = build_app(services, is_embedded=is_embedded, more=[seen])

    assert TestClient(app, client=(host, 5_000)).get("/seen").json() == address


def upload_of(owner, services, folder, content=b"sound"):
    path = folder / "upload.wav"
    path.write_bytes(content)
    ticket = services.transcription.start(path, title="own", options=PipelineOptions(), owner=owner)
    services.transcription.wait(ticket.run_id, timeout_s=30)
    return ticket


def listed(client):
    return [each["id"] for each in client.get("/studio/recordings").json()["recordings"]]


def test_a_browser_keeps_its_visitor_id_in_an_http_only_cookie(services):
    client = TestClient(build_app(services))

    first = client.get("/")
    again = client.get("/")

    assert again.text == first.text
    assert "HttpOnly" in first.headers["set-cookie"]
    assert "SameSite=Lax" in first.headers["set-cookie"]
    assert TestClient(build_app(services)).get("/").text != first.text


def test_the_cookie_of_a_framed_page_is_partitioned_and_same_site_none(services):
    answer = TestClient(build_app(services, is_embedded=True)).get("/")

    for attribute in ("SameSite=None", "Secure", "Partitioned", "HttpOnly"):
        assert attribute in answer.headers["set-cookie"]


def test_the_page_gets_the_demo_mode_its_limits_and_hours(ann):
    limits = asdict(Limits())

    told = ann.get("/studio/visit").json()

    assert told == {
        "mode": "demo",
        "name": "",
        "keep_hours": 6,
        "pages": ["recordings"],
        "limits": limits,
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "glossary"),
        ("POST", "glossary/decline"),
        ("GET", "people"),
        ("GET", "models"),
        ("POST", "models/cancel"),
        ("POST", "models/paraformer/fetch"),
        ("GET", "training"),
        ("POST", "training/preview"),
        ("POST", "training/exports"),
    ],
)
def test_visitors_of_a_demo_do_not_reach_the_models_and_training_data(services, ann, method, path):
    answer = ann.request(method, f"/studio/{path}", json={} if method == "POST" else None)

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def copy_of(client, recording_id, title=""):
    return client.post(f"/studio/recordings/{recording_id}/copy", json={"title": title})


def test_a_visitor_edits_a_copy_of_a_shared_recording_that_nobody_else_sees(
    services, ann, bo, tmp_path
):
    shared = transcribe(services, tmp_path, content=b"demo", title="demo")

    copy_id = copy_of(ann, shared.recording_id, "demo（副本）").json()["id"]

    rows = {each["id"]: each for each in ann.get("/studio/recordings").json()["recordings"]}
    assert (rows[copy_id]["title"], rows[copy_id]["can_edit"]) == ("demo（副本）", True)
    assert listed(bo) == [shared.recording_id]
    assert bo.get(f"/studio/recordings/{copy_id}").status_code == 404
    view = ann.get(f"/studio/recordings/{copy_id}/review").json()
    edit = {"client_edit_id": "2" * 32, "base": view["revision"], "kind": "verify"}
    edit["utterance_ids"] = [view["utterances"][0]["id"]]
    assert ann.post(f"/studio/transcripts/{view['id']}/edits", json=edit).status_code == 200
    assert ann.get(f"/studio/recordings/{copy_id}/audio").status_code == 200
    voices = f"/studio/transcripts/{view['id']}/map"
    assert ann.get(voices).json()["points"]


def test_a_second_copy_is_the_first_one_and_a_copy_of_ones_own_is_itself(services, ann, tmp_path):
    shared = transcribe(services, tmp_path, content=b"demo", title="demo")
    own = upload_of(ann.owner, services, tmp_path)

    first, second = (copy_of(ann, shared.recording_id).json()["id"] for _ in range(2))

    assert first == second
    assert copy_of(ann, own.recording_id).json()["id"] == own.recording_id


def test_another_visitors_recording_is_not_copied(services, ann, bo, tmp_path):
    own = upload_of(ann.owner, services, tmp_path)

    assert copy_of(bo, own.recording_id).status_code == 404
    assert listed(bo) == []


def test_a_copy_counts_towards_the_hours_of_its_visitor(tmp_path):
    models = ModelsService(ModelLocations(tmp_path / "models"))
    hour = replace(Limits(), visitor_hours=1e-9)
    engine = InlineEngine(load_fake_pipeline)
    limited = open_services(tmp_path / "limited", engine, models, limits=hour)
    try:
        shared = transcribe(limited, tmp_path, content=b"demo", title="demo")
        visitor = visiting(limited)

        answer = copy_of(visitor, shared.recording_id)

        assert (answer.status_code, answer.json()["key"]) == (429, "limit.visitor_hours")
        assert listed(visitor) == [shared.recording_id]
    finally:
        limited.close()


def test_a_copy_is_deleted_after_the_visitors_hours(services, ann, tmp_path):
    shared = transcribe(services, tmp_path, content=b"demo", title="demo")
    copy_of(ann, shared.recording_id)

    assert sweep(services, datetime.now(timezone.utc) + timedelta(seconds=1)) == 1
    assert listed(ann) == [shared.recording_id]
    assert ann.get(f"/studio/recordings/{shared.recording_id}/audio").status_code == 200


@pytest.mark.parametrize("change", [lambda cookie: "0" * 32, lambda cookie: cookie[:-1] + "x"])
def test_a_forged_cookie_is_ignored(services, ann, change):
    forged = change(SIGNER.sign(ann.owner))
    stranger = TestClient(build_app(services), cookies={COOKIE: forged})

    assert stranger.get("/").text != ann.owner


def test_each_visitor_lists_and_finds_their_own_and_the_shared(services, ann, bo, tmp_path):
    shared = transcribe(services, tmp_path, content=b"demo", title="demo")
    own = upload_of(ann.owner, services, tmp_path)

    assert set(listed(ann)) == {own.recording_id, shared.recording_id}
    assert listed(bo) == [shared.recording_id]
    found = {each["id"] for each in bo.get("/studio/search?q=你好").json()["found"]}
    assert found == {shared.recording_id}


def test_sentences_with_a_wrong_word_are_those_that_the_visitor_may_edit(
    services, ann, bo, tmp_path
):
    transcribe(services, tmp_path, content=b"demo", title="demo")
    own = upload_of(ann.owner, services, tmp_path)

    def found(visitor, without=""):
        path = f"/studio/sentences?word=你好&without={without}"
        return [each["id"] for each in visitor.get(path).json()["recordings"]]

    assert found(ann) == [own.recording_id]
    assert found(ann, without=own.recording_id) == []
    assert found(bo) == []


def parts_of(services, ticket):
    """Return a value for every parameter of a path, with the ids of one recording."""
    review = services.review.open_preferred(ticket.recording_id)
    return {
        "recording_id": ticket.recording_id,
        "run_id": ticket.run_id,
        "transcript_id": review.record.transcript_id,
        "utterance_id": review.contents.utterances[0].utterance_id,
        "speaker_id": review.contents.speakers[0].speaker_id,
        "tile": "0",
        "span": "0-1",
        "form": "wav",
        "export_id": "0" * 32,
        "format_name": "srt",
        "version": "reviewed",
        "extent": "whole",
        "language": "zh",
        "revision": "0",
        "count": "2",
        "token": "t" * 32,
        "before_edit_id": "1",
        "model_id": "paraformer",
        "source": "modelscope",
        "session_id": "0" * 32,
        "other_id": review.record.transcript_id,
        "person_id": "0" * 32,
    }


def filled_paths(services, ticket):
    """Return every route's path, filled with the ids of one recording."""
    parts = parts_of(services, ticket)
    for route in build_routes(services):
        if isinstance(route, Mount) or route.path in FOR_EVERYBODY:
            continue
        path = route.path
        for name in route.param_convertors:
            path = path.replace(f"{{{name}}}", parts[name])
        for method in sorted(route.methods - {"HEAD"}):
            yield method, path, "recording" in route.path or bool(route.param_convertors)


def test_no_route_reveals_another_visitors_recording(services, ann, bo, tmp_path):
    own = upload_of(ann.owner, services, tmp_path)
    paths = list(filled_paths(services, own))

    codes = {
        (method, path): bo.request(
            method,
            path,
            json={} if method != "GET" else None,
            headers={"origin": "http://testserver"},
        ).status_code
        for method, path, _ in paths
    }

    assert len(codes) > 25
    assert {key: code for key, code in codes.items() if code != 404} == {}
    assert ann.get(f"/studio/recordings/{own.recording_id}").status_code == 200


def test_a_shared_recording_is_read_by_every_route_of_recordings(services, tmp_path):
    shared = transcribe(services, tmp_path, content=b"demo", title="demo")
    parts = parts_of(services, shared)
    names = [
        set(route.param_convertors) for route in build_routes(services) if isinstance(route, Route)
    ]
    of_recordings = [each for each in names if each & {"recording_id", "transcript_id", "run_id"}]

    for each in of_recordings:
        given = {name: parts[name] for name in each}
        services.access.check(Visitor(owner="ann"), given, changes=False)

    assert {"recording_id", "tile"} in of_recordings


def test_the_owner_reads_and_edits_their_own(services, ann, tmp_path):
    own = upload_of(ann.owner, services, tmp_path)
    view = ann.get(f"/studio/recordings/{own.recording_id}/review").json()
    edit = {"client_edit_id": "1" * 32, "base": view["revision"], "kind": "verify"}
    edit["utterance_ids"] = [view["utterances"][0]["id"]]

    answer = ann.post(f"/studio/transcripts/{view['id']}/edits", json=edit)

    assert answer.status_code == 200


@pytest.mark.parametrize("language", ["", "/zh", "/en"])
def test_the_owner_downloads_their_own(services, ann, tmp_path, language):
    own = upload_of(ann.owner, services, tmp_path)
    export = f"/studio/recordings/{own.recording_id}/export/txt/reviewed/whole"

    assert ann.get(f"{export}{language}").status_code == 200


def is_of_known_voices(path):
    return "/people" in path or path.endswith("/known-voices")


def test_a_demo_has_no_known_voices(services, ann, tmp_path):
    own = upload_of(ann.owner, services, tmp_path)
    answers = [
        ann.request(method, path, json={} if method != "GET" else None)
        for method, path, _ in filled_paths(services, own)
        if is_of_known_voices(path)
    ]

    assert len(answers) == 6
    assert {each.status_code for each in answers} == {404}


def test_a_shared_recording_is_read_only(services, ann, tmp_path):
    shared = transcribe(services, tmp_path, content=b"demo", title="demo")
    paths = list(filled_paths(services, shared))

    changing = [
        ann.request(method, path, json={})
        for method, path, names_something in paths
        if (method != "GET" and "transcripts" in path) or method in ("DELETE", "PATCH")
        if not is_of_known_voices(path)
    ]

    assert {answer.json()["error"] for answer in changing} == {"read_only"}
    assert changing[0].json()["message"].endswith(".")
    assert ann.get(f"/studio/recordings/{shared.recording_id}/audio").status_code == 200
    (row,) = ann.get("/studio/recordings").json()["recordings"]
    assert row["can_edit"] is False


def test_a_route_without_a_recording_id_is_closed_to_visitors(services):
    forgetful = Route(
        "/studio/secrets/{secret_id}", checked_handler(lambda secret_id: json_answer({}))
    )
    bare = Route("/studio/secrets", checked_handler(lambda: json_answer({})))
    client = visiting(services, more=[forgetful, bare])

    assert client.get("/studio/secrets/abc").status_code == 404
    assert client.get("/studio/secrets").status_code == 404


def test_expired_recordings_of_visitors_are_deleted(services, ann, tmp_path):
    shared = transcribe(services, tmp_path, content=b"demo", title="demo")
    own = upload_of(ann.owner, services, tmp_path)
    now = datetime.now(timezone.utc)

    assert sweep(services, now - timedelta(hours=1)) == 0
    assert sweep(services, now + timedelta(seconds=1)) == 1

    assert listed(ann) == [shared.recording_id]
    with pytest.raises(NotFoundError):
        services.recordings.open(own.recording_id)


def test_the_sweeper_deletes_by_itself_and_ends(services, ann, tmp_path):
    upload_of(ann.owner, services, tmp_path)

    DemoSweeper(services, timedelta(0), every_s=60).close()

    assert listed(ann) == []


def nearly_full(monkeypatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000))


def test_visitors_add_nothing_on_a_nearly_full_disk_and_can_delete(
    services, ann, tmp_path, monkeypatch
):
    shared = transcribe(services, tmp_path, content=b"demo", title="demo")
    own = upload_of(ann.owner, services, tmp_path)
    one = f"/studio/recordings/{own.recording_id}"
    view = ann.get(f"{one}/review").json()
    edit = {"client_edit_id": "1" * 32, "base": view["revision"], "kind": "verify"}
    edit["utterance_ids"] = [view["utterances"][0]["id"]]
    asked = {
        f"/studio/transcripts/{view['id']}/edits": edit,
        f"{one}/imports": {"name": "a.srt", "content": "", "client_edit_id": "2"},
        f"/studio/recordings/{shared.recording_id}/copy": {},
    }
    nearly_full(monkeypatch)

    codes = [ann.post(path, json=body).status_code for path, body in asked.items()]

    assert codes == [503] * len(asked)
    assert ann.get(f"{one}/review").json()["revision"] == view["revision"]
    assert ann.request("DELETE", one, json={}).status_code == 200


def test_a_team_edits_on_a_nearly_full_disk(services, monkeypatch):
    nearly_full(monkeypatch)

    services.access.check_room(Visitor(name="ann"))


def test_the_file_of_an_import_into_a_hidden_recording_is_not_received(services, ann, bo, tmp_path):
    own = upload_of(ann.owner, services, tmp_path)

    answer = bo.post(
        f"/studio/recordings/{own.recording_id}/imports",
        content=b" " * 100_000,
        headers={"content-type": "application/json"},
    )

    assert answer.status_code == 404
    assert not services.request_folder.exists()


def test_edits_and_imports_count_as_written_text_and_are_refused_above_the_limit(
    services, ann, tmp_path
):
    own = upload_of(ann.owner, services, tmp_path)
    view = ann.get(f"/studio/recordings/{own.recording_id}/review").json()
    row = view["utterances"][0]

    def edit(number):
        asked = {"kind": "correct_text", "utterance_id": row["id"], "text": "x" * 10 * number}
        asked |= {"client_edit_id": f"{number}", "base": view["revision"]}
        return ann.post(f"/studio/transcripts/{view['id']}/edits", json=asked)

    changed = edit(1)
    view["revision"] = changed.json()["revision"]
    visitor = Visitor(ann.owner, address="testclient")
    written = sum(count for _, count in services.text_quota._written["testclient"])
    services.text_quota.note(visitor, lambda: MAX_CHARACTERS)
    refused = [
        edit(2),
        ann.post(
            f"/studio/recordings/{own.recording_id}/imports",
            json={"name": "a.srt", "content": "", "client_edit_id": "3"},
        ),
    ]

    assert changed.status_code == 200
    assert written == 10
    assert [(each.status_code, each.json()["key"]) for each in refused] == [(429, "limit.text")] * 2
