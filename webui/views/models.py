"""JSON of the models page."""

from __future__ import annotations

from typing import Any  # the dictionaries are JSON

from pipeline.models.manifest import ModelSpec
from pipeline.models.recognizer_choice import PARAFORMER, Reason, RecognizerChoice
from webui.services.models import PARAFORMER_BY_SOURCE, ListedModel, ModelsOverview
from webui.texts.visitor_messages import without_folders
from webui.views.recordings import MODEL_NAMES


def models_view(overview: ModelsOverview) -> dict[str, Any]:
    """Return the JSON content of the models page."""
    by_id = {each.spec.id: each for each in overview.models}
    return {
        "models": [_row(each) for each in overview.models],
        "recognizer": _recognizer(overview),
        "is_offline": overview.is_offline,
        "packages": [
            {
                "source": source,
                "num_bytes": sum(by_id[each].spec.num_bytes for each in model_ids),
                "num_bytes_here": sum(by_id[each].num_bytes_here for each in model_ids),
                "is_installed": all(by_id[each].is_installed for each in model_ids),
            }
            for source, model_ids in PARAFORMER_BY_SOURCE.items()
        ],
    }


def _recognizer(overview: ModelsOverview) -> dict[str, Any]:
    choice = overview.choice
    if choice is None:
        return {"name": None, "text_key": "models.why_bad_folder", "accepts_hotwords": False}
    uses = [MODEL_NAMES.get(each.model_id, each.model_id) for each in overview.uses]
    return {
        "name": choice.name,
        "models": uses or [MODEL_NAMES[choice.name]],
        "text_key": _WHY[choice.reason] if choice.reason in _WHY else _why_asked_for(choice),
        "accepts_hotwords": choice.accepts_hotwords,
    }


_WHY = {
    Reason.BEST_AT_HAND: "models.why_best",
    Reason.NO_PARAFORMER: "models.why_no_paraformer",
    Reason.NO_PUNCTUATION: "models.why_no_punctuation",
    Reason.OTHER_LANGUAGE: "models.why_language",
}


def _why_asked_for(choice: RecognizerChoice) -> str:
    if choice.name == PARAFORMER and not choice.is_punctuated:
        return "models.why_asked_bare"
    return "models.why_asked"


def _row(listed: ListedModel) -> dict[str, Any]:
    model, fetch = listed.spec, listed.fetch
    return {
        "id": model.id,
        "title": model.title,
        "role_key": f"models.role_{model.role}",
        "num_bytes": model.num_bytes,
        "num_bytes_here": listed.num_bytes_here if fetch is None else fetch.num_bytes,
        "licence": model.licence,
        "credit": model.credit,
        "homepage": _safe_address(model),
        "sources": list(listed.source_names),
        "optional": model.optional,
        "state": _state(listed),
        "can_be_fetched": listed.can_be_fetched,
        "problem_key": None
        if fetch is None or fetch.problem is None
        else f"models.problem_{fetch.problem.value}",
        "message": "" if fetch is None else without_folders(fetch.message),
    }


def _state(listed: ListedModel) -> str:
    if listed.is_installed:
        return "installed"
    if listed.fetch is not None:
        return listed.fetch.stage.value
    return "damaged" if listed.is_damaged else "missing"


def _safe_address(model: ModelSpec) -> str | None:
    return model.homepage if model.homepage.startswith("https://") else None
