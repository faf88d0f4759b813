"""Routes of the transcription API over real services with a fake pipeline."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message

from pipeline.core.events import SentencesFound
from pipeline.core.options import PipelineOptions
from pipeline.engines.inline import InlineEngine
from pipeline.models.locations import ModelLocations
from tests.conditions import run_in_new_loop
from tests.webui.services.fake_work import TRANSCRIPT, HandDrivenEngine, load_fake_pipeline
from webui.api.waiting_calls import MAX_CALLS
from webui.config.limits import Limits
from webui.openai import event_stream
from webui.openai.errors import OpenAiErrors
from webui.openai.event_stream import EventStream
from webui.openai.finished_runs import FailedRunError, RunReader
from webui.openai.routes import TRANSCRIPTIONS_PATH, build_openai_routes
from webui.openai.transcription_request import ResponseFormat, TranscriptionRequest
from webui.routes.pages import build_routes
from webui.services.container import Services, open_services
from webui.services.models import ModelsService
from webui.services.runs.transcription import Ticket

OPTIONS = PipelineOptions()
FILE = ("会议.wav", b"sound")


def client_of(services: Services) -> TestClient:
    routes = [*build_openai_routes(services), *build_routes(services)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(OpenAiErrors)]))


@pytest.fixture
def client(services) -> TestClient:
    return client_of(services)


@pytest.fixture
def same_models(tmp_path) -> Iterator[Services]:
    """Services that do not compare the models of equal runs."""
    opened = open_services(tmp_path / "same", InlineEngine(load_fake_pipeline))
    yield opened
    opened.close()


@pytest.fixture
def engine() -> HandDrivenEngine:
    return HandDrivenEngine()


@pytest.fixture
def driven(tmp_path, engine) -> Iterator[Services]:
    """Services whose runs go on when the test says so."""
    models = ModelsService(ModelLocations(tmp_path / "models"))
    opened = open_services(tmp_path / "driven", engine, models)
    yield opened
    opened.close()


def send(client: TestClient, file: Any = FILE, **fields: Any):
    return client.post(TRANSCRIPTIONS_PATH, files={"file": file}, data=fields)


def events_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(each.removeprefix("data: ")) for each in text.split("\n\n") if each]


def test_a_recording_is_transcribed_and_listed_under_the_name_of_its_file(client, services) -> None:
    answer = send(client, model="whisper-1", language="zh")

    assert answer.status_code == 200, answer.text
    assert answer.json() == {"text": "你好。再见。", "usage": {"type": "duration", "seconds": 4.0}}
    (listed,) = services.recordings.list()
    assert listed.recording.title == "会议"
    assert list(services.uploads.root.iterdir()) == []


def test_the_same_request_again_gets_the_same_run(same_models) -> None:
    client = client_of(same_models)
    first, second = send(client), send(client, response_format="text")

    assert second.text == f"{first.json()['text']}\n"
    (listed,) = same_models.recordings.list()
    assert listed.num_transcripts == 1


def test_corrections_and_names_that_people_made_are_in_a_later_answer(same_models) -> None:
    client = client_of(same_models)
    send(client)
    (listed,) = same_models.recordings.list()
    view = client.get(f"/studio/recordings/{listed.recording.recording_id}/review").json()
    edits = [
        {"kind": "correct_text", "utterance_id": view["utterances"][0]["id"], "text": "您好。"},
        {"kind": "rename_speaker", "speaker_id": view["speakers"][0]["id"], "name": "王芳"},
    ]
    for number, edit in enumerate(edits):
        sent = {**edit, "client_edit_id": str(number) * 32, "base": view["revision"]}
        answer = client.post(f"/studio/transcripts/{view['id']}/edits", json=sent)
        assert answer.status_code == 200, answer.text

    segments = send(client, response_format="diarized_json").json()["segments"]

    assert [(each["speaker"], each["text"]) for each in segments] == [
        ("王芳", "您好。"),
        ("A", "再见。"),
    ]


def test_a_stream_has_the_sentences_the_speakers_and_the_text(client) -> None:
    answer = send(client, stream="true", response_format="diarized_json")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [
        (each["type"].rpartition(".")[2], each.get("speaker")) for each in events_of(answer.text)
    ] == [
        ("delta", None),
        ("delta", None),
        ("segment", "A"),
        ("segment", "B"),
        ("done", None),
    ]


def test_sentences_are_sent_before_the_run_has_ended_and_only_once(driven, engine, tmp_path):
    upload = tmp_path / "a.wav"
    upload.write_bytes(b"sound")
    ticket = driven.transcription.start(upload, title="a", options=OPTIONS)
    stream = EventStream(driven, ticket, TranscriptionRequest(ResponseFormat.JSON))
    engine.begin()
    engine.find(SentencesFound(0, TRANSCRIPT.sentences[:1]))

    first, rest = run_in_new_loop(_read_around(stream, engine.finish))

    assert events_of(first) == [{"type": "transcript.text.delta", "delta": "你好。"}]
    assert events_of("".join(rest)) == [
        {"type": "transcript.text.delta", "delta": "再见。"},
        {"type": "transcript.text.done", "text": "你好。再见。"},
    ]


def test_a_stream_without_news_has_comments_for_proxies(driven, engine, tmp_path, monkeypatch):
    monkeypatch.setattr(event_stream, "KEEP_ALIVE_S", 0.0)
    upload = tmp_path / "a.wav"
    upload.write_bytes(b"sound")
    ticket = driven.transcription.start(upload, title="a", options=OPTIONS)
    stream = EventStream(driven, ticket, TranscriptionRequest())
    engine.begin()

    first, rest = run_in_new_loop(_read_around(stream, engine.finish))

    assert first.startswith(":")
    assert first.endswith("\n\n")
    news = "".join(each for each in rest if not each.startswith(":"))
    assert events_of(news)[-1]["type"] == "transcript.text.done"


async def _read_around(stream: EventStream, act: Callable[[], None]) -> tuple[str, list[str]]:
    """Return the first event of the stream, and after `act()` all further ones."""
    events = stream.events()
    first = await anext(events)
    act()
    return first, [each async for each in events]


def test_a_recording_that_cannot_be_read_is_refused_in_the_form_of_the_api(client) -> None:
    answer = send(client, ("a.wav", b"broken"))

    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["type"], error["code"]) == ("invalid_request_error", "transcription_failed")
    assert error["message"]
    assert answer.headers["x-should-retry"] == "false"


def test_a_failed_run_ends_a_stream_with_an_error(client) -> None:
    (event,) = events_of(send(client, ("a.wav", b"broken"), stream="true").text)

    assert event["error"]["code"] == "transcription_failed"


def test_a_cancelled_run_is_reported(driven, engine, tmp_path) -> None:
    upload = tmp_path / "a.wav"
    upload.write_bytes(b"sound")
    ticket = driven.transcription.start(upload, title="a", options=OPTIONS)
    driven.transcription.cancel(ticket.run_id)
    engine.close()

    assert cancelled(driven, ticket)["error"]["code"] == "cancelled"


def test_a_form_without_a_file_is_refused(client) -> None:
    answer = client.post(TRANSCRIPTIONS_PATH, files={"other": FILE})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "file")


def test_a_body_that_is_no_form_is_refused(client) -> None:
    answer = client.post(TRANSCRIPTIONS_PATH, json={"file": "/etc/passwd"})

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].endswith(".")


@pytest.mark.parametrize(
    "name", ["../../../../tmp/evil.wav", "..", "a\x00b.wav", "C:\\evil.wav", ""]
)
def test_a_hostile_file_name_stays_in_the_uploads(client, services, tmp_path, name) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\n\r\nsound\r\n--x--\r\n'
    )
    before = set(tmp_path.parent.iterdir())

    answer = client.post(
        TRANSCRIPTIONS_PATH,
        content=body,
        headers={"content-type": "multipart/form-data; boundary=x"},
    )

    assert answer.status_code == 200, answer.text
    (listed,) = services.recordings.list()
    assert "/" not in listed.recording.title
    assert set(tmp_path.parent.iterdir()) == before
    assert list(services.uploads.root.iterdir()) == []


def test_other_files_and_too_many_fields_of_a_form_are_not_kept(client, services) -> None:
    files = [("file", FILE), ("file2", ("b.wav", b"other")), ("file", ("c.wav", b"third"))]
    many = {f"field{number}": "x" for number in range(300)}

    several = client.post(TRANSCRIPTIONS_PATH, files=files)
    too_many = client.post(TRANSCRIPTIONS_PATH, files={"file": FILE}, data=many)

    assert several.status_code == 200
    assert too_many.status_code == 400
    assert len(services.recordings.list()) == 1
    assert list(services.uploads.root.iterdir()) == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"no form"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na"),
        ("text/plain", b"sound"),
    ],
)
def test_a_malformed_form_is_refused(client, content_type, body) -> None:
    answer = client.post(TRANSCRIPTIONS_PATH, content=body, headers={"content-type": content_type})

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].endswith(".")


def test_an_invalid_field_is_refused_and_nothing_stays_of_the_file(client, services) -> None:
    answer = send(client, response_format="xml")

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "response_format")
    assert services.recordings.list() == ()
    assert list(services.uploads.root.iterdir()) == []


@pytest.mark.parametrize("speakers", ["many", "0"])
def test_an_invalid_number_of_speakers_is_refused_and_nothing_stays(client, services, speakers):
    answer = send(client, speakers=speakers)

    assert answer.status_code == 400
    assert list(services.uploads.root.iterdir()) == []


def test_a_full_queue_is_a_rate_limit(tmp_path, engine) -> None:
    models = ModelsService(ModelLocations(tmp_path / "models"))
    services = open_services(tmp_path / "full", engine, models, limits=Limits(queue=1))
    (tmp_path / "a.wav").write_bytes(b"other sound")
    services.transcription.start(tmp_path / "a.wav", title="a", options=OPTIONS)
    try:
        answer = send(client_of(services))
    finally:
        services.close()

    assert answer.status_code == 429
    assert answer.json()["error"]["type"] == "rate_limit_error"


def test_models_are_listed_and_found_by_name(client) -> None:
    listed = client.get("/v1/models").json()["data"]
    unknown = client.get("/v1/models/tiny")

    assert [each["id"] for each in listed][:2] == ["speaker-studio", "whisper-1"]
    assert all(client.get(f"/v1/models/{each['id']}").json() == each for each in listed)
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "model_not_found")


def test_an_unknown_address_is_answered_in_the_form_of_the_api() -> None:
    async def app(scope, receive, send):
        headers = [(b"content-type", b"application/json"), (b"content-length", b"22")]
        await send({"type": "http.response.start", "status": 404, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"detail":', "more_body": True})
        await send({"type": "http.response.body", "body": b'"Not Found"}'})

    client = TestClient(OpenAiErrors(app))

    assert set(client.get("/v1/x").json()["error"]) == {"message", "type", "param", "code"}
    assert client.get("/studio/x").json() == {"detail": "Not Found"}


def cancelled(services: Services, ticket: Ticket) -> dict[str, Any]:
    services.transcription.wait(ticket.run_id, timeout_s=30)
    with pytest.raises(FailedRunError) as failed:
        RunReader(services).document(ticket)
    return failed.value.body()


@pytest.mark.parametrize("fields", [{}, {"stream": "true"}])
def test_a_caller_that_hangs_up_waits_no_longer(driven: Services, fields: dict[str, str]) -> None:
    app = client_of(driven).app
    statuses = run_in_new_loop(_hang_up_often(app, fields, times=MAX_CALLS + 1))

    assert set(statuses) <= {200, 499}
    assert len(driven.recordings.list()) == 1


async def _hang_up_often(app: ASGIApp, fields: dict[str, str], *, times: int) -> list[int]:
    return [await _hang_up(app, fields) for _ in range(times)]


async def _hang_up(app: ASGIApp, fields: dict[str, str]) -> int:
    """Send a request, disconnect at once, and return the status of the unread answer."""
    request = httpx.Request(
        "POST", f"http://localhost{TRANSCRIPTIONS_PATH}", files={"file": FILE}, data=fields
    )
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": TRANSCRIPTIONS_PATH,
        "query_string": b"",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 50_000),
        "server": ("localhost", 80),
    }
    body = request.read()
    received = iter([{"type": "http.request", "body": body, "more_body": False}])
    sent: list[Message] = []

    async def receive() -> Message:
        return next(received, {"type": "http.disconnect"})

    async def send_message(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send_message)
    return int(sent[0]["status"])
