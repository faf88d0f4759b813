"""Who has no password gets nothing, guesses slowly, and holds up nobody who has logged in."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from tests.attacks.measured_app import MeasuredApp
from tests.browser.review_workspace import make_workspace
from tests.conditions import LONGEST_WAIT_S, run_in_new_loop
from webui.auth.login import COOKIE
from webui.auth.rate_limit import FREE_FAILURES_OF_A_NAME, MAX_FAILURES_OF_A_NAME
from webui.config.accounts import hash_password

PASSWORDS = {"ann": "right", "李雷": "对的"}
NUM_LOGINS, NUM_STORMS = 120, 3
LONGEST_WAIT_OF_OTHERS_S = 0.5


@pytest.fixture(scope="module")
def flags(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    people = tmp_path_factory.mktemp("people") / "people.txt"
    lines = [f"{name}:{hash_password(password)}" for name, password in PASSWORDS.items()]
    people.write_text("\n".join(lines), "utf-8")
    return ["--auth", str(people), "--no-demo", "--offline"]


def running(workspace: Path, *flags: str) -> Iterator[MeasuredApp]:
    make_workspace(workspace, num_sentences=5)
    app = MeasuredApp(workspace, *flags)
    app.start()
    yield app
    app.stop()


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory, flags: list[str]) -> Iterator[MeasuredApp]:
    """The app with logins, reached without a proxy."""
    yield from running(tmp_path_factory.mktemp("direct") / "workspace", *flags)


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory, flags: list[str]) -> Iterator[MeasuredApp]:
    """The app with logins behind a proxy, whose part the test takes."""
    yield from running(tmp_path_factory.mktemp("proxied") / "workspace", *flags, "--behind-proxy")


def log_in(
    app: MeasuredApp, name: str, password: str, headers: dict[str, str] | None = None
) -> httpx.Response:
    form = {"username": name, "password": password}
    return httpx.post(f"{app.url}/login", data=form, headers=headers, timeout=30)


def code_of(app: MeasuredApp, session: str) -> int:
    headers = {"cookie": f"{COOKIE}={session}"}
    return httpx.get(f"{app.url}/studio/recordings", headers=headers).status_code


def session_of(app: MeasuredApp, name: str = "ann", address: str = "192.0.2.1") -> str:
    headers = {"X-Forwarded-For": address}
    return log_in(app, name, PASSWORDS[name], headers).cookies[COOKIE]


def test_strangers_learn_that_the_app_is_alive_but_none_of_its_totals(direct: MeasuredApp) -> None:
    assert httpx.get(f"{direct.url}/healthz").status_code == HTTPStatus.OK
    assert "speaker_studio" not in httpx.get(f"{direct.url}/metrics").text


def storm(url: str, count: int) -> Counter[int]:
    """Send as many logins at once, each from an address of its own; return their codes."""
    return run_in_new_loop(_storm(url, count))


async def _storm(url: str, count: int) -> Counter[int]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:

        async def guess(number: int) -> int:
            form = {"username": f"person {number}", "password": "wrong"}
            headers = {"X-Forwarded-For": f"198.51.100.{number}"}
            return (await client.post("/login", data=form, headers=headers)).status_code

        return Counter(await asyncio.gather(*map(guess, range(count))))


def another_process() -> ProcessPoolExecutor:
    """Return a process for an attack, so that it does not hold up what measures it."""
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


@pytest.mark.wall_clock
def test_a_storm_of_logins_holds_up_nobody_who_has_logged_in(proxied: MeasuredApp) -> None:
    cookies = {COOKIE: session_of(proxied)}
    longest = []

    with another_process() as process:
        for _ in range(NUM_STORMS):  # other work on this machine may hold one of them up
            with proxied.waits_of_another_visitor(cookies) as waits:
                codes = process.submit(storm, proxied.url, NUM_LOGINS).result()
            assert set(codes) == {401, 503}
            assert sum(codes.values()) == NUM_LOGINS
            longest.append(max(waits))

    assert min(longest) < LONGEST_WAIT_OF_OTHERS_S


def test_without_a_proxy_a_forwarded_address_buys_no_guesses(direct: MeasuredApp) -> None:
    codes = [
        log_in(direct, "李雷", str(each), {"X-Forwarded-For": f"203.0.113.{each}"}).status_code
        for each in range(MAX_FAILURES_OF_A_NAME + 3)
    ]

    assert codes == [401] * MAX_FAILURES_OF_A_NAME + [429] * 3


def test_addresses_that_a_client_writes_before_its_own_buy_no_guesses(
    proxied: MeasuredApp,
) -> None:
    codes = [
        log_in(
            proxied, "bo", str(each), {"X-Forwarded-For": f"203.0.113.{each}, 192.0.2.77"}
        ).status_code
        for each in range(MAX_FAILURES_OF_A_NAME + 3)
    ]

    assert codes == [401] * MAX_FAILURES_OF_A_NAME + [429] * 3


def test_ever_new_addresses_buy_few_guesses_and_end_no_session(proxied: MeasuredApp) -> None:
    session = session_of(proxied, "李雷", "192.0.2.5")
    codes = [
        log_in(proxied, "李雷", str(each), {"X-Forwarded-For": f"2001:db8:0:{each}::1"}).status_code
        for each in range(FREE_FAILURES_OF_A_NAME + 10)
    ]

    assert codes.count(401) <= FREE_FAILURES_OF_A_NAME + 3  # the first delays are short
    assert codes.count(429) >= 7
    assert code_of(proxied, session) == 200


def test_an_event_stream_of_gradio_ends_with_its_session(direct: MeasuredApp) -> None:
    session = {COOKIE: session_of(direct)}
    with (
        httpx.Client(base_url=direct.url, cookies=session, timeout=LONGEST_WAIT_S) as client,
        client.stream("GET", "/gradio_api/heartbeat/tab") as stream,
    ):
        texts = stream.iter_text()
        assert next(texts) == "data: ALIVE\n\n"

        client.post("/logout")

        assert not [each for each in texts if each != "data: ALIVE\n\n"]  # it ends


def test_a_session_is_of_no_use_after_its_logout_and_a_restart(direct: MeasuredApp) -> None:
    ended, kept = session_of(direct), session_of(direct)
    httpx.post(f"{direct.url}/logout", cookies={COOKIE: ended})
    before = [code_of(direct, each) for each in (ended, kept)]

    direct.stop()
    direct.start()

    assert before == [401, 200]
    assert [code_of(direct, each) for each in (ended, kept)] == [401, 200]
