"""Language models counted from the texts that people have verified."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

import jieba

from pipeline.core.atomic_write import write_bytes_atomically
from pipeline.core.provenance import SOFTWARE_VERSION
from pipeline.models.language_models import ARPA_SUFFIX
from pipeline.text.ngrams.counting import arpa_text, estimate_ngrams, suitable_order, unit_runs
from storage.db.errors import TrainingExportError
from storage.training.export import plan_training_export
from storage.training.export_options import TrainingFilters, TrainingOptions
from storage.training.planning import ExportPlan
from storage.training.selection.rows import TrainingRow

FORMAT_NAME = "speaker-studio-language-model"
CORRECTED_WEIGHT = 2  # times that a corrected text counts
MAX_SUGGESTIONS = 50

_LONGEST_MS = 24 * 3_600_000
_MIN_EDITS = 2  # of a word before it is suggested
_WORD_LENGTHS = range(2, 9)
_COMMON = 1_000  # frequency in jieba's dictionary from which a word needs no help
_ANY_FORMAT = ("jsonl",)  # an export has at least one


@dataclass(frozen=True, slots=True)
class CorrectedWord:
    """A word by which people replaced another one.

    Attributes:
        word: as corrected.
        heard_as: what the machine wrote most often instead.
        num_edits: number of edits that did so.
    """

    word: str
    heard_as: str
    num_edits: int


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
        """Return what the model was learnt from, for the JSON file beside it."""
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
    """Learn from the texts of a workspace; the app may be running.

    Each recording counts once, with its most reviewed transcript; a text that people corrected
    counts twice.

    Args:
        workspace: folder of the database.
        filters: conditions on the texts; durations are ignored.
        order: length of the longest n-grams; None for one that suits the amount of text.

    Raises:
        TrainingExportError: no text passes the filters.
        StorageError: the database cannot be read.
    """
    any_length = replace(filters, min_duration_ms=0, max_duration_ms=_LONGEST_MS)
    plan = plan_training_export(workspace, TrainingOptions(_ANY_FORMAT, any_length))
    return learn_from(plan, order=order)


def learn_from(plan: ExportPlan, *, order: int | None = None) -> LearntLanguage:
    """Learn from the rows of an export; see `learn_language`."""
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
        words=corrected_words(plan.rows),
    )


def write_language(learnt: LearntLanguage, path: Path) -> None:
    """Write a model as an ARPA file, and its sources as JSON beside it.

    Raises:
        OSError: a file cannot be written.
    """
    description = json.dumps(learnt.description(), ensure_ascii=False, indent=1)
    write_bytes_atomically(path, learnt.arpa.encode())
    write_bytes_atomically(path.with_suffix(".json"), f"{description}\n".encode())


def model_file_name(learnt: LearntLanguage) -> str:
    """Return a file name that changes with the content."""
    return f"corrections-{learnt.sha256[:12]}{ARPA_SUFFIX}"


def corrected_words(rows: Iterable[TrainingRow]) -> tuple[CorrectedWord, ...]:
    """Return words by which people replaced others at least twice, most frequent first.

    A word is the one around the corrected characters; common words are left out.
    """
    heard: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.correction is not None and row.machine_text is not None:
            for word, before in _replacements(row.machine_text.text, row.utterance.text):
                heard[word][before] += 1
    found = (
        CorrectedWord(word, counts.most_common(1)[0][0], counts.total())
        for word, counts in heard.items()
        if counts.total() >= _MIN_EDITS
    )
    return tuple(sorted(found, key=lambda each: (-each.num_edits, each.word)))[:MAX_SUGGESTIONS]


def _counted_runs(row: TrainingRow) -> Iterator[Sequence[str]]:
    times = 1 if row.correction is None else CORRECTED_WEIGHT
    return (run for run in unit_runs(row.text) for _ in range(times))


def _replacements(heard: str, corrected: str) -> Iterator[tuple[str, str]]:
    """Yield each corrected word with what the machine wrote in its place."""
    before = "".join(unit for run in unit_runs(heard) for unit in run)
    after = "".join(unit for run in unit_runs(corrected) for unit in run)
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for word, start, end in jieba.tokenize(after):
        if len(word) not in _WORD_LENGTHS or jieba.get_FREQ(word, 0) >= _COMMON:
            continue
        touched = [block for block in blocks if block[3] < end and start < block[4]]
        replaced = [block for block in touched if block[0] == "replace"]
        if replaced and touched:
            first, last = touched[0], touched[-1]
            lead = max(start - first[3], 0) if first[0] == "equal" else 0
            tail = max(last[4] - end, 0) if last[0] == "equal" else 0
            yield word, before[first[1] + lead : last[2] - tail]
