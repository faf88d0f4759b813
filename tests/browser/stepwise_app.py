"""The app with a pipeline that goes on only when the test says so, by files in a folder.

"found-12" tells the first twelve sentences, "audio" that they can be heard; "finish" and "fail"
end the run. "prepared-zh" appears once it has got ready for a recording in Chinese. Started as a
program, it takes --port, --workspace and --steps.
"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.core.errors import AudioError
from pipeline.core.events import AudioReady, OnEvent, SentencesFound
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import OnProgress, Stage, StageProgress
from pipeline.core.provenance import ModelUse, Provenance
from pipeline.core.result import PipelineResult
from pipeline.core.transcript import Sentence, Transcript
from pipeline.engines.engine import SCRATCH_AUDIO, SCRATCH_PEAKS, JobRequest
from pipeline.engines.process import ProcessEngine
from pipeline.models.locations import ModelLocations
from pipeline.runtime.process_control import raise_at_first_stop
from tests.browser.review_workspace import made_evidence, made_transcript, write_sound
from webui.config.settings import Settings
from webui.services.container import open_services

NUM_SENTENCES = 40
LOOK_S = 0.02
MODELS = (
    ("vad", "fsmn-vad"),
    ("overlap_detector", "segmentation-3.0"),
    ("speaker_embedder", "campplus-zh-en"),
    ("recognizer", "whisper-base"),
)
PREPARED = "prepared-"  # a file that the runner makes


def final_transcript() -> Transcript:
    """What the run gives in the end."""
    return made_transcript(NUM_SENTENCES)


def provisional(sentence: Sentence) -> Sentence:
    """As it is told on the way: the first two speakers exchanged."""
    exchanged = {"S1": "S2", "S2": "S1"}
    label = sentence.speaker
    return replace(sentence, speaker=None if label is None else exchanged.get(label, label))


class StepwiseRunner:
    """A Runner that looks into the folder."""

    def __init__(self, steps: Path) -> None:
        self._steps = steps

    def prepare(self, options: PipelineOptions) -> None:
        """Says that it was asked to, and for which language."""
        (self._steps / f"{PREPARED}{options.asr.language}").touch()

    def __call__(
        self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent
    ) -> PipelineResult:
        transcript = final_transcript()
        told, can_be_heard, pause = 0, False, threading.Event()
        while True:
            names = {path.name for path in self._steps.iterdir()}
            if "audio" in names and not can_be_heard and request.scratch_dir is not None:
                folder = request.scratch_dir
                write_sound(transcript, folder / SCRATCH_AUDIO, folder / SCRATCH_PEAKS)
                on_event(AudioReady(transcript.duration_ms))
                can_be_heard = True
            found = max((int(name[6:]) for name in names if name.startswith("found-")), default=0)
            if found > told:
                new = map(provisional, transcript.sentences[told:found])
                on_event(SentencesFound(told, tuple(new)))
                told = found
            if "fail" in names:
                raise AudioError("the file ends in the middle")
            if "finish" in names:
                return PipelineResult(
                    transcript=transcript,
                    evidence=made_evidence(transcript),
                    provenance=Provenance(
                        tuple(ModelUse(role, name, "0" * 64) for role, name in MODELS),
                        request.options.as_text(),
                    ),
                    stage_seconds=(),
                )
            on_progress(StageProgress(Stage.RECOGNIZE, told, NUM_SENTENCES))
            pause.wait(LOOK_S)


@dataclass(frozen=True, slots=True)
class LoadStepwise:
    """Makes the runner in the worker."""

    steps: Path

    def __call__(self) -> StepwiseRunner:
        return StepwiseRunner(self.steps)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--steps", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    # Not at the top: the worker and the tests import this module too, and need no Gradio.
    from webui.launching import serve

    chosen.steps.mkdir(parents=True, exist_ok=True)
    raise_at_first_stop()
    settings = Settings(
        host=None,
        port=chosen.port,
        workspace=chosen.workspace,
        models=ModelLocations(),
        recognizer="auto",
        num_threads=0,
        demo=False,
        wait_for_demo=False,
    )
    services = open_services(chosen.workspace, ProcessEngine(LoadStepwise(chosen.steps)))
    try:
        serve(services, settings, [])
    finally:
        services.close()


if __name__ == "__main__":
    main()
