"""Calls of MCP tools: arguments by the input schema, answers by the output schema."""

from __future__ import annotations

import asyncio
import base64
from functools import partial
from typing import Any

import jsonschema
import pytest

from tests.conditions import run_in_new_loop
from webui.api.mcp_calls import McpCalls
from webui.api.mcp_tools import build_tools
from webui.api.waiting_calls import MAX_CALLS_OF_ADDRESS
from webui.routes.handler import BadRequestError
from webui.services.access import Visitor
from webui.services.container import Services
from webui.services.runs.transcription import Ticket

TOOLS = {each.name: each for each in build_tools()}


async def ignore_progress(fraction: float, message: str) -> None:
    pass


def call(services: Services, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Call a tool as the MCP library does, which checks arguments and answer by the schemas."""
    jsonschema.validate(arguments, TOOLS[name].inputSchema)
    answer = run_in_new_loop(
        McpCalls(services).call(name, arguments, visitor=Visitor(None), on_progress=ignore_progress)
    )
    schema = TOOLS[name].outputSchema
    assert schema is not None
    jsonschema.validate(answer, schema)
    return answer


def test_answers_have_the_form_of_the_output_schema(
    services: Services, transcribed: Ticket
) -> None:
    listed = call(services, "list_recordings", {})
    recording_id = listed["recordings"][0]["id"]
    transcript = call(services, "get_transcript", {"recording_id": recording_id})
    utterance = transcript["utterances"][0]
    edit = {"kind": "correct_text", "utterance_id": utterance["id"], "text": "改过。"}
    changes = call(
        services,
        "apply_edit",
        {"transcript_id": transcript["id"], "base": transcript["revision"], "edit": edit},
    )
    as_text = {"recording_id": recording_id, "format_name": "txt"}
    exported = call(services, "export_transcript", as_text)
    converted = call(services, "export_transcript", {**as_text, "script": "traditional"})

    assert changes["utterances"][0]["text"] == "改过。"
    assert "改过。" in exported["text"]
    assert "改過。" in converted["text"]
    assert call(services, "cancel_transcription", {"run_id": transcribed.run_id}) == {
        "run_id": transcribed.run_id
    }


@pytest.mark.parametrize(("wait_s", "state"), [(30, "done"), (0, None)])
def test_a_transcription_answers_with_its_progress_or_its_transcript(
    services: Services, wait_s: int, state: str | None
) -> None:
    content = base64.b64encode(b"sound").decode()

    answer = call(services, "transcribe", {"content": content, "wait_seconds": wait_s})

    assert state in (None, answer["state"])
    assert ("transcript" in answer) == (answer["state"] == "done")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("get_transcript", {}),
        ("get_transcript", {"recording_id": ""}),
        ("get_transcript", {"recording_id": "x" * 65}),
        ("get_transcript", {"recording_id": "x", "more": 1}),
        ("get_transcript", {"recording_id": "\ud800"}),
        ("transcribe", {"content": "", "wait_seconds": 3_601}),
        ("transcribe", {"content": 5}),
        ("export_transcript", {"recording_id": "x", "format_name": "srt", "version": "first"}),
        ("apply_edit", {"transcript_id": "x", "base": "1", "edit": []}),
    ],
)
def test_arguments_outside_the_input_schema_are_refused(
    services: Services, name: str, arguments: dict[str, Any]
) -> None:
    work = McpCalls(services).call(
        name, arguments, visitor=Visitor(None), on_progress=ignore_progress
    )

    with pytest.raises(BadRequestError, match="do not match the tool's input schema"):
        run_in_new_loop(work)


def test_every_argument_but_the_needed_ones_has_a_default() -> None:
    needed = {name: tool.inputSchema.get("required", []) for name, tool in TOOLS.items()}

    assert needed == {
        "transcribe": [],
        "cancel_transcription": ["run_id"],
        "list_recordings": [],
        "get_transcript": ["recording_id"],
        "apply_edit": ["transcript_id", "base", "edit"],
        "export_transcript": ["recording_id", "format_name"],
    }


def test_one_address_of_a_demo_leaves_calls_to_others(services: Services) -> None:
    visitor = Visitor("a" * 32, address="192.0.2.1")
    content = base64.b64encode(b"sound").decode()
    calls = McpCalls(services)

    async def call_at_once() -> list[Any]:
        call = partial(calls.call, "transcribe", {"content": content, "wait_seconds": 30})
        waiting = [
            call(visitor=visitor, on_progress=ignore_progress)
            for _ in range(MAX_CALLS_OF_ADDRESS + 1)
        ]
        return await asyncio.gather(*waiting, return_exceptions=True)

    answers = run_in_new_loop(call_at_once())

    refused = [str(each) for each in answers if isinstance(each, BadRequestError)]
    assert refused == ["Too many calls wait for transcripts. Try again in a minute."]
