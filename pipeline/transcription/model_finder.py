"""Search for recognition models in the user's folders and among the installed models."""

from __future__ import annotations

from collections.abc import Sequence
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
    """A model that was found on this machine.

    Attributes:
        use: its entry in the provenance.
        folder: folder of its files.
    """

    use: ModelUse
    folder: Path


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
        """Find the Paraformer to use, in the user's folder or installed; return None without one.

        Raises:
            ModelUnavailableError: the given folder does not contain one.
        """
        folder = self._folders.paraformer
        if folder is not None:
            graph = paraformer_folder.find_files(folder).graph
            return self._own(folder, graph, role="recognizer", name="paraformer")
        return self._installed(PARAFORMER_MODELS)

    def find_punctuation(self) -> FoundModel | None:
        """Find the punctuation model, in the user's folder or installed; return None without one.

        Raises:
            ModelUnavailableError: the given folder does not contain one.
        """
        folder = self._folders.punctuation
        if folder is not None:
            graph = punctuation_folder.find_files(folder).graph
            return self._own(folder, graph, role="punctuator", name="punctuation")
        return self._installed(PUNCTUATION_MODELS)

    def find_sherpa(self) -> FoundModel | None:
        """Find the model of sherpa-onnx in the user's folder; return None without one.

        Raises:
            ModelUnavailableError: the given folder does not contain one.
        """
        folder = self._folders.sherpa
        if folder is None:
            return None
        found = self._own(folder, find_model(folder).main_file, role="recognizer", name="sherpa")
        return replace(found, use=replace(found.use, model_id=SHERPA_MODEL))

    def find_streaming(self) -> FoundModel | None:
        """Find the streaming Paraformer, in the user's folder or installed; None without one.

        Raises:
            ModelUnavailableError: the given folder does not contain one.
        """
        folder = self._folders.streaming
        if folder is not None:
            encoder = streaming_folder.find_streaming_files(folder).encoder
            return self._own(folder, encoder, role="streaming_recognizer", name="streaming")
        return self._installed(STREAMING_MODELS)

    def require_paraformer(self) -> FoundModel:
        """Find the Paraformer to use as `find_paraformer` does, but raise an error without one.

        Raises:
            ModelUnavailableError: there is none; the message names the command that fetches it.
            ModelIntegrityError: it is damaged.
        """
        found = self.find_paraformer()
        return found or as_found(self._store.locate(PARAFORMER_MODELS[0]))

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


def as_found(files: ModelFiles) -> FoundModel:
    """Convert an installed model to a FoundModel."""
    return FoundModel(ModelUse(files.spec.role, files.spec.id, files.spec.sha256), files.folder)


def _accepts_hotwords(folder: Path) -> bool:
    return paraformer_folder.find_files(folder).hotword_embedder is not None
