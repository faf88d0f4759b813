"""Protocol and errors of model sources."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from pipeline.core.errors import PipelineError
from pipeline.core.progress import Report
from pipeline.models.manifest import ModelFile, ModelSpec

Chunks = Iterator[bytes]


class FetchProblem(str, Enum):
    """A category of fetch failures with a common remedy."""

    CONNECTION = "connection"
    LOGIN = "login"
    CONTENT = "content"
    DISK_FULL = "disk_full"
    OTHER = "other"


class SourceUnavailableError(PipelineError):
    """Error for a source that cannot provide the files, while another source may."""

    problem = FetchProblem.OTHER


class UnreachableSourceError(SourceUnavailableError):
    """Error for a source to which no connection can be made."""

    problem = FetchProblem.CONNECTION


class InterruptedTransferError(SourceUnavailableError):
    """Error for an interrupted transfer, which the same source may continue later."""

    problem = FetchProblem.CONNECTION


class LoginRequiredError(SourceUnavailableError):
    """Error for a source that requires a login or accepted terms."""

    problem = FetchProblem.LOGIN


@dataclass(frozen=True, slots=True)
class FileRequest:
    """A request for a file, or for the rest of a partly downloaded one.

    Attributes:
        file: the file.
        num_bytes_here: size of the partial file of an earlier try.
        etag: the source's ETag of those bytes; "" if unknown.
    """

    file: ModelFile
    num_bytes_here: int = 0
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file being received.

    Attributes:
        file: the file.
        chunks: its bytes, from `starts_at` on.
        starts_at: 0, or the `num_bytes_here` of the request.
        etag: the source's ETag of this content; "" if it has no strong one.
    """

    file: ModelFile
    chunks: Chunks
    starts_at: int = 0
    etag: str = ""


class Fetcher(Protocol):
    """The protocol of a source from which the files of a model are fetched."""

    def read(
        self, model: ModelSpec, wanted: Sequence[FileRequest], *, report: Report
    ) -> Generator[Arrival, None, None]:
        """Yield each file as it arrives; its chunks must be consumed before the next file.

        Closing the generator ends the connection and deletes temporary files.

        Args:
            model: the model.
            wanted: the files to fetch.
            report: counts bytes that have arrived on this machine, if that is known before
                they are read here; `total` is the size of all files of the model. Also called
                while waiting, so that an exception in it ends the wait.

        Raises:
            SourceUnavailableError: a file cannot be fetched; also raised by the chunks.
            ModelIntegrityError: the source has another file under this name.
        """
        ...
