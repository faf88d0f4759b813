"""Source of model files in a local folder filled by the user."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

from pipeline.core.errors import ModelIntegrityError
from pipeline.core.progress import Report
from pipeline.models.fetch.sources import Arrival, Chunks, FileRequest, SourceUnavailableError
from pipeline.models.manifest import ModelFile, ModelSpec

CHUNK_BYTES = 1 << 20


class FolderFetcher:
    """A fetcher that reads model files from a local folder without changing it."""

    def __init__(self, folder: Path) -> None:
        """Set the folder; files are searched in it and in its subfolder with the model's id."""
        self._folder = folder

    def read(
        self, model: ModelSpec, wanted: Sequence[FileRequest], *, report: Report
    ) -> Generator[Arrival, None, None]:
        """Yield each requested file, read from its beginning; see `Fetcher.read`."""
        report(0, model.num_bytes)
        for each in wanted:
            yield Arrival(each.file, _chunks(self._find(model, each.file)))

    def _find(self, model: ModelSpec, file: ModelFile) -> Path:
        for folder in (self._folder / model.id, self._folder):
            path = folder / file.name
            if path.is_file() and path.stat().st_size != file.num_bytes:
                raise ModelIntegrityError(
                    f"'{path}' has {path.stat().st_size} bytes instead of {file.num_bytes}"
                )
            if path.is_file():
                return path
        raise SourceUnavailableError(f"'{self._folder}' does not contain {file.name}")


def _chunks(path: Path) -> Chunks:
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
    except OSError as error:
        raise SourceUnavailableError(f"'{path}' cannot be read: {error.strerror}") from error
