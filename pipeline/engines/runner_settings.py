"""What a worker process is told so that it can load its runner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.options import RuntimeOptions

if TYPE_CHECKING:
    from pipeline.engines.transcription_runner import TranscriptionRunner


@dataclass(frozen=True, slots=True)
class RunnerSettings:
    """Makes a runner where it is called; can be sent to another process.

    Attributes:
        models: where they are, and whence they come.
        num_threads: threads inside one graph, 0 for one per core.
    """

    models: ModelLocations
    num_threads: int = 0

    def __call__(self) -> TranscriptionRunner:
        """Make the runner; models are loaded with the first job that needs them."""
        # Imported where the work is done: the page's own process stays without onnxruntime.
        from pipeline.engines.transcription_runner import TranscriptionRunner  # noqa: PLC0415
        from pipeline.loading import PipelineLoader  # noqa: PLC0415

        store = open_model_store(self.models)
        runtime = RuntimeOptions(num_threads=self.num_threads)
        loader = PipelineLoader(store, runtime, folders=self.models.folders)
        return TranscriptionRunner(loader)
