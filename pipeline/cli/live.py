"""Command line that transcribes a microphone, a pipe or a file live: `python -m pipeline live`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TextIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from pipeline.audio.decode import read_audio
from pipeline.audio.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS
from pipeline.batch.interruption import Interruption
from pipeline.cli.flags import (
    FORMAT_FLAG,
    add_format_flag,
    add_language_flag,
    add_profile_flag,
    add_speaker_flag,
    chosen_formats,
)
from pipeline.core.atomic_write import write_bytes_atomically
from pipeline.core.errors import OptionError, PipelineError
from pipeline.core.options import Profile, SpeakerCount
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.registry import FORMATS
from pipeline.live.audio.sample_queue import SampleQueue
from pipeline.live.audio.sources import microphone, raw_stream
from pipeline.live.events import FinalText, LiveEvent, LiveSentence, PassingText
from pipeline.live.live_transcript import LiveTranscript
from pipeline.live.models import load_live_models
from pipeline.live.options import LiveOptions
from pipeline.live.session import LiveSession
from pipeline.models.flags import (
    add_folder_flag,
    add_model_flags,
    add_recognizer_flag,
    model_locations,
)
from pipeline.speakers.turns import speaker_name

NAME = "live"
STANDARD_INPUT = "-"
_DEFAULT_FORMATS = "srt,json"
_STEP_SAMPLES = SAMPLE_RATE_HZ // 10
_ENDING = "The recording ends. Ctrl+C again stops at once, without its last words."
_CLEAR_LINE = "\r\x1b[K"


def add_live_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],  # the class has no public name
    environment: Mapping[str, str],
) -> None:
    """Add the `live` command and its options to a parser."""
    parser = commands.add_parser(NAME, help="show what is said while it is said")
    add = parser.add_argument
    add(
        "file",
        nargs="?",
        metavar="FILE",
        help="audio or video file, or - for 16-bit samples at 16 kHz from standard input "
        "(default: the microphone)",
    )
    add("--device", type=int, metavar="N", help="microphone, see python -m sounddevice")
    add("--out", type=Path, metavar="DIR", help="folder for the transcript and what was recorded")
    add_format_flag(
        parser,
        FORMAT_FLAG,
        "--formats",
        known=FORMATS,
        default=_DEFAULT_FORMATS,
        condition="with --out, ",
    )
    add_speaker_flag(parser)
    add_profile_flag(parser)
    add_language_flag(parser)
    add_recognizer_flag(parser, environment)
    add_model_flags(parser, environment, cache_flag="--model-cache")
    add_folder_flag(parser, environment)


def transcribe_live(chosen: argparse.Namespace) -> int:
    """Run the `live` command; return its exit code.

    Returns:
        0 after the end of the file or Ctrl+C, 1 after an error.

    Raises:
        OptionError: an option is invalid.
    """
    if chosen.file is not None and chosen.device is not None:
        raise OptionError("--device records from a microphone. Leave it out, or the file")
    options = LiveOptions(
        language=chosen.language,
        recognizer=chosen.recognizer,
        num_speakers=SpeakerCount.parse(chosen.speakers),
        profile=Profile(chosen.profile),
    )
    formats = chosen_formats(chosen.format, FORMATS)
    try:
        session, queue = _Session(options, chosen), _source(chosen)
        with session.saving, queue as samples:
            session.run(samples)
        session.write(formats)
    except OptionError:
        raise
    except (PipelineError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


class _Session:
    """One run of the `live` command."""

    def __init__(self, options: LiveOptions, chosen: argparse.Namespace) -> None:
        self._options = options
        self._models = load_live_models(model_locations(chosen), options)
        self._folder: Path | None = chosen.out
        self._name = _name_of(chosen.file)
        self._transcript = LiveTranscript()
        self._duration_ms = 0
        self._saved: soundfile.SoundFile | None = None
        self._is_recorded = chosen.file in (None, STANDARD_INPUT)
        self.saving = self._open_wav() if self._is_recorded else nullcontext()

    def run(self, samples: SampleQueue) -> None:
        """Transcribe until the source ends or the user stops the recording."""
        clock = samples.duration_ms if self._is_recorded else None  # a file can wait
        session = LiveSession(self._models, self._options, clock=clock)
        screen = _Screen(sys.stdout, sys.stderr)
        with Interruption(_ENDING) as interruption:
            while len(pcm := samples.take(lambda: interruption.is_requested)):
                self._save(pcm)
                for first in range(0, len(pcm), _STEP_SAMPLES):
                    self._show(session.follow(pcm[first : first + _STEP_SAMPLES]), screen)
                    if interruption.is_requested and not self._is_recorded:
                        break
                if interruption.is_requested:
                    break
            self._show(session.finish(), screen)
        self._duration_ms = session.num_samples // SAMPLES_PER_MS

    def write(self, formats: tuple[str, ...]) -> None:
        """Write the transcript in each format; do nothing if no folder was given."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        transcript = self._transcript.transcript(
            duration_ms=self._duration_ms, language=self._options.language or ""
        )
        document = TranscriptDocument(title=self._name, transcript=transcript)
        for each in formats:
            path = self._folder / f"{self._name}.{FORMATS[each].extension}"
            write_bytes_atomically(path, FORMATS[each].write(document))

    def _show(self, events: Iterable[LiveEvent], screen: _Screen) -> None:
        for event in events:
            self._transcript.add(event)
            screen.show(event)

    def _save(self, pcm: NDArray[np.int16]) -> None:
        if self._saved is not None:
            self._saved.write(pcm)

    @contextmanager
    def _open_wav(self) -> Iterator[None]:
        """Open a WAV file for the recorded samples, if a folder was given; close it at the end."""
        if self._folder is None:
            yield
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._name}.wav"
        with soundfile.SoundFile(path, "w", SAMPLE_RATE_HZ, 1, "PCM_16") as self._saved:
            yield


class _Screen:
    """The output of final text to stdout, and of interim text to a terminal."""

    def __init__(self, lines: TextIO, passing: TextIO) -> None:
        self._lines = lines
        self._passing = passing if passing.isatty() else None

    def show(self, event: LiveEvent) -> None:
        if isinstance(event, PassingText) and self._passing is not None:
            print(f"{_CLEAR_LINE}… {event.text}", end="", file=self._passing, flush=True)
        elif isinstance(event, FinalText):
            if self._passing is not None:
                print(_CLEAR_LINE, end="", file=self._passing, flush=True)
            for sentence in event.sentences:
                print(_line(sentence), file=self._lines, flush=True)


def _line(sentence: LiveSentence) -> str:
    seconds = sentence.start_ms // 1000
    who = "" if sentence.speaker is None else f"{speaker_name(sentence.speaker)} "
    return f"[{seconds // 60:02d}:{seconds % 60:02d}] {who}{sentence.text}"


def _source(chosen: argparse.Namespace) -> AbstractContextManager[SampleQueue]:
    if chosen.file is None:
        return microphone(chosen.device)
    if chosen.file == STANDARD_INPUT:
        return raw_stream(sys.stdin.buffer)
    queue = SampleQueue()
    queue.put(read_audio(Path(chosen.file)).pcm)
    queue.end()
    return nullcontext(queue)


def _name_of(file: str | None) -> str:
    if file in (None, STANDARD_INPUT):
        return time.strftime("live-%Y%m%d-%H%M%S")
    return Path(str(file)).stem
