"""What it takes to be a source of model files that are not on this machine."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from pipeline.errors import PipelineError
from pipeline.models.manifest import ModelFile, ModelSpec
from pipeline.progress import Report

Chunks = Iterator[bytes]


class FetchProblem(str, Enum):
    """What kept a model from being fetched, as far as a person can do something about it."""

    CONNECTION = "connection"
    LOGIN = "login"
    CONTENT = "content"
    DISK_FULL = "disk_full"
    OTHER = "other"


class SourceUnavailableError(PipelineError):
    """This source cannot give the files now; another one may."""

    problem = FetchProblem.OTHER


class UnreachableSourceError(SourceUnavailableError):
    """No connection to this source came about."""

    problem = FetchProblem.CONNECTION


class InterruptedTransferError(SourceUnavailableError):
    """A file stopped coming on its way; the same source may give the rest when asked again."""

    problem = FetchProblem.CONNECTION


class LoginWantedError(SourceUnavailableError):
    """The source gives the file only to people it knows."""

    problem = FetchProblem.LOGIN


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to get.

    Attributes:
        file: which.
        num_bytes_here: how much of it an earlier try has left.
        etag: the source's own mark of the content that those bytes are of; "" where not known.
    """

    file: ModelFile
    num_bytes_here: int = 0
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file on its way.

    Attributes:
        file: which.
        chunks: its bytes, from `starts_at` on.
        starts_at: 0, or the `num_bytes_here` of what was wanted.
        etag: the source's mark of this content; "" where it has none that can be relied on.
    """

    file: ModelFile
    chunks: Chunks
    starts_at: int = 0
    etag: str = ""


class Fetcher(Protocol):
    """Gets files of a model from one source."""

    def read(
        self, model: ModelSpec, wanted: Sequence[Wanted], *, report: Report
    ) -> Generator[Arrival, None, None]:
        """Each file as it arrives, to be used up before the next one is asked for.

        Closing the generator ends the connection and deletes what is temporary.

        Args:
            model: whose files.
            wanted: those to give.
            report: counts bytes that have arrived on this machine, where that is known before
                they are read here; `total` is the size of all files of the model. Also called
                while nothing comes, so that raising in it ends the waiting.

        Raises:
            SourceUnavailableError: also from the chunks.
            ModelIntegrityError: the source has another file under this name.
        """
        ...
