"""A name that somebody has pointed at this machine gets no answer (DNS rebinding)."""

from __future__ import annotations

import socket
from http import HTTPStatus

import httpx
import pytest

from tests.attacks.measured_app import MeasuredApp
from tests.browser.review_workspace import MadeWorkspace

REFUSED, SERVED = HTTPStatus.FORBIDDEN, HTTPStatus.OK
PATHS = ("/", "/studio/recordings", "/gradio_api/info", "/config")


def status(app: MeasuredApp, host: str, path: str = "/studio/recordings", **headers: str) -> int:
    return httpx.get(app.url + path, headers={"host": host, **headers}).status_code


@pytest.mark.parametrize("path", PATHS)
def test_a_foreign_name_is_answered_with_the_flag_that_would_let_it_in(
    attacked: MeasuredApp, attacked_from_outside: MeasuredApp, path: str
) -> None:
    for app in (attacked, attacked_from_outside):
        answer = httpx.get(app.url + path, headers={"host": f"evil.example:{app.port}"})

        assert answer.status_code == REFUSED
        assert "evil.example" in answer.text
        assert "--allow-host" in answer.text


@pytest.mark.parametrize(
    "host", ["localhost.evil.example", "127.0.0.1.evil.example", "evil.example:7860", "a b", "[::"]
)
def test_names_that_look_like_this_machine_are_refused(attacked: MeasuredApp, host: str) -> None:
    assert status(attacked, host) == REFUSED


def test_health_is_told_under_any_name_and_metrics_only_under_our_own(
    attacked: MeasuredApp,
) -> None:
    assert status(attacked, "10.1.2.3:7860", "/healthz") == SERVED
    assert status(attacked, "evil.example", "/readyz") == SERVED
    assert status(attacked, "evil.example", "/metrics") == REFUSED
    assert status(attacked, "localhost", "/metrics") == SERVED


def test_a_forwarded_name_lets_no_other_in(attacked: MeasuredApp) -> None:
    assert status(attacked, "evil.example", **{"x-forwarded-host": "localhost"}) == REFUSED


def test_this_machines_own_names_are_served(
    attacked: MeasuredApp, attacked_from_outside: MeasuredApp
) -> None:
    for host in ("localhost", "LOCALHOST:7860", "127.0.0.1", "[::1]:7860"):
        assert status(attacked, host) == SERVED
        assert status(attacked_from_outside, host) == SERVED
    assert status(attacked, "192.0.2.7:7860") == REFUSED
    for host in ("192.0.2.7:7860", "[2001:db8::7]", socket.gethostname()):
        assert status(attacked_from_outside, host) == SERVED


def test_a_name_given_by_flag_is_served_also_as_a_trusted_proxy_states_it(
    made: MadeWorkspace,
) -> None:
    app = MeasuredApp(
        made.folder.parent / "named",
        "--no-demo",
        "--behind-proxy",
        *("--allow-host", "studio.example.org"),
    )
    app.start()

    seen = [
        status(app, "studio.example.org"),
        status(app, "inner:7860", **{"x-forwarded-host": "studio.example.org"}),
        status(app, "localhost", **{"x-forwarded-host": "evil.example"}),
        status(app, "studio.example.org", origin="https://studio.example.org"),
        status(app, "studio.example.org", origin="https://studio.example.org:8443"),
    ]
    app.stop()

    assert seen == [SERVED, SERVED, REFUSED, SERVED, REFUSED]
