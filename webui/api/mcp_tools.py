"""Descriptions of the MCP tools."""

from __future__ import annotations

from mcp.types import Tool, ToolAnnotations

from webui.api.mcp_schemas import (
    CancelAnswer,
    CancelArguments,
    ChangesAnswer,
    EditArguments,
    ExportAnswer,
    ExportArguments,
    NoArguments,
    RecordingsAnswer,
    RunAnswer,
    TranscribeArguments,
    TranscriptAnswer,
    TranscriptArguments,
    json_schema_of,
)

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
        inputSchema=json_schema_of(TranscribeArguments),
        outputSchema=json_schema_of(RunAnswer),
        annotations=ToolAnnotations(
            readOnlyHint=False, destructiveHint=False, idempotentHint=True, openWorldHint=False
        ),
    )


def _cancel_transcription() -> Tool:
    return Tool(
        name="cancel_transcription",
        title="Cancel a transcription",
        description="Cancel a transcription permanently; does nothing if it has ended.",
        inputSchema=json_schema_of(CancelArguments),
        outputSchema=json_schema_of(CancelAnswer),
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
        inputSchema=json_schema_of(NoArguments),
        outputSchema=json_schema_of(RecordingsAnswer),
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
        inputSchema=json_schema_of(TranscriptArguments),
        outputSchema=json_schema_of(TranscriptAnswer),
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
        inputSchema=json_schema_of(EditArguments),
        outputSchema=json_schema_of(ChangesAnswer),
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
        inputSchema=json_schema_of(ExportArguments),
        outputSchema=json_schema_of(ExportAnswer),
        annotations=_reads(),
    )


def _reads() -> ToolAnnotations:
    return ToolAnnotations(readOnlyHint=True, openWorldHint=False)
