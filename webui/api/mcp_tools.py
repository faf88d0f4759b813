"""Descriptions and JSON schemas of the MCP tools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any  # Any: JSON Schema

from mcp.types import Tool, ToolAnnotations

from pipeline.formats.registry import FORMATS
from storage.db.records import RunStatus
from storage.edit_plans.registry import EDIT_KINDS
from storage.exports import TranscriptVersion

Schema = dict[str, Any]

DEFAULT_WAIT_S = 45  # many clients time out after a minute
MAX_WAIT_S = 3_600
_EDITS_OF_HISTORY = ("undo", "redo", "return_to")

INSTRUCTIONS = (
    "Speaker Studio turns recordings of conversations, mainly in Mandarin, into transcripts "
    "that say who said what and when. transcribe takes a recording; list_recordings and "
    "get_transcript read stored ones; apply_edit corrects a transcript, and every edit can be "
    "undone; export_transcript gives subtitles, plain text or annotation. Times are milliseconds "
    "from the start of the recording. Names and ids in one call's arguments come from another "
    "call's answer."
)


def build_tools() -> list[Tool]:
    """Return the descriptions of all MCP tools, one per operation of the public API."""
    return [
        _transcribe(),
        _cancel_transcription(),
        _list_recordings(),
        _get_transcript(),
        _apply_edit(),
        _export_transcript(),
    ]


def _transcribe() -> Tool:
    return Tool(
        name="transcribe",
        title="Transcribe a recording",
        description=(
            "Transcribe a recording with its speakers. Send the file either in base 64 "
            "as content, or post it to /gradio_api/upload first (multipart, field files, same "
            "cookies as here) and pass its answer as upload; large files must be uploaded. "
            "Waits up to wait_seconds; the answer then has the transcript where state is done, a "
            "message where it is failed or cancelled, and otherwise the progress. The work "
            "continues after the call: list_recordings reports its progress, get_transcript the "
            "text recognised so far, and cancel_transcription stops it."
        ),
        inputSchema=_object(
            {
                "content": _text("The audio or video file in base 64."),
                "upload": _text("The path that /gradio_api/upload returned for the file."),
                "title": _text("Title of the recording."),
                "language": _text("A code such as zh or en; empty to detect it."),
                "speakers": _text("Number of speakers: auto, a number, or a range such as 2-5."),
                "hotwords": _text("Words to expect, one per line."),
                "audio_track": _text(
                    "For files with several audio tracks: auto, mix, or a number from 1."
                ),
                "wait_seconds": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": MAX_WAIT_S,
                    "default": DEFAULT_WAIT_S,
                    "description": "Seconds to wait for the end; 0 to only start the work.",
                },
            },
        ),
        outputSchema=_run_schema(),
        annotations=ToolAnnotations(
            readOnlyHint=False, destructiveHint=False, idempotentHint=True, openWorldHint=False
        ),
    )


def _cancel_transcription() -> Tool:
    return Tool(
        name="cancel_transcription",
        title="Cancel a transcription",
        description="Cancel a transcription permanently; does nothing if it has ended.",
        inputSchema=_object(_ids("run_id"), needed=("run_id",)),
        outputSchema=_object(_ids("run_id"), needed=("run_id",)),
        annotations=ToolAnnotations(
            readOnlyHint=False, destructiveHint=True, idempotentHint=True, openWorldHint=False
        ),
    )


def _list_recordings() -> Tool:
    return Tool(
        name="list_recordings",
        title="List recordings",
        description=(
            "All recordings that you may see, the newest first: id, title, duration_ms, number of "
            "speakers and sentences, transcript_id, and of the latest transcription, run, its id, "
            "state and fraction."
        ),
        inputSchema=_object({}),
        outputSchema=_object(
            {"recordings": {"type": "array", "items": {"type": "object"}}}, needed=("recordings",)
        ),
        annotations=_reads(),
    )


def _get_transcript() -> Tool:
    return Tool(
        name="get_transcript",
        title="Read a transcript",
        description=(
            "A recording's transcript, also while its run is unfinished: its id and revision, the "
            "speakers, and the utterances with id, start_ms, end_ms, speaker_id, text and status. "
            "For a long one, the output of export_transcript with the format txt is shorter."
        ),
        inputSchema=_object(_ids("recording_id"), needed=("recording_id",)),
        outputSchema=_transcript_schema(),
        annotations=_reads(),
    )


def _apply_edit() -> Tool:
    return Tool(
        name="apply_edit",
        title="Edit a transcript",
        description=(
            "Apply one edit to a transcript; it is kept in the history and can be undone with the "
            "kind undo. It is refused if another client changed the same rows after the revision "
            "given as base: read the transcript again then. Returns the changes since base, and "
            "the new revision."
        ),
        inputSchema=_object(
            {
                **_ids("transcript_id"),
                "base": {
                    "type": "integer",
                    "description": "The revision in the latest answer.",
                },
                "edit": {
                    "type": "object",
                    "properties": {"kind": {"enum": [*EDIT_KINDS, *_EDITS_OF_HISTORY]}},
                    "required": ["kind"],
                    "description": _fields_of_edits(),
                },
                "client_edit_id": _text(
                    "A unique text that makes the edit idempotent. Without it, every call is a new "
                    "edit."
                ),
                "author": _text(
                    "Name of the author; replaced by the user name where login is required."
                ),
            },
            needed=("transcript_id", "base", "edit"),
        ),
        outputSchema=_changes_schema(),
        annotations=ToolAnnotations(
            readOnlyHint=False, destructiveHint=False, idempotentHint=False, openWorldHint=False
        ),
    )


def _export_transcript() -> Tool:
    return Tool(
        name="export_transcript",
        title="Export a transcript",
        description=(
            "A transcript as a file: its name, media_type, and text, or content in base 64 where "
            "the file is not a text."
        ),
        inputSchema=_object(
            {
                **_ids("recording_id"),
                "format_name": {
                    "enum": list(FORMATS),
                    "description": "; ".join(
                        f"{name}: {each.title}" for name, each in FORMATS.items()
                    ),
                },
                "version": {
                    "enum": [each.value for each in TranscriptVersion],
                    "default": TranscriptVersion.REVIEWED.value,
                    "description": "The reviewed version, or the original machine transcript.",
                },
                "verified_only": {
                    "type": "boolean",
                    "default": False,
                    "description": "Omit sentences that are not verified.",
                },
            },
            needed=("recording_id", "format_name"),
        ),
        outputSchema=_object(
            {key: {"type": "string"} for key in ("name", "media_type", "text", "content")},
            needed=("name", "media_type"),
        ),
        annotations=_reads(),
    )


def _run_schema() -> Schema:
    return _object(
        {
            **_ids("recording_id", "run_id"),
            "state": {"enum": [each.value for each in RunStatus]},
            "stage": {"type": ["string", "null"]},
            "fraction": {"type": "number", "description": "Completed share, from 0 to 1."},
            "ahead": {"type": "integer", "description": "Transcriptions before this one."},
            "seconds_left": {
                "type": ["integer", "null"],
                "description": "Until its end, or until its start while queued.",
            },
            "transcript": _transcript_schema(),
            "message": {"type": ["string", "null"]},
        },
        needed=("recording_id", "run_id", "state"),
        is_closed=False,
    )


def _transcript_schema() -> Schema:
    return _object(
        {
            "id": {"type": "string", "description": "The transcript_id of other calls."},
            "recording_id": {"type": "string"},
            "title": {"type": "string"},
            "revision": {"type": "integer"},
            "is_finished": {"type": "boolean"},
            "speakers": _rows("id", "label"),
            "utterances": _rows("id", "text"),
        },
        needed=("id", "recording_id", "revision", "speakers", "utterances"),
        is_closed=False,
    )


def _changes_schema() -> Schema:
    return _object(
        {
            "revision": {"type": "integer"},
            "speakers": _rows("id", "label"),
            "utterances": _rows("id", "text"),
            "removed": {"type": "array", "items": {"type": "string"}},
        },
        needed=("revision", "speakers", "utterances", "removed"),
        is_closed=False,
    )


def _fields_of_edits() -> str:
    """Return a text that lists the fields of each edit kind, taken from its dataclass."""
    kinds = [
        f"{name}: {', '.join(_field_name(each) for each in fields(kind))}"  # type: ignore[arg-type]  # every kind is a dataclass
        for name, kind in EDIT_KINDS.items()
    ]
    return (
        "The kind and its fields; those with ? are optional, and names that end in _ids are "
        f"lists. {'; '.join(kinds)}; undo; redo; return_to: edit_id (an earlier head_edit_id)."
    )


def _field_name(field: Any) -> str:  # Any: dataclasses.Field of any type
    is_needed = field.default is MISSING and field.default_factory is MISSING
    return str(field.name) if is_needed else f"{field.name}?"


def _object(
    properties: Mapping[str, Schema], *, needed: tuple[str, ...] = (), is_closed: bool = True
) -> Schema:
    schema: Schema = {"type": "object", "properties": dict(properties)}
    if needed:
        schema["required"] = list(needed)
    if is_closed:
        schema["additionalProperties"] = False
    return schema


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _ids(*names: str) -> dict[str, Schema]:
    return {name: {"type": "string", "minLength": 1, "maxLength": 64} for name in names}


def _rows(*needed: str) -> Schema:
    return {"type": "array", "items": {"type": "object", "required": list(needed)}}


def _reads() -> ToolAnnotations:
    return ToolAnnotations(readOnlyHint=True, openWorldHint=False)
