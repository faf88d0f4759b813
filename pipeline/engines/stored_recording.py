"""Local copies of recordings in object stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from pipeline.core.progress import OnProgress, Stage, ignore_progress, report_as
from pipeline.engines.engine import JobRequest
from pipeline.engines.job_folder import job_folder
from pipeline.inputs.object_store import copy_from_store


@contextmanager
def with_local_copy(
    request: JobRequest, on_progress: OnProgress = ignore_progress
) -> Iterator[JobRequest]:
    """Yield the job with a copy of its recording, if that is in an object store.

    Raises:
        DownloadError: the recording cannot be read.
        WorkingFileError: the copy cannot be written.
    """
    if request.address is None:
        yield request
        return
    with job_folder() as folder:
        audio_path = folder / request.audio_path.name
        report = report_as(Stage.READ_AUDIO, on_progress)
        copy_from_store(request.address, audio_path, report=report)
        yield replace(request, audio_path=audio_path, address=None)
