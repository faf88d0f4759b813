"""Installed models, choice of the speech recogniser, and model downloads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.core.errors import (
    ModelIntegrityError,
    ModelUnavailableError,
    OptionError,
    PipelineError,
)
from pipeline.core.options import AsrOptions, PipelineOptions, parse_hotwords
from pipeline.core.provenance import ModelUse
from pipeline.models.fetch.fetch_choice import ANY_SOURCE, FetchChoice
from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.models.manifest import BundledSource, ModelSpec
from pipeline.models.recognizer_choice import (
    AUTO,
    PARAFORMER,
    PARAFORMER_LANGUAGES,
    RECOGNIZERS,
    SHERPA,
    WHISPER_MODELS,
    RecognizerChoice,
    choose_live_recognizer,
    choose_recognizer,
)
from pipeline.models.store import ModelStore
from pipeline.transcription.model_finder import PUNCTUATION_MODELS, ModelFinder
from webui.services.model_fetcher import FetchState, ModelFetcher

# What one button downloads: the default recogniser, from either hub, with its punctuation model.
PARAFORMER_BY_SOURCE: Mapping[str, tuple[str, ...]] = {
    "modelscope": ("paraformer", *PUNCTUATION_MODELS),
    "huggingface": ("paraformer-sherpa", *PUNCTUATION_MODELS),
}

_LANGUAGE = re.compile(r"[a-z]{2,3}")


def check_language(language: str | None) -> None:
    """Raise an error unless a language has the form of an ISO 639 code; None stands for any.

    It is stored with the options of a run.

    Raises:
        OptionError: if it is another text.
    """
    if language is not None and _LANGUAGE.fullmatch(language) is None:
        raise OptionError("The language is a code of two or three letters, such as zh or en.")


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model of the manifest with the state of its installation and download.

    Attributes:
        spec: entry of the manifest.
        is_installed: whether its files are complete and intact.
        is_damaged: whether it is present with a wrong file.
        can_be_fetched: whether the page offers its download.
        num_bytes_here: number of downloaded bytes.
        fetch: state of its download; None if it is not requested.
    """

    spec: ModelSpec
    is_installed: bool
    is_damaged: bool
    can_be_fetched: bool
    num_bytes_here: int
    fetch: FetchState | None

    @property
    def source_names(self) -> tuple[str, ...]:
        """Names of the sites from which the model can be downloaded."""
        return tuple(each.name for each in self.spec.sources if not isinstance(each, BundledSource))


@dataclass(frozen=True, slots=True)
class ModelsOverview:
    """Snapshot of the state of all models and of the speech recogniser to be used.

    Attributes:
        models: in the order of the manifest.
        choice: recogniser of the next recording with automatic language; None if a folder given
            at the start no longer has its model.
        uses: the models of that recogniser; those of Paraformer only if installed.
        is_offline: whether downloads are disabled.
    """

    models: tuple[ListedModel, ...]
    choice: RecognizerChoice | None
    uses: tuple[ModelUse, ...]
    is_offline: bool


class ModelsService:
    """Service that lists, chooses and downloads models, by model and source name."""

    def __init__(self, locations: ModelLocations, recognizer: str = AUTO) -> None:
        """Store the model folders, the download source and the recogniser.

        Args:
            locations: folders and download source of the models.
            recognizer: value of --recognizer.
        """
        self.recognizer = recognizer
        self._locations = locations
        self._store: ModelStore = open_model_store(locations)
        self._finder = ModelFinder(self._store, locations.folders)
        self._fetcher = ModelFetcher(self._store)

    def overview(self) -> ModelsOverview:
        """Return the current state of all models."""
        states = self._fetcher.states()
        choice = self.choose(AsrOptions(self.recognizer))
        return ModelsOverview(
            models=tuple(self._listed(each, states.get(each.id)) for each in self._store.models),
            choice=choice,
            uses=() if choice is None else self._uses(choice),
            is_offline=self._store.offline,
        )

    def choose(self, asr: AsrOptions) -> RecognizerChoice | None:
        """Return the recogniser for a recording; None if a folder given at the start has no model.

        Raises:
            OptionError: if the recogniser does not support the language, or is unknown.
        """
        try:
            return choose_recognizer(asr, self._finder.find_available())
        except ModelUnavailableError:
            return None

    def choose_live(self, asr: AsrOptions) -> RecognizerChoice | None:
        """Return the recogniser for a live recording; None if there is none for these options.

        Raises:
            OptionError: if the recogniser does not support the language, or is unknown.
        """
        if asr.recognizer == SHERPA:
            return None
        try:
            return choose_live_recognizer(asr, self._finder.find_available())
        except ModelUnavailableError:
            return None

    def asr_options(
        self, language: str | None, hotwords: str, *, recognizer: str | None = None
    ) -> AsrOptions:
        """Return the recogniser's options, without hotwords if it does not support them.

        Args:
            language: ISO 639-1 code, None to detect it. If the recogniser given at the start does
                not support it, another one is used.
            hotwords: one per line.
            recognizer: name of the recogniser; None for the one given at the start.

        Raises:
            OptionError: if there are too many hotwords, or one is too long, or if the language is
                not a language code, or the recogniser does not support it.
        """
        check_language(language)
        asr = AsrOptions(recognizer or self._recognizer_for(language), language)
        return replace(asr, hotwords=parse_hotwords(hotwords) if self._takes_hotwords(asr) else ())

    def accepts_hotwords(self, language: str | None) -> bool:
        """Return whether the recogniser for this language supports hotwords."""
        return self._takes_hotwords(AsrOptions(self._recognizer_for(language), language))

    def installed_recognizers(self) -> tuple[str, ...]:
        """Return the names of the recognisers that need no download."""
        try:
            available = self._finder.find_available()
        except ModelUnavailableError:  # a folder given at the start has no model any more
            return ()
        is_installed = {
            PARAFORMER: available.paraformer,
            SHERPA: available.sherpa,
            **{name: self._store.is_installed(each) for name, each in WHISPER_MODELS.items()},
        }
        return tuple(name for name in RECOGNIZERS if is_installed[name])

    def _takes_hotwords(self, asr: AsrOptions) -> bool:
        choice = self.choose(asr)
        return choice is not None and choice.accepts_hotwords

    def _recognizer_for(self, language: str | None) -> str:
        is_supported = self.recognizer != PARAFORMER or language in PARAFORMER_LANGUAGES
        return self.recognizer if is_supported else AUTO

    def recognition(self, options: PipelineOptions) -> tuple[ModelUse, ...] | None:
        """Return the models that would recognise speech with these options; None if unknown."""
        if options.diarize_only:
            return ()
        try:
            choice = self.choose(options.asr)
            return None if choice is None else self._uses(choice)
        except PipelineError:
            return None

    def check(self) -> None:
        """Raise an error unless each model folder given at the start contains its model.

        Raises:
            ModelUnavailableError: if one does not contain its model.
        """
        self._finder.find_available()

    def fetch(self, model_id: str, source: str = ANY_SOURCE) -> None:
        """Queue the download of a model.

        Raises:
            KeyError: if the model or source is unknown, or its download is not offered.
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
        """Queue the download of Paraformer and its punctuation model, unless installed.

        Raises:
            KeyError: if the source is unknown, or downloads are disabled.
        """
        for model_id in PARAFORMER_BY_SOURCE[source]:
            if not self._store.is_installed(model_id):
                self.fetch(model_id)

    def cancel(self) -> None:
        """Cancel all downloads; partial files are kept for resuming."""
        self._fetcher.cancel()

    def close(self) -> None:
        """Cancel all downloads and stop the thread."""
        self._fetcher.close()

    @property
    def _mirror(self) -> str:
        return self._locations.fetch_from.mirror

    def _uses(self, choice: RecognizerChoice) -> tuple[ModelUse, ...]:
        if choice.is_whisper:
            model = self._store.spec(WHISPER_MODELS[choice.name])
            return (ModelUse(model.role, model.id, model.sha256),)
        if choice.name == SHERPA:
            sherpa = self._finder.find_sherpa()
            return () if sherpa is None else (sherpa.use,)
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
