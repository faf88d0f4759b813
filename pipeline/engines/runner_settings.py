"""Settings of a job runner, which travel to the process that runs the jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.core.options import RuntimeOptions
from pipeline.models.locations import ModelLocations, open_model_store

if TYPE_CHECKING:
    from pipeline.engines.transcription_runner import TranscriptionRunner


@dataclass(frozen=True, slots=True)
class RunnerSettings:
    """A picklable function object that creates a job runner.

    Attributes:
        models: locations and sources of the models.
        num_threads: threads inside one graph, 0 for one per core.
    """

    models: ModelLocations
    num_threads: int = 0

    def __call__(self) -> TranscriptionRunner:
        """Create the runner, which loads models at the first job that needs them."""
        # Imported only where the work runs: the web process does without onnxruntime.
        from pipeline.engines.transcription_runner import TranscriptionRunner  # noqa: PLC0415
        from pipeline.transcription.loader import PipelineLoader  # noqa: PLC0415

        store = open_model_store(self.models)
        runtime = RuntimeOptions(num_threads=self.num_threads)
        loader = PipelineLoader(store, runtime, folders=self.models.folders)
        return TranscriptionRunner(loader)
