"""A transcription with tiny models, in this process or as a program that can be killed.

python -m tests.pipeline.continued_run RECORDING MODELS CHECKPOINT RESULT
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from pipeline.core.events import OnEvent, RunEvent, SentencesFound, ignore_event
from pipeline.core.options import AsrOptions, PipelineOptions, RuntimeOptions
from pipeline.core.progress import OnProgress, ignore_progress
from pipeline.core.result import PipelineResult
from pipeline.engines.engine import JobRequest
from pipeline.engines.transcription_runner import TranscriptionRunner
from pipeline.models.locations import ModelLocations, default_model_cache, open_model_store
from pipeline.models.model_folders import ModelFolders
from pipeline.transcription.loader import PipelineLoader
from tests.pipeline.tiny_models import tiny_paraformer, write_funasr_folder
from tests.pipeline.tiny_punctuation import write_folder

OPTIONS = PipelineOptions(asr=AsrOptions(recognizer="paraformer"))


def write_models(folder: Path) -> Path:
    """Recogniser and punctuation; the other models are the embedded ones."""
    write_funasr_folder(folder / "paraformer", tiny_paraformer())
    write_folder(folder / "punctuation")
    return folder


def load_runner(models: Path) -> TranscriptionRunner:
    """What does the jobs."""
    folders = ModelFolders(paraformer=models / "paraformer", punctuation=models / "punctuation")
    store = open_model_store(ModelLocations(default_model_cache(), offline=True, folders=folders))
    return TranscriptionRunner(
        PipelineLoader(store, RuntimeOptions(num_threads=2), folders=folders)
    )


def transcribe(
    runner: TranscriptionRunner,
    recording: Path,
    checkpoint: Path | None,
    *,
    on_progress: OnProgress = ignore_progress,
    on_event: OnEvent = ignore_event,
) -> PipelineResult:
    """Do one job."""
    request = JobRequest(recording, OPTIONS, checkpoint_dir=checkpoint)
    return runner(request, on_progress, on_event)


def texts_of(found: list[RunEvent]) -> dict[int, str]:
    """The sentences that were told, by their number."""
    return {
        each.first + place: sentence.text
        for each in found
        if isinstance(each, SentencesFound)
        for place, sentence in enumerate(each.sentences)
    }


def main() -> None:
    """Write the transcript as a pickle."""
    recording, models, checkpoint, target = map(Path, sys.argv[1:])
    result = transcribe(load_runner(models), recording, checkpoint)
    target.write_bytes(pickle.dumps(result.transcript))


if __name__ == "__main__":
    main()
