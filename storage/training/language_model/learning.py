"""N-gram language models of verified texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.core.atomic_write import write_bytes_atomically
from pipeline.core.provenance import SOFTWARE_VERSION
from pipeline.models.language_models import ARPA_SUFFIX
from pipeline.text.ngrams.counting import arpa_text, estimate_ngrams, suitable_order, unit_runs
from storage.db.errors import TrainingExportError
from storage.training.export import plan_training_export
from storage.training.export_options import TrainingFilters, TrainingOptions
from storage.training.language_model.word_corrections import (
    CorrectedWord,
    suggested_words,
    word_corrections,
)
from storage.training.planning import ExportPlan
from storage.training.selection.rows import TrainingRow

FORMAT_NAME = "speaker-studio-language-model"
CORRECTED_WEIGHT = 2  # times that a corrected text counts

_LONGEST_MS = 24 * 3_600_000
_ANY_FORMAT = ("jsonl",)  # an export has at least one


@dataclass(frozen=True, slots=True)
class LearntLanguage:
    """An n-gram model of verified texts, with its sources.

    Attributes:
        arpa: the model in the ARPA format.
        order: length of its longest n-grams.
        num_units: Chinese characters and words in the texts.
        rows: the texts.
        words: corrected words that occur in several edits, the most frequent first.
    """

    arpa: str
    order: int
    num_units: int
    rows: tuple[TrainingRow, ...]
    words: tuple[CorrectedWord, ...]

    @property
    def sha256(self) -> str:
        """Hash of the model's file, in hexadecimal."""
        return hashlib.sha256(self.arpa.encode()).hexdigest()

    def description(self) -> dict[str, object]:
        """Return the sources of the model, for the JSON file beside it."""
        return {
            "format": FORMAT_NAME,
            "sha256": self.sha256,
            "software_version": SOFTWARE_VERSION,
            "order": self.order,
            "units": self.num_units,
            "texts": len(self.rows),
            "corrected_texts": sum(row.correction is not None for row in self.rows),
            "words": [
                {"word": each.word, "heard_as": each.heard_as, "edits": each.num_edits}
                for each in self.words
            ],
            "rows": [
                {
                    "recording": row.utterance.source.recording_id,
                    "utterance": row.utterance.utterance_id,
                    "edit_id": row.utterance.last_edit.edit_id,
                }
                for row in self.rows
            ],
        }


def learn_language(
    workspace: Path, filters: TrainingFilters, *, order: int | None = None
) -> LearntLanguage:
    """Learn an n-gram model from the texts of a workspace; the app may be running.

    Each recording counts once, with its most reviewed transcript; a text that people corrected
    counts twice.

    Args:
        workspace: folder of the database.
        filters: conditions on the texts; durations are ignored.
        order: length of the longest n-grams; None for one that suits the amount of text.

    Raises:
        TrainingExportError: if no text passes the filters.
        StorageError: if the database cannot be read.
    """
    any_length = replace(filters, min_duration_ms=0, max_duration_ms=_LONGEST_MS)
    plan = plan_training_export(workspace, TrainingOptions(_ANY_FORMAT, any_length))
    return learn_from(plan, order=order)


def learn_from(plan: ExportPlan, *, order: int | None = None) -> LearntLanguage:
    """Learn an n-gram model from the rows of an export; see `learn_language`.

    Raises:
        TrainingExportError: if there are no rows.
    """
    runs = [run for row in plan.rows for run in _counted_runs(row)]
    num_units = sum(map(len, runs))
    if not num_units:
        raise TrainingExportError(
            "There is nothing to learn from: no text passes the filters. Verify some sentences."
        )
    chosen = order or suitable_order(num_units)
    return LearntLanguage(
        arpa=arpa_text(estimate_ngrams(runs, chosen)),
        order=chosen,
        num_units=num_units,
        rows=plan.rows,
        words=suggested_words(word_corrections(plan.rows)),
    )


def write_language(learnt: LearntLanguage, path: Path) -> None:
    """Write a model as an ARPA file, and its sources as JSON beside it.

    Raises:
        OSError: if a file cannot be written.
    """
    description = json.dumps(learnt.description(), ensure_ascii=False, indent=1)
    write_bytes_atomically(path, learnt.arpa.encode())
    write_bytes_atomically(path.with_suffix(".json"), f"{description}\n".encode())


def model_file_name(learnt: LearntLanguage) -> str:
    """Return the file name of a model, which changes with its content."""
    return f"corrections-{learnt.sha256[:12]}{ARPA_SUFFIX}"


def _counted_runs(row: TrainingRow) -> Iterator[Sequence[str]]:
    times = 1 if row.correction is None else CORRECTED_WEIGHT
    return (run for run in unit_runs(row.text) for _ in range(times))
