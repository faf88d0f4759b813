"""JSON of visitors, recordings and transcripts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any  # the dictionaries are JSON

from pipeline.core.audio_track import TracksRead
from pipeline.formats.registry import FORMATS
from storage.db.records import PipelineRun, RunStatus, Turn, UtteranceStatus
from storage.importing.imports import imported_file
from webui.config.limits import Limits
from webui.services.access import EVERYBODY, Visitor
from webui.services.recording_list import ListChanges, ListedRecording
from webui.services.recordings import OpenedTranscript
from webui.services.runs.run_progress import RunProgress
from webui.texts.catalogue import has_text

_OTHER_ERROR = "error.other"
# Display names of models; other models are shown by id.
MODEL_NAMES = {
    "fsmn-vad": "FSMN-VAD",
    "campplus-zh-en": "CAM++",
    "segmentation-3.0": "Segmentation 3.0",
    "whisper-tiny": "Whisper tiny",
    "whisper-base": "Whisper base",
    "whisper-small": "Whisper small",
    "whisper-medium": "Whisper medium",
    "whisper-large-v3": "Whisper large-v3",
    "whisper-large-v3-turbo": "Whisper large-v3-turbo",
    "paraformer": "Paraformer-large",
    "paraformer-sherpa": "Paraformer-large",
    "paraformer-streaming": "Paraformer-large",
    "punctuation": "CT-Transformer",
    "own-paraformer": "Paraformer",
    "own-sherpa": "sherpa-onnx",
    "own-punctuation": "CT-Transformer",
    "own-streaming": "Paraformer (streaming)",
}


def visit_view(visitor: Visitor, limits: Limits) -> dict[str, Any]:
    """Return the JSON of the visitor's name and limits."""
    mode = "demo" if visitor.is_limited else "open" if visitor.name is None else "people"
    return {
        "mode": mode,
        "name": visitor.name or "",
        "keep_hours": visitor.keep_hours,
        "pages": list(visitor.pages),
        "limits": asdict(limits),
    }


def list_view(changes: ListChanges, visitor: Visitor) -> dict[str, Any]:
    """Return the JSON of the changes of the list of recordings that a visitor sees."""
    return {
        "version": changes.version,
        "is_complete": changes.is_complete,
        "recordings": [recording_row(each, visitor) for each in changes.recordings],
        "removed": list(changes.removed_ids),
    }


def recording_row(listed: ListedRecording, visitor: Visitor = EVERYBODY) -> dict[str, Any]:
    """Return the JSON of a recording for the list of recordings that a visitor sees."""
    size = listed.size
    return {
        "id": listed.recording.recording_id,
        "title": listed.recording.title,
        "added_at": listed.recording.created_at.isoformat(timespec="seconds"),
        "language": listed.recording.language,
        "notes": listed.recording.notes,
        "tags": list(listed.tags),
        "num_transcripts": listed.num_transcripts,
        "status": listed.status.value,
        "percent": 0 if listed.progress is None else listed.progress.percent,
        "duration_ms": listed.recording.duration_ms,
        "has_audio": listed.recording.review_audio_sha256 is not None,
        "transcript_id": listed.transcript_id,
        "is_finished": listed.progress is None or listed.progress.is_finished,
        "growing_id": listed.growing_id,
        "num_speakers": None if size is None else size.num_speakers,
        "num_sentences": None if size is None else size.num_utterances,
        "talk": [{"speaker": each.speaker, "share": round(each.share, 4)} for each in listed.talk],
        "can_run_again": listed.can_run_again,
        "claimed_by": listed.claimed_by,
        "can_edit": visitor.may_change(listed.recording),
        "run": None if listed.run is None else run_view(listed.run),
    }


def transcript_view(opened: OpenedTranscript) -> dict[str, Any]:
    """Return the JSON of a recording's transcript, without audio and waveform."""
    labels = {each.speaker_id: each.label for each in opened.speakers}
    talk_ms = _talk_ms(opened.turns)
    total_ms = sum(talk_ms.values())
    return {
        "id": opened.recording.recording_id,
        "transcript_id": opened.record.transcript_id,
        "title": opened.recording.title,
        "duration_ms": opened.record.duration_ms,
        "language": opened.record.language,
        "models": made_by(opened.run),
        "formats": [
            {"name": name, "group": each.group.value, "extension": each.extension}
            for name, each in FORMATS.items()
        ],
        "is_edited": any(each.is_edited for each in opened.utterances),
        "num_verified": sum(each.status is UtteranceStatus.VERIFIED for each in opened.utterances),
        "speakers": [
            {
                "label": each.label,
                "name": each.display_name,
                "talk_ms": talk_ms.get(each.speaker_id, 0),
                "share": talk_ms.get(each.speaker_id, 0) / total_ms if total_ms else 0.0,
            }
            for each in opened.speakers
        ],
        "sentences": [
            {
                "start_ms": each.start_ms,
                "end_ms": each.end_ms,
                "speaker": None if each.speaker_id is None else labels[each.speaker_id],
                "text": each.text,
            }
            for each in opened.utterances
        ],
        "turns": [
            {
                "start_ms": each.start_ms,
                "end_ms": each.end_ms,
                "speaker": labels[each.speaker_id],
            }
            for each in opened.turns
        ],
    }


def made_by(run: PipelineRun) -> list[str]:
    """Return the display names of a run's models, and the name of its imported file."""
    models = [MODEL_NAMES.get(each.model_id, each.model_id) for each in run.models]
    file_name = imported_file(run)
    return models if file_name is None else [*models, file_name]


def tracks_view(run: PipelineRun | None) -> dict[str, Any] | None:
    """Return the JSON of the transcribed audio track; None if the file has only one track."""
    tracks = TracksRead.from_entry(() if run is None else run.options)
    if tracks.total == 1:
        return None
    is_mix = len(tracks.numbers) > 1
    return {"track": None if is_mix else tracks.numbers[0], "total": tracks.total}


def words_view(run: PipelineRun | None) -> dict[str, Any]:
    """Return the JSON of the hotwords and the language model of a run."""
    options = {} if run is None else dict(run.options)
    model, _, _ = options.get("language_model", "").partition("@")
    return {
        "hotwords": options.get("hotwords", "").splitlines(),
        "language_model": model or None,
    }


def error_text_key(kind: str | None) -> str:
    """Return the key of the message for a kind of failure."""
    key = f"error.{kind}"
    return key if has_text(key) else _OTHER_ERROR


def run_view(run: RunProgress) -> dict[str, Any]:
    """Return the JSON of the progress of a run."""
    return {
        "id": run.run_id,
        "state": run.status.value,
        "stage": None if run.stage is None else run.stage.value,
        "fraction": round(run.fraction, 4),
        "ahead": run.queue_position,
        "elapsed_seconds": round(run.elapsed_seconds, 1),
        "seconds_left": None if run.seconds_left is None else round(run.seconds_left),
        "is_continued": run.is_continued,
        "is_live": run.is_live,
        "live_state": None if run.live_state is None else run.live_state.value,
        "message_key": error_text_key(run.error_kind) if run.status is RunStatus.FAILED else None,
    }


def _talk_ms(turns: tuple[Turn, ...]) -> dict[str, int]:
    talk_ms: dict[str, int] = {}
    for turn in turns:
        talk_ms[turn.speaker_id] = talk_ms.get(turn.speaker_id, 0) + turn.duration_ms
    return talk_ms
