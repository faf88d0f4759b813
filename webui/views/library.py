"""JSON of search results and of a recording's transcripts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any  # the dictionaries are JSON

from storage.importing.imports import imported_file
from storage.library.search import Found, Hit
from storage.library.sentences import FoundSentence
from webui.services.library import TranscriptChoice
from webui.views.recordings import MODEL_NAMES, words_view

_RECOGNIZER = "recognizer"


def found_view(found: Found) -> dict[str, Any]:
    """Return the JSON of a recording that matches a search."""
    return {
        "id": found.recording_id,
        "is_named": found.is_named,
        "num_hits": found.num_hits,
        "hits": [_hit_view(each) for each in found.hits],
        "speakers": [{"name": each.name, **_hit_view(each.first)} for each in found.speakers],
    }


def _hit_view(hit: Hit) -> dict[str, Any]:
    return {
        "transcript_id": hit.transcript_id,
        "utterance_id": hit.utterance_id,
        "start_ms": hit.start_ms,
        "text": hit.text,
    }


def sentences_view(found: Sequence[FoundSentence]) -> list[dict[str, Any]]:
    """Return the JSON of sentences, divided by recording."""
    by_recording = groupby(found, key=lambda each: each.transcript_id)
    return [_recording_view(list(sentences)) for _, sentences in by_recording]


def _recording_view(sentences: Sequence[FoundSentence]) -> dict[str, Any]:
    first = sentences[0]
    return {
        "id": first.recording_id,
        "title": first.title,
        "transcript_id": first.transcript_id,
        "revision": first.revision,
        "sentences": [
            {"id": each.utterance_id, "start_ms": each.start_ms, "text": each.text}
            for each in sentences
        ],
    }


def choice_view(choice: TranscriptChoice) -> dict[str, Any]:
    """Return the JSON of one of a recording's transcripts."""
    return {
        "id": choice.record.transcript_id,
        "created_at": choice.record.created_at.isoformat(timespec="seconds"),
        "kind": choice.kind.value,
        "annotators": list(choice.annotators),
        "hotwords": words_view(choice.run)["hotwords"],
        "model": _recognizer(choice),
        "imported_from": imported_file(choice.run),
        "is_finished": choice.is_finished,
        "num_speakers": choice.size.num_speakers,
        "num_sentences": choice.size.num_utterances,
        "status": choice.progress.status.value,
        "percent": choice.progress.percent,
        "is_preferred": choice.is_preferred,
    }


def _recognizer(choice: TranscriptChoice) -> str | None:
    """Return the display name of a transcript's recogniser; None if it is imported."""
    models = choice.run.models
    found = next((each.model_id for each in models if each.role == _RECOGNIZER), None)
    return None if found is None else MODEL_NAMES.get(found, found)
