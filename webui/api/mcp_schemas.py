"""Pydantic models of the MCP tools' arguments and answers, with their JSON schemas."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Annotated, Any  # Any: JSON Schema

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema

from pipeline.formats.chinese_script import ChineseScript
from pipeline.formats.registry import FORMATS
from storage.db.records import RunStatus
from storage.edit_plans.registry import EDIT_KINDS
from storage.exports import TranscriptVersion

Schema = dict[str, Any]

DEFAULT_WAIT_S = 45  # many clients time out after a minute
MAX_WAIT_S = 3_600
_EDITS_OF_HISTORY = ("undo", "redo", "return_to")

_Id = Annotated[str, Field(min_length=1, max_length=64)]


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


class ToolArguments(BaseModel):
    """Base model of a tool's arguments, which rejects unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoArguments(ToolArguments):
    """Arguments of the tool list_recordings, which has none."""


class TranscribeArguments(ToolArguments):
    """Arguments of the tool transcribe."""

    content: str | None = Field(None, description="The audio or video file in base 64.")
    upload: str | None = Field(
        None, description="The path that /gradio_api/upload returned for the file."
    )
    title: str = Field("", description="Title of the recording.")
    language: str = Field("", description="A code such as zh or en; empty to detect it.")
    speakers: str = Field(
        "auto", description="Number of speakers: auto, a number, or a range such as 2-5."
    )
    hotwords: str = Field("", description="Words to expect, one per line.")
    audio_track: str = Field(
        "auto", description="For files with several audio tracks: auto, mix, or a number from 1."
    )
    wait_seconds: int = Field(
        DEFAULT_WAIT_S,
        ge=0,
        le=MAX_WAIT_S,
        description="Seconds to wait for the end; 0 to only start the work.",
    )


class CancelArguments(ToolArguments):
    """Arguments of the tool cancel_transcription."""

    run_id: _Id


class TranscriptArguments(ToolArguments):
    """Arguments of the tool get_transcript."""

    recording_id: _Id


class EditArguments(ToolArguments):
    """Arguments of the tool apply_edit."""

    transcript_id: _Id
    base: int = Field(description="The revision in the latest answer.")
    edit: dict[str, Any] = Field(  # Any: JSON; the edit's own reader checks it
        description=_fields_of_edits(),
        json_schema_extra={
            "properties": {"kind": {"enum": [*EDIT_KINDS, *_EDITS_OF_HISTORY]}},
            "required": ["kind"],
        },
    )
    client_edit_id: str = Field(
        "",
        description="A unique text that makes the edit idempotent. Without it, every call is a "
        "new edit.",
    )
    author: str = Field(
        "", description="Name of the author; replaced by the user name where login is required."
    )


class ExportArguments(ToolArguments):
    """Arguments of the tool export_transcript."""

    recording_id: _Id
    format_name: str = Field(
        description="; ".join(f"{name}: {each.title}" for name, each in FORMATS.items()),
        json_schema_extra={"enum": list(FORMATS)},
    )
    version: TranscriptVersion = Field(
        TranscriptVersion.REVIEWED,
        description="The reviewed version, or the original machine transcript.",
    )
    verified_only: bool = Field(False, description="Omit sentences that are not verified.")
    script: ChineseScript = Field(
        ChineseScript.KEEP,
        description="The Chinese characters of the file: as transcribed, simplified, traditional.",
    )


class SpeakerRow(BaseModel):
    """Required fields of a speaker."""

    id: str
    label: str


class UtteranceRow(BaseModel):
    """Required fields of an utterance."""

    id: str
    text: str


class TranscriptAnswer(BaseModel):
    """Answer of the tool get_transcript."""

    id: str = Field(description="The transcript_id of other calls.")
    recording_id: str
    title: str = ""
    revision: int
    is_finished: bool = True
    speakers: list[SpeakerRow]
    utterances: list[UtteranceRow]


class RunAnswer(BaseModel):
    """Answer of the tool transcribe."""

    recording_id: _Id
    run_id: _Id
    state: RunStatus
    stage: str | None = None
    fraction: float = Field(0.0, description="Completed share, from 0 to 1.")
    ahead: int = Field(0, description="Transcriptions before this one.")
    seconds_left: int | None = Field(
        None, description="Until its end, or until its start while queued."
    )
    transcript: TranscriptAnswer | None = None
    message: str | None = None


class CancelAnswer(BaseModel):
    """Answer of the tool cancel_transcription."""

    run_id: _Id


class RecordingsAnswer(BaseModel):
    """Answer of the tool list_recordings."""

    recordings: list[dict[str, Any]]  # Any: JSON


class ChangesAnswer(BaseModel):
    """Answer of the tool apply_edit."""

    revision: int
    speakers: list[SpeakerRow]
    utterances: list[UtteranceRow]
    removed: list[str]


class ExportAnswer(BaseModel):
    """Answer of the tool export_transcript, with text or content."""

    name: str
    media_type: str
    text: str = ""
    content: str = Field("", description="In base 64, where the file is not a text.")


class _WithoutTitles(GenerateJsonSchema):
    """Generator of JSON schemas without titles, which repeat the names of the fields."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - of any kind
        """Return False for every field."""
        return False


def json_schema_of(model: type[BaseModel]) -> Schema:
    """Return the JSON schema of a Pydantic model, without titles."""
    return model.model_json_schema(schema_generator=_WithoutTitles)
