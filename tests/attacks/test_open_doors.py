"""Routes and headers that would let strangers look in, send people elsewhere, or frame the page."""

from __future__ import annotations

from http import HTTPStatus

import httpx
import pytest

from tests.attacks.measured_app import MeasuredApp
from tests.browser.review_workspace import MadeWorkspace
from webui.config.hosting import hosting_embedders, hosting_names

CLOSED = [
    "/monitoring",
    "/monitoring/summary",
    "/monitoring/key",
    "/gradio_api/deep_link?session_hash=a",
    "/gradio_api/mcp/schema",
    "/gradio_api/proxy=http://127.0.0.1/",
    "/gradio_api/runs",
    "/gradio_api/vibe-code",
    "/gradio_api/custom_component/a/client/b/c%0Aa%20line%20in%20the%20log",
]


@pytest.mark.parametrize("path", CLOSED)
def test_routes_that_the_page_does_not_use_are_closed(attacked: MeasuredApp, path: str) -> None:
    logged = attacked.log_text()

    assert httpx.get(attacked.url + path).status_code == HTTPStatus.NOT_FOUND
    assert attacked.log_text() == logged


def test_there_is_no_mcp_without_its_flag(attacked: MeasuredApp) -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"accept": "application/json, text/event-stream"}

    answer = httpx.post(f"{attacked.url}/studio/mcp", json=ping, headers=headers)

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert httpx.get(f"{attacked.url}/config").json()["mcp_server"] is False


@pytest.mark.parametrize("path", ["/login", "/logout", "/logout/"])
def test_logins_lead_nowhere_else(attacked: MeasuredApp, path: str) -> None:
    answer = httpx.get(attacked.url + path, headers={"x-forwarded-host": "evil.example"})

    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("path", ["/", "/studio/recordings", "/config", "/nothing"])
def test_no_answer_may_be_framed_read_or_guessed_at_elsewhere(
    attacked: MeasuredApp, path: str
) -> None:
    headers = httpx.get(attacked.url + path, headers={"x-gradio-server": "//evil"}).headers

    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    if path == "/":
        assert headers["content-security-policy"] == "frame-ancestors 'self'"


def test_a_space_is_framed_by_its_hosts_page_and_answers_to_its_name(
    made: MadeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYSTEM", "spaces")
    monkeypatch.setenv("SPACE_HOST", "ann-studio.hf.space")
    app = MeasuredApp(made.folder.parent / "space", "--no-demo", "--offline", "--no-demo-mode")
    app.start()

    page = httpx.get(app.url, headers={"host": "ann-studio.hf.space"})
    other = httpx.get(app.url, headers={"host": "eve-studio.hf.space"})
    app.stop()

    assert page.status_code == HTTPStatus.OK
    assert "https://huggingface.co" in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers
    assert other.status_code == HTTPStatus.FORBIDDEN


def test_a_studio_is_framed_by_modelscope() -> None:
    studio = {"MODELSCOPE_ENVIRONMENT": "studio"}

    assert ".ms.show" in hosting_names(studio)
    assert "https://modelscope.cn" in hosting_embedders(studio)
    assert hosting_names({}) == hosting_embedders({}) == ()
