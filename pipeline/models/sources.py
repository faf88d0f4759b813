"""What it takes to be a source of model files that are not on this machine."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Protocol

from pipeline.errors import PipelineError
from pipeline.models.manifest import ModelFile, ModelSpec
from pipeline.progress import Report

Chunks = Iterator[bytes]


class SourceUnavailableError(PipelineError):
    """This source cannot give the files now; another one may."""


class Fetcher(Protocol):
    """Gets files of a model from one source."""

    def read(
        self, model: ModelSpec, files: Sequence[ModelFile], *, report: Report
    ) -> Generator[tuple[ModelFile, Chunks], None, None]:
        """Each file with its bytes, to be used up before the next one is asked for.

        Closing the generator ends the connection and deletes what is temporary.

        Args:
            model: whose files.
            files: those wanted.
            report: counts bytes that have arrived on this machine, where that is known before
                they are read here; `total` is the size of all files of the model.

        Raises:
            SourceUnavailableError: also from the chunks.
        """
        ...
