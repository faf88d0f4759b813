"""Hotwords and language models from a workspace's corrections, added to options of runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.core.language_model_options import LanguageModelOptions
from pipeline.core.options import MAX_HOTWORDS, AsrOptions, PipelineOptions
from pipeline.models.language_models import describe_language_model
from pipeline.models.recognizer_choice import PARAFORMER, RecognizerChoice
from storage.db.database import Database
from storage.db.errors import StorageError, TrainingExportError
from storage.db.workspace import LANGUAGE_FOLDER
from storage.library.glossary import declined_words, list_words
from storage.library.language_model_files import delete_model, delete_oldest_models
from storage.training.export_options import TrainingFilters
from storage.training.language_model.correction_index import CorrectionIndex
from storage.training.language_model.learning import learn_language, model_file_name, write_language
from storage.training.language_model.word_corrections import suggested_words
from storage.transcripts.transcripts import list_heads

LEARNT_AT = 3  # corrections after which a word is used without being added
MAX_KEPT_MODELS = 20  # waiting runs refer to earlier ones

_log = logging.getLogger(__name__)


ChooseRecognizer = Callable[[AsrOptions], RecognizerChoice | None]
"""Function that chooses the recogniser for given options; see `ModelsService.choose`."""

_State = tuple[tuple[str, int], ...]  # the last edit of each transcript


class LearntWords:
    """Provider of hotwords and language models learnt from corrections.

    Recognisers that accept hotwords get the words of the glossary, and words that were corrected
    the same way in several sentences. An n-gram model of the verified texts is computed again at
    the start of a run when transcripts have changed; Paraformer gets it.
    """

    def __init__(
        self,
        workspace: Path,
        database: Database,
        choose: ChooseRecognizer,
        corrections: CorrectionIndex | None = None,
    ) -> None:
        """Store the workspace and the choice of the recogniser.

        Args:
            workspace: folder of the workspace, in which language models are stored.
            database: its open database.
            choose: chooses the recogniser.
            corrections: the corrected words; None for an index of its own.
        """
        self._corrections = corrections or CorrectionIndex(workspace, database)
        self._workspace = workspace
        self._database = database
        self._choose = choose
        self._lock = threading.Lock()
        self._state: _State | None = None
        self._model: LanguageModelOptions | None = None

    def add_to(self, options: PipelineOptions) -> PipelineOptions:
        """Return the options of a run with learnt hotwords and a learnt language model.

        Words that are switched off or declined are removed from the hotwords. Hotwords and
        language models that the chosen recogniser does not support are removed.
        """
        choice = None if options.diarize_only else self._choose(options.asr)
        if choice is None:
            return options
        learnt = self._language_model()  # with every recogniser, since it ranks word candidates too
        model = learnt if choice.name == PARAFORMER else None
        revised = self.add_words(options)
        return replace(revised, asr=replace(revised.asr, language_model=model))

    def add_words(self, options: PipelineOptions) -> PipelineOptions:
        """Return options with learnt hotwords, without a language model, for live recordings."""
        choice = None if options.diarize_only else self._choose(options.asr)
        if choice is None:
            return options
        hotwords = self._hotwords(options.asr.hotwords) if choice.accepts_hotwords else ()
        return replace(options, asr=replace(options.asr, hotwords=hotwords))

    def _hotwords(self, chosen: tuple[str, ...]) -> tuple[str, ...]:
        with self._database.reading() as db:
            glossary, declined = list_words(db), declined_words(db)
        in_use = {**dict.fromkeys(declined, False), **{each.word: each.is_on for each in glossary}}
        kept = [each for each in chosen if in_use.get(each, True)]
        added = [each.word for each in glossary if each.is_on]
        learnt = [each for each in self._corrected() if each not in in_use]
        return tuple(dict.fromkeys([*kept, *added, *learnt]))[:MAX_HOTWORDS]

    def _corrected(self) -> list[str]:
        """Return the words that were corrected in LEARNT_AT sentences or more; none on errors."""
        try:
            words = suggested_words(self._corrections.corrections())
        except (StorageError, OSError):
            _log.warning("corrected words cannot be read", exc_info=True)
            return []
        return [each.word for each in words if each.num_edits >= LEARNT_AT]

    def _language_model(self) -> LanguageModelOptions | None:
        """Return the n-gram model of the verified texts; None without texts or on an error."""
        with self._lock:
            try:
                state = self._transcripts()
                if state != self._state:
                    self._model = self._learn(state)
                    self._state = state
            except (StorageError, OSError):
                _log.warning("no language model could be learnt", exc_info=True)
                return None
            return self._model

    def _transcripts(self) -> _State:
        """Return the id and head edit of each transcript, which change with every edit."""
        with self._database.reading() as db:
            return list_heads(db)

    def _learn(self, state: _State) -> LanguageModelOptions | None:
        try:
            learnt = learn_language(self._workspace, TrainingFilters())
        except TrainingExportError:  # nothing is verified
            return None
        folder = self._workspace / LANGUAGE_FOLDER
        folder.mkdir(exist_ok=True)
        path = folder / model_file_name(learnt)
        write_language(learnt, path)
        if not dict(state).keys() <= dict(self._transcripts()).keys():
            delete_model(path)  # has words of a recording that was deleted meanwhile
            return None
        delete_oldest_models(self._workspace, kept=MAX_KEPT_MODELS)
        return describe_language_model(path)
