"""Calls in many sessions leave nothing large in the app's memory."""

from __future__ import annotations

import httpx

from tests.attacks.measured_app import MeasuredApp

VALUE = "x" * 1_000_000
NUM_CALLS = 80


def call(client: httpx.Client, session: str) -> None:
    """Ask for a transcript under a long id, and read the answer, as one session."""
    event = client.post("/gradio_api/call/get_transcript", json={"data": [VALUE + session]})
    answer = client.get(f"/gradio_api/call/get_transcript/{event.json()['event_id']}")
    assert "no such recording" in answer.text or "event: error" in answer.text


def test_values_of_earlier_calls_are_not_kept(attacked: MeasuredApp) -> None:
    with httpx.Client(base_url=attacked.url, timeout=60) as client:
        for number in range(10):
            call(client, f"first-{number}")
        before = attacked.memory_mb()
        for number in range(NUM_CALLS):
            call(client, f"next-{number}")

    assert attacked.memory_mb() - before < 0.4 * NUM_CALLS  # MB, which is 0.4 of what was sent
