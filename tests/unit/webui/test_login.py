"""Where people log in, nothing of ours and nothing of Gradio's is had without."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from webui.login import COOKIE, LoginRequired
from webui.login_throttle import (
    MAX_FAILURES_OF_A_NAME,
    MAX_FAILURES_OF_AN_ADDRESS,
    WINDOW_S,
    LoginThrottle,
)
from webui.passwords import Accounts, hash_password
from webui.routes import build_routes
from webui.signing import Signer

SIGNER = Signer(b"k" * 32, "session")
HASHES = {"ann": hash_password("right"), "李雷": hash_password("对的")}
AS_BROWSER = {"accept": "text/html,*/*", "accept-language": "zh-CN"}


def client_of(services, hashes=HASHES, **options):
    behind = [
        Route("/", lambda request: PlainTextResponse("the page")),
        Route("/gradio_api/{rest:path}", lambda request: PlainTextResponse("gradio")),
    ]
    doorkeeper = Middleware(LoginRequired, services.access, Accounts(hashes), SIGNER)
    app = Starlette(routes=[*behind, *build_routes(services)], middleware=[doorkeeper])
    return TestClient(app, follow_redirects=False, **options)


@pytest.fixture
def client(services):
    return client_of(services)


def log_in(client, name="ann", password="right", **headers):
    return client.post("/login", data={"username": name, "password": password}, headers=headers)


def test_no_address_answers_a_stranger(services, client):
    paths = [route.path for route in build_routes(services) if not isinstance(route, Mount)]
    closed = [path for path in paths if not path.startswith(("/studio/texts", "/studio/shared"))]

    codes = {
        (method, path): client.request(method, path.replace("{", "").replace("}", "")).status_code
        for path in [*closed, "/", "/config", "/gradio_api/info", "/gradio_api/file=/etc/passwd"]
        for method in ("GET", "POST", "PATCH", "DELETE")
    }

    assert len(codes) > 100
    assert set(codes.values()) == {401}


def test_a_browser_is_sent_to_a_page_in_its_language_that_runs_nothing(client):
    sent = client.get("/", headers=AS_BROWSER)
    page = client.get(sent.headers["location"], headers=AS_BROWSER)

    assert (sent.status_code, sent.headers["location"]) == (303, "/login")
    assert 'lang="zh-CN"' in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert 'lang="en"' in client.get("/login?language=en", headers=AS_BROWSER).text


@pytest.mark.parametrize(("name", "password"), [("ann", "right"), ("李雷", "对的")])
def test_who_knows_the_password_gets_in_under_their_name(client, name, password):
    answer = log_in(client, name, password, **AS_BROWSER)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert client.get("/").text == "the page"
    assert client.get("/studio/visit").json()["name"] == name
    assert client.get("/studio/visit").json()["mode"] == "people"


def test_a_program_is_answered_without_being_sent_on(client):
    answer = log_in(client)

    assert (answer.status_code, answer.json()) == (200, {"success": True})


@pytest.mark.parametrize(
    ("name", "password"), [("ann", "wrong"), ("bo", "right"), ("", ""), ("ann", "x" * 5_000)]
)
def test_who_does_not_know_it_stays_outside(client, name, password):
    answer = log_in(client, name, password)

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert client.get("/").status_code == 401


def test_what_was_typed_comes_back_as_text(client):
    answer = log_in(client, '"><script>alert(1)</script>', "x")

    assert "<script" not in answer.text


def test_guessing_is_slowed_down(client):
    codes = [log_in(client, "ann", str(each)).status_code for each in range(7)]

    assert codes == [401] * MAX_FAILURES_OF_A_NAME + [429] * 2
    assert log_in(client).status_code == 429
    assert log_in(client, "李雷", "对的").status_code == 200


def test_a_throttle_forgets_after_a_while_and_forgives_who_got_in():
    now = [0.0]
    throttle = LoginThrottle(lambda: now[0])
    for _ in range(MAX_FAILURES_OF_A_NAME):
        assert throttle.admits("1.2.3.4", "ann")
    assert not throttle.admits("1.2.3.4", "ann")

    throttle.forgive("1.2.3.4", "ann")
    assert throttle.admits("1.2.3.4", "ann")

    for number in range(MAX_FAILURES_OF_AN_ADDRESS - 1):
        assert throttle.admits("1.2.3.4", str(number))
    assert not throttle.admits("1.2.3.4", "somebody else")
    now[0] = WINDOW_S + 1
    assert throttle.admits("1.2.3.4", "somebody else")


def test_a_session_ends_with_logging_out(client):
    log_in(client)

    left = client.post("/logout")

    assert left.headers["location"] == "/login"
    assert client.get("/").status_code == 401


def test_a_session_ends_when_the_password_is_changed_or_the_person_removed(services, client):
    log_in(client)
    cookies = {COOKIE: client.cookies[COOKIE]}

    changed = client_of(services, {"ann": hash_password("new")}, cookies=cookies)
    removed = client_of(services, {"bo": hash_password("right")}, cookies=cookies)

    assert changed.get("/").status_code == 401
    assert removed.get("/").status_code == 401
    assert client_of(services, cookies=cookies).get("/").text == "the page"


def test_a_session_is_over_after_its_time(services, client, monkeypatch):
    log_in(client)
    now = __import__("time").time()

    monkeypatch.setattr("webui.login.time.time", lambda: now + 15 * 24 * 3600)

    assert client.get("/").status_code == 401


@pytest.mark.parametrize("session", ["", "x", "616e6e-9999999999-None.0", "." * 9, "é"])
def test_a_session_that_somebody_made_up_is_none(services, session):
    client = client_of(services)

    assert client.get("/", headers={"cookie": f"{COOKIE}={session}".encode()}).status_code == 401


def test_over_https_the_session_stays_there(services):
    answer = log_in(client_of(services, base_url="https://studio.example"))

    assert answer.headers["set-cookie"].endswith("; Secure")


def test_edits_bear_the_name_of_who_has_logged_in_whatever_the_page_says(
    services, client, transcribed
):
    log_in(client)
    view = client.get(f"/studio/recordings/{transcribed.recording_id}/review").json()
    edit = {"client_edit_id": "1" * 32, "base": view["revision"], "kind": "verify"}
    edit |= {"utterance_ids": [view["utterances"][0]["id"]], "author": "somebody else"}

    client.post(f"/studio/transcripts/{view['id']}/edits", json=edit)

    history = client.get(f"/studio/transcripts/{view['id']}/history").json()
    assert history["edits"][0]["author"] == "ann"
