"""JSON of the training data page."""

from __future__ import annotations

from typing import Any  # the dictionaries are JSON

from storage.training.export_options import SplitPlan, TrainingFilters
from storage.training.formats.registry import TRAINING_FORMATS
from storage.training.manifest import split_sizes
from storage.training.planning import ExportPlan, TrainingChoices
from storage.training.selection.filters import ExclusionReason
from webui.services.training.training_export import ExportProgress
from webui.texts.catalogue import has_text

_OTHER_PROBLEM = "training.problem_other"
_MS_PER_S = 1_000


def choices_view(choices: TrainingChoices, newest: ExportProgress | None) -> dict[str, Any]:
    """Return the JSON of the export form's choices and of the newest export."""
    filters, split = TrainingFilters(), SplitPlan()
    return {
        "formats": list(TRAINING_FORMATS),
        "speakers": list(choices.speakers),
        "tags": list(choices.tags),
        "min_seconds": filters.min_duration_ms / _MS_PER_S,
        "max_seconds": filters.max_duration_ms / _MS_PER_S,
        "validation": split.validation_share,
        "test": split.test_share,
        "export": None if newest is None else export_view(newest),
    }


def preview_view(plan: ExportPlan) -> dict[str, Any]:
    """Return the JSON of a planned export's size and of the utterances left out."""
    return {
        "splits": [
            {
                "name": split.value,
                "clips": size.num_rows,
                "hours": size.hours,
                "speakers": size.num_speakers,
                "recordings": size.num_recordings,
            }
            for split, size in split_sizes(plan).items()
        ],
        "left_out": [
            {"reason": reason.value, "count": plan.left_out[reason]}
            for reason in ExclusionReason
            if plan.left_out.get(reason)
        ],
    }


def export_view(progress: ExportProgress) -> dict[str, Any]:
    """Return the JSON of an export's progress."""
    key = f"training.problem_{progress.error_kind}"
    problem_key = None
    if progress.error_kind is not None:
        problem_key = key if has_text(key) else _OTHER_PROBLEM
    return {
        "id": progress.export_id,
        "state": progress.state.value,
        "fraction": progress.done_ms / progress.total_ms if progress.total_ms else 0.0,
        "num_bytes": progress.num_bytes,
        "problem_key": problem_key,
    }
