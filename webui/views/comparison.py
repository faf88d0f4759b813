"""JSON of a comparison of two transcripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any  # the dictionaries are JSON

from pipeline.text.transcript_comparison import ComparedRow, ComparedSentence
from webui.services.review.comparison import ComparedTranscript, ComparedTranscripts
from webui.views.recordings import made_by, words_view

_RATE_DIGITS = 4


def comparison_view(compared: ComparedTranscripts) -> dict[str, Any]:
    """Return the JSON of two transcripts side by side, with the figures of their differences."""
    comparison = compared.comparison
    return {
        "recording_id": compared.recording.recording_id,
        "title": compared.recording.title,
        "has_audio": compared.recording.review_audio_sha256 is not None,
        "first": _side(compared.first),
        "second": _side(compared.second),
        "num_errors": comparison.num_errors,
        "num_units": comparison.num_units,
        "error_rate": round(comparison.error_rate, _RATE_DIGITS),
        "num_changed_rows": comparison.num_changed_rows,
        "rows": [_row(each, compared) for each in comparison.rows],
    }


def _side(transcript: ComparedTranscript) -> dict[str, Any]:
    return {
        "id": transcript.record.transcript_id,
        "created_at": transcript.record.created_at.isoformat(timespec="seconds"),
        "models": made_by(transcript.run),
        "words": words_view(transcript.run),
        "speakers": [
            {"label": each.label, "name": each.display_name} for each in transcript.speakers
        ],
    }


def _row(row: ComparedRow, compared: ComparedTranscripts) -> dict[str, Any]:
    return {
        "start_ms": row.start_ms,
        "end_ms": row.end_ms,
        "is_changed": row.num_errors > 0,
        "first": _sentences(row.first, compared.first),
        "second": _sentences(row.second, compared.second),
    }


def _sentences(
    sentences: Sequence[ComparedSentence], transcript: ComparedTranscript
) -> list[dict[str, Any]]:
    names = {each.speaker_id: each.display_name or each.label for each in transcript.speakers}
    places = {each.speaker_id: place for place, each in enumerate(transcript.speakers)}
    found = []
    for each in sentences:
        utterance = transcript.utterances[each.position]
        found.append(
            {
                "id": utterance.utterance_id,
                "speaker": names.get(utterance.speaker_id or ""),
                "speaker_index": places.get(utterance.speaker_id or ""),
                "parts": [[part.text, part.is_changed] for part in each.parts],
            }
        )
    return found
