"""Tests that with login enabled every route requires a session."""

import asyncio
import threading
from functools import partial

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient

from tests.conditions import LONGEST_WAIT_S, run_in_new_loop
from tests.webui.login_clients import HASHES, client_of, log_in, quick_hash, sessions_of
from webui.auth.access_tokens import AccessTokens
from webui.auth.login import COOKIE, DEVICE_COOKIE, LoginRequired
from webui.auth.password_checks import MAX_WAITING
from webui.auth.rate_limit import FREE_FAILURES_OF_A_NAME, MAX_FAILURES_OF_A_NAME
from webui.config.accounts import Accounts
from webui.routes.pages import build_routes

AS_BROWSER = {"accept": "text/html,*/*", "accept-language": "zh-CN"}


@pytest.fixture
def open_client(services, tmp_path):
    """Return a function that opens an app in the shared workspace."""
    return partial(client_of, services, tmp_path)


@pytest.fixture
def client(open_client):
    return open_client()


def test_no_route_answers_without_login(services, client):
    paths = [route.path for route in build_routes(services) if not isinstance(route, Mount)]
    closed = [path for path in paths if not path.startswith(("/studio/texts", "/studio/shared"))]

    codes = {
        (method, path): client.request(method, path.replace("{", "").replace("}", "")).status_code
        for path in [*closed, "/", "/config", "/gradio_api/info", "/gradio_api/file=/etc/passwd"]
        for method in ("GET", "POST", "PATCH", "DELETE")
    }

    assert len(codes) > 100
    assert set(codes.values()) == {401}


def test_a_browser_is_redirected_to_a_login_page_in_its_language_without_scripts(client):
    sent = client.get("/", headers=AS_BROWSER)
    page = client.get(sent.headers["location"], headers=AS_BROWSER)

    assert (sent.status_code, sent.headers["location"]) == (303, "/login")
    assert 'lang="zh-CN"' in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "same-origin"  # or browsers send Origin: null
    assert 'lang="en"' in client.get("/login?language=en", headers=AS_BROWSER).text


@pytest.mark.parametrize(("name", "password"), [("ann", "right"), ("李雷", "对的")])
def test_the_right_password_logs_in_under_the_user_name(client, name, password):
    answer = log_in(client, name, password, **AS_BROWSER)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert client.get("/").text == "the page"
    assert client.get("/studio/visit").json()["name"] == name
    assert client.get("/studio/visit").json()["mode"] == "people"


def test_a_program_gets_an_error_instead_of_a_redirect(client):
    answer = log_in(client)

    assert (answer.status_code, answer.json()) == (200, {"success": True})


@pytest.mark.parametrize(
    ("name", "password"), [("ann", "wrong"), ("bo", "right"), ("", ""), ("ann", "x" * 5_000)]
)
def test_a_wrong_password_is_refused(client, name, password):
    answer = log_in(client, name, password)

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert client.get("/").status_code == 401


def test_a_typed_user_name_is_escaped(client):
    answer = log_in(client, '"><script>alert(1)</script>', "x")

    assert "<script" not in answer.text


def test_guessing_is_slowed_down(client):
    codes = [log_in(client, "ann", str(each)).status_code for each in range(7)]

    assert codes == [401] * MAX_FAILURES_OF_A_NAME + [429] * 2
    assert log_in(client).status_code == 429
    assert log_in(client, "李雷", "对的").status_code == 200


def addresses(first=0):
    """Yield clients with different addresses."""
    return ((f"198.51.100.{number}", 5_000) for number in range(first, 256))


def test_guessing_from_many_addresses_is_slowed_down_with_a_retry_time(open_client):
    app = open_client().app
    clients = (TestClient(app, client=each) for each in addresses())

    answers = [log_in(next(clients), "ann", str(each)) for each in range(12)]

    codes = [answer.status_code for answer in answers]
    assert codes == [401] * FREE_FAILURES_OF_A_NAME + [429] * 2
    assert answers[-1].headers["retry-after"] == "1"
    assert "in 1 seconds" in answers[-1].text
    assert log_in(next(clients), "李雷", "对的").status_code == 200


def test_a_known_browser_can_log_in_during_a_guessing_attack(open_client):
    client = open_client()
    log_in(client)
    client.post("/logout")
    strangers = (TestClient(client.app, client=each) for each in addresses())
    for each in range(FREE_FAILURES_OF_A_NAME + 1):
        refused = log_in(next(strangers), "ann", str(each))
    assert refused.status_code == 429

    assert log_in(client).status_code == 200


def test_a_device_id_of_one_person_does_not_help_to_guess_for_another(open_client):
    client = open_client()
    log_in(client, "李雷", "对的")

    codes = [log_in(client, "ann", str(each)).status_code for each in range(7)]

    assert codes == [401] * MAX_FAILURES_OF_A_NAME + [429] * 2


def test_a_device_id_is_not_a_session(client):
    log_in(client)
    device = client.cookies[DEVICE_COOKIE]
    client.cookies.clear()

    answer = client.get("/", headers={"cookie": f"{COOKIE}={device}"})

    assert answer.status_code == 401


def test_a_login_during_a_full_queue_gets_a_retry_time(services, tmp_path):
    may_end = threading.Event()

    class WaitingAccounts(Accounts):
        def is_password(self, name, password):
            assert may_end.wait(LONGEST_WAIT_S)
            return super().is_password(name, password)

    accounts = WaitingAccounts(HASHES)
    page = PlainTextResponse("the page")
    sessions, tokens = sessions_of(accounts, tmp_path), AccessTokens(tmp_path, accounts)
    app = LoginRequired(page, services.access, accounts, sessions, tokens)

    async def post(client, name, password="wrong"):
        return await client.post("/login", data={"username": name, "password": password})

    async def log_in_many():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://studio") as client:
            posts = [
                asyncio.create_task(post(client, f"person {number}"))
                for number in range(MAX_WAITING + 1)
            ]
            done, _ = await asyncio.wait(
                posts, timeout=LONGEST_WAIT_S, return_when=asyncio.FIRST_COMPLETED
            )
            may_end.set()
            answers = await asyncio.gather(*posts)
            return done.pop().result(), answers, await post(client, "ann", "right")

    refused, answers, later = run_in_new_loop(log_in_many())

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "Too many people are logging in right now." in refused.text
    assert sorted(each.status_code for each in answers) == [401] * MAX_WAITING + [503]
    assert later.status_code == 200


def test_a_session_ends_with_logging_out(client):
    log_in(client)

    left = client.post("/logout")

    assert left.headers["location"] == "/login"
    assert client.get("/").status_code == 401


def test_an_ended_session_stays_ended_after_a_restart(open_client, client):
    log_in(client)
    kept = {COOKIE: client.cookies[COOKIE]}
    client.post("/logout")

    assert open_client(cookies=kept).get("/").status_code == 401
    assert client.get("/", headers={"cookie": f"{COOKIE}={kept[COOKIE]}"}).status_code == 401


def test_logging_out_ends_only_that_session(open_client, client):
    other = open_client()
    for each in (client, other):
        log_in(each)

    client.post("/logout")

    assert open_client(cookies={COOKIE: other.cookies[COOKIE]}).get("/").text == "the page"


def test_logging_in_again_ends_the_browsers_earlier_session(client):
    log_in(client)
    former = client.cookies[COOKIE]

    log_in(client, "李雷", "对的")

    assert client.get("/", headers={"cookie": f"{COOKIE}={former}"}).status_code == 401


def test_a_session_ends_when_the_password_is_changed_or_the_person_removed(open_client, client):
    log_in(client)
    cookies = {COOKIE: client.cookies[COOKIE]}

    changed = open_client({"ann": quick_hash("new")}, cookies=cookies)
    removed = open_client({"bo": quick_hash("right")}, cookies=cookies)

    assert changed.get("/").status_code == 401
    assert removed.get("/").status_code == 401
    assert open_client(cookies=cookies).get("/").text == "the page"


def test_a_session_expires(client, monkeypatch):
    log_in(client)
    now = __import__("time").time()

    monkeypatch.setattr("webui.auth.sessions.time.time", lambda: now + 15 * 24 * 3600)

    assert client.get("/").status_code == 401


@pytest.mark.parametrize("session", ["", "x", "616e6e-9999999999-None.0", "." * 9, "é"])
def test_a_forged_session_is_invalid(open_client, session):
    client = open_client()

    assert client.get("/", headers={"cookie": f"{COOKIE}={session}".encode()}).status_code == 401


def test_over_https_the_session_stays_there(open_client):
    answer = log_in(open_client(base_url="https://studio.example"))

    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all(each.endswith("SameSite=Lax; Secure") for each in cookies)


def test_the_author_of_edits_is_the_user_name_whatever_was_sent(services, client, transcribed):
    log_in(client)
    view = client.get(f"/studio/recordings/{transcribed.recording_id}/review").json()
    edit = {"client_edit_id": "1" * 32, "base": view["revision"], "kind": "verify"}
    edit |= {"utterance_ids": [view["utterances"][0]["id"]], "author": "somebody else"}

    client.post(f"/studio/transcripts/{view['id']}/edits", json=edit)

    history = client.get(f"/studio/transcripts/{view['id']}/history").json()
    assert history["edits"][0]["author"] == "ann"
