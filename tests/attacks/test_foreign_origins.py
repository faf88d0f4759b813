"""Pages of other sites get nothing from the app, whatever name it answers to."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest
from gradio_client import Client
from playwright.sync_api import Browser, Page

from tests.attacks.measured_app import MeasuredApp
from tests.browser.review_workspace import MadeWorkspace

FORM = "multipart/form-data; boundary=b"
UPLOAD = (
    b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\nx\r\n--b--\r\n'
)
JOIN = b'{"data": [], "fn_index": 0, "session_hash": "foreign"}'
RESULT = """async ([url, options]) => {
  try {
    const answer = await fetch(url, options);
    return answer.type === "opaque" ? "opaque" : `${answer.status} ${await answer.text()}`;
  } catch (error) { return "blocked"; }
}"""


@pytest.fixture(scope="module", params=["attacked", "attacked_from_outside"])
def app(request: pytest.FixtureRequest) -> MeasuredApp:
    running: MeasuredApp = request.getfixturevalue(request.param)
    return running


@pytest.fixture(scope="module")
def recording_id(app: MeasuredApp) -> str:
    (listed,) = httpx.get(f"{app.url}/studio/recordings").json()["recordings"]
    return str(listed["id"])


@pytest.fixture(scope="module")
def other_port() -> Iterator[int]:
    """Another server of this machine: its pages are of the same site, and of another origin."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _EmptyPage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


class _EmptyPage(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>other</title>")

    def log_message(self, *_: object) -> None:
        pass


def attempts(recording_id: str) -> list[tuple[str, str, dict[str, Any]]]:
    """What the other page tries: path, and the options of `fetch`."""
    title = '{"title": "broken"}'
    json_type = {"content-type": "application/json"}
    one = f"/studio/recordings/{recording_id}"
    simple = {"method": "POST", "mode": "no-cors"}
    return [
        ("list", "/studio/recordings", {}),
        ("list unread", "/studio/recordings", {"mode": "no-cors"}),
        ("audio", f"{one}/audio", {}),
        ("rename", one, {"method": "PATCH", "headers": json_type, "body": title}),
        ("delete", one, {"method": "DELETE", "headers": json_type, "body": "{}"}),
        ("forwarded", one, {"method": "DELETE", "headers": {**json_type, "x-forwarded-host": "x"}}),
        ("config", "/config", {}),
        ("join", "/gradio_api/queue/join", {"method": "POST", "headers": json_type, "body": "{}"}),
        ("simple join", "/gradio_api/queue/join", {**simple, "body": JOIN.decode()}),
        ("call", "/gradio_api/call/list_recordings", {**simple, "body": '{"data": []}'}),
        (
            "simple upload",
            "/gradio_api/upload",
            {**simple, "headers": {"content-type": FORM}, "body": UPLOAD.decode()},
        ),
    ]


def outcomes(page: Page, url: str, recording_id: str) -> dict[str, str]:
    return {
        name: page.evaluate(RESULT, [url + path, options])
        for name, path, options in attempts(recording_id)
    }


@pytest.mark.parametrize("site", ["http://127.0.0.1:{port}", "http://localhost:{port}"])
def test_a_page_of_another_origin_reads_and_changes_nothing(
    browser: Browser, app: MeasuredApp, recording_id: str, other_port: int, site: str
) -> None:
    page = browser.new_page()
    page.goto(site.format(port=other_port))

    seen = outcomes(page, app.url, recording_id)
    page.close()

    assert set(seen.values()) <= {"blocked", "opaque"}, seen
    (listed,) = httpx.get(f"{app.url}/studio/recordings").json()["recordings"]
    assert (listed["id"], listed["title"]) == (recording_id, "讨论会")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize(
    ("method", "path", "content_type", "body"),
    [
        ("GET", "/studio/recordings", "", b""),
        ("GET", "/config", "", b""),
        ("POST", "/gradio_api/queue/join", "application/json", JOIN),
        ("POST", "/gradio_api/queue/join", "text/plain", JOIN),
        ("POST", "/gradio_api/run/list_recordings", "text/plain", b'{"data": []}'),
        ("POST", "/gradio_api/call/list_recordings", "application/json", b'{"data": []}'),
        ("POST", "/gradio_api/upload", FORM, UPLOAD),
        ("OPTIONS", "/studio/recordings", "", b""),
    ],
)
def test_a_foreign_origin_is_refused_without_leave_to_read(
    app: MeasuredApp, origin: str, method: str, path: str, content_type: str, body: bytes
) -> None:
    headers = {
        "origin": origin,
        "content-type": content_type,
        "x-forwarded-host": origin.removeprefix("https://"),
        "access-control-request-method": "DELETE",
    }

    answer = httpx.request(method, app.url + path, headers=headers, content=body)

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert answer.json()["error"] == "foreign_origin"
    assert not [each for each in answer.headers if each.startswith("access-control")]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_foreign_page_embeds_without_an_origin_is_refused(
    app: MeasuredApp, recording_id: str, site: str
) -> None:
    path = f"{app.url}/studio/recordings/{recording_id}/audio"
    embedded = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "audio"}

    assert httpx.get(path, headers=embedded).status_code == HTTPStatus.FORBIDDEN
    link = {**embedded, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert httpx.get(app.url, headers=link).status_code == HTTPStatus.OK


def test_programs_without_an_origin_and_our_own_page_go_on(app: MeasuredApp) -> None:
    own = {"origin": app.url, "sec-fetch-site": "same-origin"}

    assert httpx.get(f"{app.url}/studio/recordings", headers=own).status_code == HTTPStatus.OK
    assert httpx.post(
        f"{app.url}/gradio_api/upload", headers={**own, "content-type": FORM}, content=UPLOAD
    ).json()
    client = Client(app.url, verbose=False)
    assert len(client.predict(api_name="/list_recordings")) == 1


def test_an_allowed_site_may_read_and_change(made: MadeWorkspace, other_port: int) -> None:
    site = "https://partner.example"
    app = MeasuredApp(made.folder.parent / "allowed", "--no-demo", "--allow-origin", site)
    app.start()
    headers = {"origin": site, "access-control-request-method": "PATCH"}

    answers = [
        httpx.get(f"{app.url}/studio/recordings", headers=headers),
        httpx.options(f"{app.url}/studio/recordings/x", headers=headers),
        httpx.get(f"{app.url}/studio/recordings", headers={"origin": "https://evil.example"}),
    ]
    page = httpx.get(app.url)
    app.stop()

    assert [each.status_code for each in answers] == [200, 200, 403]
    assert [each.headers.get("access-control-allow-origin") for each in answers] == [
        site,
        site,
        None,
    ]
    assert page.headers["content-security-policy"] == f"frame-ancestors 'self' {site}"
