"""JSON of the transcript editor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any  # the dictionaries are JSON

from pipeline.core.transcript import Token
from pipeline.formats.importing import readable_suffixes
from pipeline.formats.registry import FORMATS
from pipeline.formats.text_decoding import encoding_names
from storage.db.records import Speaker, Utterance
from storage.importing.imports import imported_file
from storage.transcripts.changes import TranscriptChanges
from webui.services.review.reclustering import Proposal
from webui.services.review.review import OpenedReview
from webui.services.review.speaker_proposals import ProposedSpeaker
from webui.services.review.voice_map import VoiceMap
from webui.views.recordings import made_by, tracks_view, words_view

_MAP_DIGITS = 3  # decimals of a coordinate in [-1, 1]: 1/1000 of the map


def review_view(opened: OpenedReview) -> dict[str, Any]:
    """Return the JSON of a transcript with all data of its editor."""
    labels = {each.speaker_id: each.label for each in opened.contents.speakers}
    return {
        **changes_view(opened.contents),
        "id": opened.record.transcript_id,
        "recording_id": opened.recording.recording_id,
        "run_id": opened.record.run_id,
        "title": opened.recording.title,
        "duration_ms": opened.record.duration_ms,
        "is_finished": opened.is_finished,
        "has_audio": opened.recording.review_audio_sha256 is not None,
        "language": opened.record.language,
        "models": [] if opened.run is None else made_by(opened.run),
        "imported_from": None if opened.run is None else imported_file(opened.run),
        "tracks": tracks_view(opened.run),
        "words": words_view(opened.run),
        "formats": [
            {"name": name, "group": each.group.value, "extension": each.extension}
            for name, each in FORMATS.items()
        ],
        "imports": {"suffixes": readable_suffixes(), "encodings": encoding_names()},
        "turns": [
            {
                "start_ms": each.start_ms,
                "end_ms": each.end_ms,
                "speaker": labels.get(each.speaker_id),
            }
            for each in opened.turns
        ],
    }


def changes_view(changes: TranscriptChanges) -> dict[str, Any]:
    """Return the JSON of a transcript's changes since a revision."""
    return {
        "revision": changes.revision,
        "head_edit_id": changes.head_edit_id,
        "can_undo": changes.can_undo,
        "can_redo": changes.can_redo,
        "is_complete": changes.is_complete,
        "speakers": [_speaker(each) for each in changes.speakers],
        "utterances": [_utterance(each) for each in changes.utterances],
        "removed": list(changes.removed_ids),
    }


def tokens_view(tokens: Mapping[str, Sequence[Token]]) -> dict[str, Any]:
    """Return lists of [start_ms, end_ms, text, confidence or null] by utterance id.

    A token that a language model changed has its text without the model as a fifth value.
    """
    return {
        utterance_id: [_token(each) for each in found] for utterance_id, found in tokens.items()
    }


def map_view(voices: VoiceMap) -> dict[str, Any]:
    """Return the JSON of a voice map's windows and their points."""
    return {
        "is_final": voices.is_final,
        "windows": [[each.start_ms, each.end_ms] for each in voices.windows],
        "points": [
            [round(float(x), _MAP_DIGITS), round(float(y), _MAP_DIGITS)] for x, y in voices.points
        ],
    }


def proposal_view(proposal: Proposal) -> dict[str, Any]:
    """Return the JSON of a re-clustering proposal."""
    return {
        "groups": list(proposal.counterparts),
        "windows": list(proposal.window_groups),
        "changes": dict(proposal.changes),
    }


def speaker_proposals_view(proposals: Iterable[ProposedSpeaker]) -> dict[str, Any]:
    """Return the JSON of proposed speakers: utterance ids by speaker, the most probable first."""
    speakers: dict[str, list[str]] = {}
    for each in proposals:
        speakers.setdefault(each.speaker_id, []).append(each.utterance_id)
    return {"speakers": speakers}


def _token(token: Token) -> list[object]:
    confidence = None if token.confidence is None else round(token.confidence, _MAP_DIGITS)
    row = (token.start_ms, token.end_ms, token.text, confidence)
    return [*row] if token.text_without_lm is None else [*row, token.text_without_lm]


def _speaker(speaker: Speaker) -> dict[str, Any]:
    return {
        "id": speaker.speaker_id,
        "label": speaker.label,
        "name": speaker.display_name,
        "position": speaker.position,
    }


def _utterance(utterance: Utterance) -> dict[str, Any]:
    return {
        "id": utterance.utterance_id,
        "start_ms": utterance.start_ms,
        "end_ms": utterance.end_ms,
        "position": utterance.position,
        "speaker_id": utterance.speaker_id,
        "text": utterance.text,
        "status": utterance.status.value,
        "is_edited": utterance.is_edited,
        "is_flagged": utterance.is_flagged,
        "comment": utterance.comment,
    }
