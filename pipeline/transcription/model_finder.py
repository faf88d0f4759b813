"""Search for recognition models in the user's folders and among the installed models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.asr.paraformer import paraformer_folder
from pipeline.asr.paraformer_streaming import streaming_folder
from pipeline.asr.sherpa.model_kinds import find_model
from pipeline.core.errors import ModelIntegrityError, ModelUnavailableError
from pipeline.core.provenance import ModelUse
from pipeline.models.model_folders import ModelFolders
from pipeline.models.recognizer_choice import (
    BETTER_WHISPERS,
    WHISPER,
    WHISPER_MODELS,
    AvailableModels,
)
from pipeline.models.store import ModelFiles, ModelStore
from pipeline.punctuation.ct_transformer import punctuation_folder

WHISPER_MODEL = WHISPER_MODELS[WHISPER]
PARAFORMER_MODELS = ("paraformer", "paraformer-sherpa")  # in order of preference
PUNCTUATION_MODELS = ("punctuation",)
STREAMING_MODELS = ("paraformer-streaming",)
SHERPA_MODEL = "own-sherpa"
OWN_FOLDER = "own-"  # prefix of ids of the user's models that are not in the manifest


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model found on this machine.

    Attributes:
        use: its entry in the provenance.
        folder: folder of its files.
    """

    use: ModelUse
    folder: Path


@dataclass(frozen=True, slots=True)
class _ModelKind:
    """A kind of model that is searched in the user's folders or among the installed models.

    Attributes:
        name: suffix of the id of a user's model that is not in the manifest.
        role: role in the provenance.
        main_file: function that returns the file in a folder that identifies the model.
        model_ids: models of the manifest, in order of preference.
    """

    name: str
    role: str
    main_file: Callable[[Path], Path]
    model_ids: tuple[str, ...] = ()


_PARAFORMER = _ModelKind(
    "paraformer",
    "recognizer",
    lambda folder: paraformer_folder.find_files(folder).graph,
    PARAFORMER_MODELS,
)
_PUNCTUATION = _ModelKind(
    "punctuation",
    "punctuator",
    lambda folder: punctuation_folder.find_files(folder).graph,
    PUNCTUATION_MODELS,
)
_STREAMING = _ModelKind(
    "streaming",
    "streaming_recognizer",
    lambda folder: streaming_folder.find_streaming_files(folder).encoder,
    STREAMING_MODELS,
)
_SHERPA = _ModelKind("sherpa", "recognizer", lambda folder: find_model(folder).main_file)


class ModelFinder:
    """A finder of models, which searches again at each call."""

    def __init__(self, store: ModelStore, folders: ModelFolders) -> None:
        self._store = store
        self._folders = folders

    def find_available(self) -> AvailableModels:
        """Find all models from which a recogniser can be chosen.

        Raises:
            ModelUnavailableError: a given folder does not contain its model.
        """
        paraformer = self.find_paraformer()
        return AvailableModels(
            paraformer=paraformer is not None,
            punctuation=self.find_punctuation() is not None,
            accepts_hotwords=paraformer is not None and _accepts_hotwords(paraformer.folder),
            whispers=tuple(
                name for name in BETTER_WHISPERS if self._store.is_installed(WHISPER_MODELS[name])
            ),
            sherpa=self.find_sherpa() is not None,
        )

    def find_paraformer(self) -> FoundModel | None:
        """Find the Paraformer in the user's folder or installed; return None without one.

        Raises:
            ModelUnavailableError: the given folder does not contain one.
        """
        return self._find(self._folders.paraformer, _PARAFORMER)

    def find_punctuation(self) -> FoundModel | None:
        """Find the punctuation model in the user's folder or installed; return None without one.

        Raises:
            ModelUnavailableError: the given folder does not contain one.
        """
        return self._find(self._folders.punctuation, _PUNCTUATION)

    def find_sherpa(self) -> FoundModel | None:
        """Find the model of sherpa-onnx in the user's folder; return None without one.

        Raises:
            ModelUnavailableError: the given folder does not contain one.
        """
        found = self._find(self._folders.sherpa, _SHERPA)
        return found and replace(found, use=replace(found.use, model_id=SHERPA_MODEL))

    def find_streaming(self) -> FoundModel | None:
        """Find the streaming Paraformer, in the user's folder or installed; None without one.

        Raises:
            ModelUnavailableError: the given folder does not contain one.
        """
        return self._find(self._folders.streaming, _STREAMING)

    def require_paraformer(self) -> FoundModel:
        """Find the Paraformer as `find_paraformer` does, but raise an error without one.

        Raises:
            ModelUnavailableError: no Paraformer is available; the message says how to fetch one.
            ModelIntegrityError: the installed model is damaged.
        """
        found = self.find_paraformer()
        return found or as_found(self._store.locate(PARAFORMER_MODELS[0]))

    def _find(self, folder: Path | None, kind: _ModelKind) -> FoundModel | None:
        if folder is None:
            return self._installed(kind.model_ids)
        return self._own(folder, kind.main_file(folder), role=kind.role, name=kind.name)

    def _installed(self, model_ids: Sequence[str]) -> FoundModel | None:
        for model_id in model_ids:
            try:
                return as_found(self._store.locate(model_id))
            except (ModelUnavailableError, ModelIntegrityError):
                continue
        return None

    def _own(self, folder: Path, main_file: Path, *, role: str, name: str) -> FoundModel:
        try:
            sha256 = self._store.sha256_of(main_file)
        except OSError as error:
            raise ModelUnavailableError(
                f"'{main_file}' cannot be read: {error.strerror or error}"
            ) from error
        known = [each.id for each in self._store.models if each.sha256 == sha256]
        model_id = known[0] if known else f"{OWN_FOLDER}{name}"
        return FoundModel(ModelUse(role, model_id, sha256), folder)


def as_found(files: ModelFiles, graph: str | None = None) -> FoundModel:
    """Convert an installed model to a FoundModel.

    Args:
        files: the model.
        graph: file that is used of several; None for the main file.
    """
    sha256 = files.spec.sha256 if graph is None else files.sha256(graph)
    return FoundModel(ModelUse(files.spec.role, files.spec.id, sha256), files.folder)


def _accepts_hotwords(folder: Path) -> bool:
    return paraformer_folder.find_files(folder).hotword_embedder is not None
