"""A Runner that does what the name of the audio file says, for tests of the engines.

It stands in a module of its own, because a spawned worker imports it by name.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from pipeline.core.atomic_write import write_bytes_atomically
from pipeline.core.errors import AudioError, TranscriptionCancelled
from pipeline.core.events import AudioReady, OnEvent, SentencesFound
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import OnProgress, Stage, StageProgress
from pipeline.core.transcript import Sentence
from pipeline.engines.engine import SCRATCH_AUDIO, SCRATCH_PEAKS, JobRequest
from pipeline.engines.job_folder import with_local_copy

FINDINGS = (  # what `_find` finds
    AudioReady(2_000),
    SentencesFound(0, (Sentence(0, 900, "你好。", speaker="S1"),)),
    SentencesFound(1, (Sentence(1_000, 1_900, "再见。"),)),
)
COUNT_TO = 40
PLAYBACK, PEAKS = b"playback copy" * 1_000_000, b"peaks"  # more than one message carries
NUM_PERISHED = 4
STARTS = "starts"  # a dot for each time `_perish` was begun
UNPREPARABLE = "xx"  # a language
STARTED = "started"  # the file in scratch_dir that says that a runner is at work


@dataclass(frozen=True, slots=True, eq=False)
class ScriptedResult:
    """Something shaped like a transcription's result: frozen, with an array inside."""

    stem: str
    process_id: int
    loads: int
    prepared_for: str | None
    embeddings: NDArray[np.float32]


class UnreadableResult:
    """Pickles, but does not unpickle."""

    def __reduce__(self) -> tuple[Callable[[], object], tuple[()]]:
        return (_refuse_to_load, ())


def _refuse_to_load() -> NoReturn:
    raise RuntimeError("this result cannot be read")


class ScriptedRunner:
    """Knows how often this process has loaded a runner."""

    def __init__(self, loads: int) -> None:
        self._loads = loads
        self._prepared_for: str | None = None

    def prepare(self, options: PipelineOptions) -> None:
        """Remembers what it was to be ready for."""
        if options.asr.language == UNPREPARABLE:
            raise AudioError("The model 'x' is not installed.")
        self._prepared_for = options.asr.language

    def __call__(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> object:
        if request.scratch_dir is not None:
            (request.scratch_dir / STARTED).write_text(str(os.getpid()))
        act = getattr(self, f"_{request.audio_path.stem.split('-')[0]}")
        return act(request, on_progress, on_event)

    def _echo(
        self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent
    ) -> ScriptedResult:
        on_progress(StageProgress(Stage.READ_AUDIO, 1, 1))
        on_progress(StageProgress(Stage.RECOGNIZE, 2, 5))
        rows = np.arange(6, dtype=np.float32).reshape(2, 3)
        return ScriptedResult(
            request.audio_path.stem, os.getpid(), self._loads, self._prepared_for, rows
        )

    def _find(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> None:
        for finding in FINDINGS:
            on_event(finding)

    def _tell(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> NoReturn:
        self._find(request, on_progress, on_event)
        self._obey(request, on_progress, on_event)

    def _play(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> None:
        assert request.scratch_dir is not None
        (request.scratch_dir / STARTED).unlink()
        (request.scratch_dir / SCRATCH_AUDIO).write_bytes(PLAYBACK)
        (request.scratch_dir / SCRATCH_PEAKS).write_bytes(PEAKS)
        on_event(FINDINGS[0])

    def _count(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> str:
        """Writes the numbers up to COUNT_TO into its folder one by one, then reads them."""
        assert request.checkpoint_dir is not None
        request.checkpoint_dir.mkdir(parents=True, exist_ok=True)
        pause = threading.Event()
        for number in range(COUNT_TO):
            path = request.checkpoint_dir / f"{number:03d}"
            if not path.exists():
                pause.wait(0.02)
                write_bytes_atomically(path, str(number).encode())
            on_progress(StageProgress(Stage.RECOGNIZE, number + 1, COUNT_TO))
        return " ".join(path.read_text() for path in sorted(request.checkpoint_dir.iterdir()))

    def _perish(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> NoReturn:
        """Dies each time after it has kept a little more, four times; then for nothing."""
        assert request.checkpoint_dir is not None
        request.checkpoint_dir.mkdir(parents=True, exist_ok=True)
        kept = len(list(request.checkpoint_dir.iterdir()))
        if kept < NUM_PERISHED:
            (request.checkpoint_dir / str(kept)).write_text("kept")
        with (request.checkpoint_dir.parent / STARTS).open("a") as starts:
            starts.write(".")
        os._exit(9)

    def _large(
        self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent
    ) -> NDArray[np.float32]:
        return np.ones(12_000_000, dtype=np.float32)

    def _refuse(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> NoReturn:
        raise AudioError("The file 'holiday.jpg' has no sound in it.")

    def _stumble(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> NoReturn:
        raise RuntimeError("secret detail /home/someone")

    def _fill(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    def _exhaust(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> NoReturn:
        raise MemoryError

    def _stop(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> NoReturn:
        raise TranscriptionCancelled("stopped by itself")

    def _obey(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> NoReturn:
        pause = threading.Event()
        while True:
            on_progress(StageProgress(Stage.RECOGNIZE, 1, 2))
            pause.wait(0.01)

    def _ignore(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> NoReturn:
        on_progress(StageProgress(Stage.RECOGNIZE, 1, 2))
        threading.Event().wait()
        raise AssertionError("nobody sets that event")

    def _fetch(
        self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent
    ) -> tuple[bytes, bool]:
        """Return the content of the recording, and whether it was read from its address."""
        with with_local_copy(request, on_progress) as local:
            return local.audio_path.read_bytes(), request.address is not None

    def _die(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> NoReturn:
        os._exit(7)

    def _lambda(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> object:
        return lambda: None

    def _unreadable(
        self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent
    ) -> UnreadableResult:
        return UnreadableResult()


_loads = 0


def load_scripted() -> ScriptedRunner:
    """The factory that tests give to an engine."""
    global _loads  # noqa: PLW0603 - counts loads inside one worker process
    _loads += 1
    return ScriptedRunner(_loads)


def load_never() -> NoReturn:
    """A factory whose models are not there."""
    raise AudioError("The model 'x' is not installed.")


def load_at_second_try() -> ScriptedRunner:
    """A factory that finds its models only when it is asked again."""
    runner = load_scripted()
    if _loads == 1:
        raise AudioError("The model 'x' is not installed.")
    return runner


def load_slowly() -> NoReturn:
    """A factory that is still at it when the test is over."""
    threading.Event().wait()
    raise AssertionError("nobody sets that event")


def request_for(
    stem: str, scratch_dir: Path | None = None, checkpoint_dir: Path | None = None
) -> JobRequest:
    """A request whose file name says what is to happen."""
    return JobRequest(Path(f"{stem}.wav"), PipelineOptions(), scratch_dir, checkpoint_dir)
