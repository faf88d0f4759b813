"""Odd request lines and headers change no page, are refused when too long, and log nothing."""

from __future__ import annotations

from http import HTTPStatus

import httpx
import pytest

from tests.attacks.measured_app import MeasuredApp


def test_a_header_of_gradio_does_not_change_where_the_page_loads_from(
    attacked: MeasuredApp,
) -> None:
    asked = httpx.get(
        f"{attacked.url}/config", headers={"X-Gradio-Server": "http://evil.example:1"}
    )

    assert asked.status_code == HTTPStatus.OK
    assert "evil.example" not in asked.text


@pytest.mark.parametrize("num_headers", [1, 10])
def test_headers_above_the_limit_are_refused_even_in_one_piece(
    attacked: MeasuredApp, num_headers: int
) -> None:
    long = {f"x-long-{each}": "x" * (100_000 // num_headers) for each in range(num_headers)}

    asked = httpx.get(f"{attacked.url}/studio/recordings", headers=long)

    assert asked.status_code == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


def test_a_long_query_is_refused(attacked: MeasuredApp) -> None:
    asked = httpx.get(f"{attacked.url}/studio/search?q=" + "x" * 50_000)

    assert asked.status_code == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/static/%00",
        "/assets/a%00b",
        "/gradio_api/file=%00",
        "/gradio_api/file=/tmp/%00.wav",
        "/svelte/%00",
        "/theme.css%00",
        "/studio/%00",
        "/studio/recordings/%00",
    ],
)
def test_a_null_character_in_a_path_is_not_found_and_not_logged(
    attacked: MeasuredApp, path: str
) -> None:
    logged = len(attacked.log_text())

    asked = httpx.get(attacked.url + path)

    assert asked.status_code == HTTPStatus.NOT_FOUND
    assert len(attacked.log_text()) == logged


@pytest.mark.parametrize("path", ["/", "/login", "/studio/recordings", "/healthz"])
def test_a_request_for_a_tunnel_is_refused_and_not_logged(attacked: MeasuredApp, path: str) -> None:
    logged = len(attacked.log_text())

    asked = httpx.request("CONNECT", attacked.url + path)

    assert asked.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert len(attacked.log_text()) == logged
