"""Words and language models that a workspace has learnt, added to the options of new runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.core.language_model_options import LanguageModelOptions
from pipeline.core.options import MAX_HOTWORDS, AsrOptions, PipelineOptions
from pipeline.models.language_models import ARPA_SUFFIX, describe_language_model
from pipeline.models.recognizer_choice import PARAFORMER, RecognizerChoice
from storage.db.database import Database
from storage.db.errors import StorageError, TrainingExportError
from storage.library.glossary import list_words
from storage.training.export_options import TrainingFilters
from storage.training.language_model.learning import learn_language, model_file_name, write_language

LANGUAGE_FOLDER = "language"
MAX_KEPT_MODELS = 20  # waiting runs refer to earlier ones

_log = logging.getLogger(__name__)


ChooseRecognizer = Callable[[AsrOptions], RecognizerChoice | None]
"""Chooses the recogniser for options of recognition; see `ModelsService.choose`."""


class LearntWords:
    """What people's corrections in a workspace change in later recognition.

    Recognisers that accept hotwords get the words of the glossary. Paraformer gets n-grams of the
    verified texts, which are counted anew when the transcripts have changed.
    """

    def __init__(self, workspace: Path, database: Database, choose: ChooseRecognizer) -> None:
        """Store the workspace and the choice of the recogniser.

        Args:
            workspace: its folder, in which language models are stored.
            database: the open database of it.
            choose: chooses the recogniser.
        """
        self._workspace = workspace
        self._database = database
        self._choose = choose
        self._lock = threading.Lock()
        self._state: tuple[tuple[str, int], ...] | None = None
        self._model: LanguageModelOptions | None = None

    def add_to(self, options: PipelineOptions) -> PipelineOptions:
        """Return the options of a run with what the workspace has learnt.

        Words of the glossary that are switched off are left out, also of the options of an
        earlier run; so is what the recogniser that is chosen now has no place for.
        """
        choice = None if options.diarize_only else self._choose(options.asr)
        if choice is None:
            return options
        model = self._language_model() if choice.name == PARAFORMER else None
        revised = self.add_words(options)
        return replace(revised, asr=replace(revised.asr, language_model=model))

    def add_words(self, options: PipelineOptions) -> PipelineOptions:
        """Return options with the words of the glossary alone, as live recordings use them."""
        choice = None if options.diarize_only else self._choose(options.asr)
        if choice is None:
            return options
        hotwords = self._hotwords(options.asr.hotwords) if choice.accepts_hotwords else ()
        return replace(options, asr=replace(options.asr, hotwords=hotwords))

    def _hotwords(self, chosen: tuple[str, ...]) -> tuple[str, ...]:
        with self._database.reading() as db:
            glossary = list_words(db)
        in_use = {each.word: each.is_on for each in glossary}
        kept = [each for each in chosen if in_use.get(each, True)]
        added = [each.word for each in glossary if each.is_on]
        return tuple(dict.fromkeys([*kept, *added]))[:MAX_HOTWORDS]

    def _language_model(self) -> LanguageModelOptions | None:
        """Return the n-grams of the verified texts; None without any, or if they fail."""
        with self._lock:
            try:
                state = self._transcripts()
                if state != self._state:
                    self._model = self._learn()
                    self._state = state
            except (StorageError, OSError):
                _log.warning("no language model could be learnt", exc_info=True)
                return None
            return self._model

    def _transcripts(self) -> tuple[tuple[str, int], ...]:
        """Return a value that changes with every edit: the last edit of each transcript."""
        with self._database.reading() as db:
            found = db.execute("SELECT id, head_edit_id FROM transcripts ORDER BY id")
            return tuple((transcript_id, edit_id) for transcript_id, edit_id in found)

    def _learn(self) -> LanguageModelOptions | None:
        try:
            learnt = learn_language(self._workspace, TrainingFilters())
        except TrainingExportError:  # nothing is verified
            return None
        folder = self._workspace / LANGUAGE_FOLDER
        folder.mkdir(exist_ok=True)
        path = folder / model_file_name(learnt)
        write_language(learnt, path)
        _remove_oldest(folder)
        return describe_language_model(path)


def _remove_oldest(folder: Path) -> None:
    models = sorted(folder.glob(f"*{ARPA_SUFFIX}"), key=lambda path: path.stat().st_mtime_ns)
    for path in models[:-MAX_KEPT_MODELS]:
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)
