"""JSON of the glossary page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any  # the dictionaries are JSON

from storage.library.glossary import GlossaryWord
from storage.training.language_model.word_corrections import CorrectedWord
from storage.training.selection.rows import Candidate
from webui.services.glossary import WordsOverview
from webui.services.learnt_words import LEARNT_AT

_MAX_SENTENCES = 5  # that are listed for a word; all are counted


def glossary_view(overview: WordsOverview) -> dict[str, Any]:
    """Return the JSON of the glossary and of the words suggested for it."""
    corrections = overview.corrections
    return {
        "words": [_word(each, corrections.get(each.word)) for each in overview.words],
        "suggestions": [_suggestion(each) for each in overview.suggestions],
    }


def _word(word: GlossaryWord, corrected: CorrectedWord | None) -> dict[str, Any]:
    return {
        "word": word.word,
        "heard_as": word.heard_as,
        "recording_id": word.recording_id,
        "recording_title": word.recording_title,
        "is_on": word.is_on,
        "added_by": word.added_by,
        "added_at": word.added_at.isoformat(),
        "num_edits": 0 if corrected is None else corrected.num_edits,
        "sentences": [] if corrected is None else _sentences(corrected.sentences),
    }


def _suggestion(corrected: CorrectedWord) -> dict[str, Any]:
    return {
        "word": corrected.word,
        "heard_as": corrected.heard_as,
        "is_used": corrected.num_edits >= LEARNT_AT,
        "num_edits": corrected.num_edits,
        "sentences": _sentences(corrected.sentences),
    }


def _sentences(sentences: Sequence[Candidate]) -> list[dict[str, Any]]:
    return [
        {
            "id": each.utterance_id,
            "recording_id": each.source.recording_id,
            "title": each.source.title,
            "start_ms": each.start_ms,
            "text": each.text,
        }
        for each in sentences[:_MAX_SENTENCES]
    ]
