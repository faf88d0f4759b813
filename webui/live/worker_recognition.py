"""Recognition of live recordings in worker processes."""

from __future__ import annotations

import logging
from pathlib import Path

from pipeline.core.options import PipelineOptions
from pipeline.live.options import LiveOptions
from pipeline.live.process.worker import LiveWorker
from pipeline.models.locations import ModelLocations
from webui.live.recognition import OnLiveEvent, OnRecognitionEnd

FINISH_S = 120.0  # for the rest of the text after a stop; then the ordinary run begins

_log = logging.getLogger(__name__)


class WorkerRecognition:
    """Recognition of one recording in a separate process."""

    def __init__(self, worker: LiveWorker) -> None:
        self._worker = worker

    def announce(self, num_samples: int) -> None:
        """Notify the worker of the current number of samples in the file."""
        self._worker.announce(num_samples)

    def finish(self) -> None:
        """Recognise the remaining samples; return after the last event, or after `FINISH_S`."""
        self._worker.finish()
        if not self._worker.wait(FINISH_S):
            _log.warning("the text of a live recording is late; its ordinary run begins")

    def close(self) -> None:
        """Stop the worker process at once."""
        self._worker.close()


class WorkerStarter:
    """Callable that starts the recognition of a live recording in a worker process."""

    def __init__(self, locations: ModelLocations) -> None:
        self._locations = locations

    def __call__(
        self,
        spool_path: Path,
        options: PipelineOptions,
        last_segment: int,
        on_event: OnLiveEvent,
        on_end: OnRecognitionEnd,
    ) -> WorkerRecognition:
        """Start the recognition; see `StartRecognition`."""
        live = LiveOptions(
            language=options.asr.language,
            recognizer=options.asr.recognizer,
            hotwords=options.asr.hotwords,
            num_speakers=options.speakers,
            profile=options.profile,
        )
        return WorkerRecognition(
            LiveWorker(
                spool_path,
                live,
                on_event,
                on_end=on_end,
                locations=self._locations,
                last_segment=last_segment,
            )
        )
