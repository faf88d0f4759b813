"""The models as a person sees them: what is here, what hears a recording, what can be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.core.errors import ModelIntegrityError, ModelUnavailableError, PipelineError
from pipeline.core.options import AsrOptions, PipelineOptions, parse_hotwords
from pipeline.core.provenance import ModelUse
from pipeline.models.fetch.fetch_choice import ANY_SOURCE, FetchChoice
from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.models.manifest import BundledSource, ModelSpec
from pipeline.models.recognizer_choice import (
    AUTO,
    PARAFORMER,
    PARAFORMER_LANGUAGES,
    WHISPER,
    RecognizerChoice,
    choose_recognizer,
)
from pipeline.models.store import ModelStore
from pipeline.transcription.model_finder import PUNCTUATION_MODELS, WHISPER_MODEL, ModelFinder
from webui.services.model_fetcher import FetchState, ModelFetcher

# What one button fetches: the system's own recogniser, from either hub, with its punctuation.
PARAFORMER_BY_SOURCE: Mapping[str, tuple[str, ...]] = {
    "modelscope": ("paraformer", *PUNCTUATION_MODELS),
    "huggingface": ("paraformer-sherpa", *PUNCTUATION_MODELS),
}


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of the manifest.

    Attributes:
        spec: what it is.
        is_installed: whether it is here and right.
        is_damaged: whether it is here, and a file is not what it must be.
        can_be_fetched: whether somebody may ask for it.
        num_bytes_here: how much of it is here.
        fetch: what became of the wish for it; None where nobody has asked.
    """

    spec: ModelSpec
    is_installed: bool
    is_damaged: bool
    can_be_fetched: bool
    num_bytes_here: int
    fetch: FetchState | None

    @property
    def source_names(self) -> tuple[str, ...]:
        """Whence it can be fetched."""
        return tuple(each.name for each in self.spec.sources if not isinstance(each, BundledSource))


@dataclass(frozen=True, slots=True)
class ModelsOverview:
    """Everything about models at one moment.

    Attributes:
        models: in the order of the manifest.
        choice: what hears the next recording, if its language is left open; None where a folder
            that was given at the start does not hold its model any more.
        uses: the models of that recogniser; those of Paraformer only where they are here.
        is_offline: whether no connection is ever tried.
    """

    models: tuple[ListedModel, ...]
    choice: RecognizerChoice | None
    uses: tuple[ModelUse, ...]
    is_offline: bool


class ModelsService:
    """Answers from what is on the disk; takes names, no paths."""

    def __init__(self, locations: ModelLocations, recognizer: str = AUTO) -> None:
        """Look where `locations` says.

        Args:
            locations: where models are, and whence they come.
            recognizer: what the app was started with.
        """
        self.recognizer = recognizer
        self._locations = locations
        self._store: ModelStore = open_model_store(locations)
        self._finder = ModelFinder(self._store, locations.folders)
        self._fetcher = ModelFetcher(self._store)

    def overview(self) -> ModelsOverview:
        """What is here now."""
        states = self._fetcher.states()
        choice = self.choose(AsrOptions(self.recognizer))
        return ModelsOverview(
            models=tuple(self._listed(each, states.get(each.id)) for each in self._store.models),
            choice=choice,
            uses=() if choice is None else self._uses(choice),
            is_offline=self._store.offline,
        )

    def choose(self, asr: AsrOptions) -> RecognizerChoice | None:
        """What would hear a recording; None where a folder that was given holds no model.

        Raises:
            OptionError: the recogniser does not know the language, or there is none of that name.
        """
        try:
            return choose_recognizer(asr, self._finder.find_available())
        except ModelUnavailableError:
            return None

    def asr_options(self, language: str | None, hotwords: str) -> AsrOptions:
        """What the recogniser is asked for; hotwords only where it can listen for them.

        Args:
            language: ISO 639-1 code, None to find out. A recogniser that the app was started with
                and that does not know it gives way to the others.
            hotwords: one on each line.

        Raises:
            OptionError: there are too many hotwords, or one is too long.
        """
        words = parse_hotwords(hotwords) if self.accepts_hotwords(language) else ()
        return AsrOptions(self._recognizer_for(language), language, words)

    def accepts_hotwords(self, language: str | None) -> bool:
        """Whether what hears a recording in this language can listen for given words."""
        choice = self.choose(AsrOptions(self._recognizer_for(language), language))
        return choice is not None and choice.accepts_hotwords

    def _recognizer_for(self, language: str | None) -> str:
        knows = self.recognizer != PARAFORMER or language in PARAFORMER_LANGUAGES
        return self.recognizer if knows else AUTO

    def recognition(self, options: PipelineOptions) -> tuple[ModelUse, ...] | None:
        """The models that would find the words of a recording now; None where that is not known."""
        if options.diarize_only:
            return ()
        try:
            choice = self.choose(options.asr)
            return None if choice is None else self._uses(choice)
        except PipelineError:
            return None

    def check(self) -> None:
        """Look at the folders that were given.

        Raises:
            ModelUnavailableError: one does not hold its model.
        """
        self._finder.find_available()

    def fetch(self, model_id: str, source: str = ANY_SOURCE) -> None:
        """Have a model fetched, after those that were asked for before.

        Raises:
            KeyError: if there is no such model or source, or it may not be fetched.
        """
        try:
            model, choice = self._store.spec(model_id), FetchChoice(source, self._mirror)
            choice.sources_of(model)
            allowed = self._store.can_be_fetched(model_id)
        except PipelineError as error:
            raise KeyError(model_id) from error
        if not allowed:
            raise KeyError(model_id)
        self._fetcher.add(model_id, choice)

    def fetch_paraformer(self, source: str) -> None:
        """Have Paraformer and its punctuation fetched.

        Raises:
            KeyError: if there is no such source, or nothing may be fetched.
        """
        for model_id in PARAFORMER_BY_SOURCE[source]:
            if not self._store.is_installed(model_id):
                self.fetch(model_id)

    def cancel(self) -> None:
        """Stop fetching; what has come is kept for the next time."""
        self._fetcher.cancel()

    def close(self) -> None:
        """Stop fetching, for good."""
        self._fetcher.close()

    @property
    def _mirror(self) -> str:
        return self._locations.fetch_from.mirror

    def _uses(self, choice: RecognizerChoice) -> tuple[ModelUse, ...]:
        if choice.name == WHISPER:
            model = self._store.spec(WHISPER_MODEL)
            return (ModelUse(model.role, model.id, model.sha256),)
        found = (self._finder.find_paraformer(), self._finder.find_punctuation())
        return tuple(each.use for each in found if each is not None)

    def _listed(self, model: ModelSpec, fetch: FetchState | None) -> ListedModel:
        is_installed, is_damaged = True, False
        try:
            self._store.locate(model.id)
        except ModelUnavailableError:
            is_installed = False
        except ModelIntegrityError:
            is_installed, is_damaged = False, True
        return ListedModel(
            spec=model,
            is_installed=is_installed,
            is_damaged=is_damaged,
            can_be_fetched=not is_installed and self._store.can_be_fetched(model.id),
            num_bytes_here=self._store.num_bytes_here(model.id),
            fetch=fetch,
        )
