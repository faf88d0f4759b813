"""Requests for the progress of uploads under ever new ids leave nothing in the app's memory."""

from __future__ import annotations

import socket
from http import HTTPStatus

import httpx

from tests.attacks.measured_app import MeasuredApp
from webui.protection.upload_progress import MAX_IDS


def ask_without_waiting(app: MeasuredApp, upload_id: str) -> None:
    with socket.create_connection(("127.0.0.1", app.port), 30) as link:
        path = f"/gradio_api/upload_progress?upload_id={upload_id}"
        link.sendall(f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode())


def test_only_the_newest_ids_are_stored(attacked: MeasuredApp) -> None:
    with httpx.Client(base_url=attacked.url) as client:
        for upload_id in ("oldest", "newest"):
            if upload_id == "newest":
                for number in range(MAX_IDS):
                    ask_without_waiting(attacked, f"{number}")
            address = f"/gradio_api/upload?upload_id={upload_id}"
            assert client.post(address, files={"files": ("a.wav", b"RIFF")}).is_success
        progress = {
            each: client.get(f"/gradio_api/upload_progress?upload_id={each}").status_code
            for each in ("newest", "oldest")
        }

    assert progress == {"newest": HTTPStatus.OK, "oldest": HTTPStatus.NOT_FOUND}
