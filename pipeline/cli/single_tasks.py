"""Command lines that each run a single kind of model: vad, punctuate, align, diarize, embed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.cli.flags import add_profile_flag, add_rate_flag, add_speaker_flag
from pipeline.cli.task_records import (
    as_json,
    embedding_line,
    segment_lines,
    text_line,
    token_lines,
    turn_lines,
    turns_record,
)
from pipeline.compat.auto_model_inputs import vad_options
from pipeline.compat.auto_model_tasks import (
    AlignmentTask,
    EmbeddingTask,
    PunctuationTask,
    Record,
    VadTask,
)
from pipeline.compat.modelscope import compare_voices
from pipeline.core.errors import (
    ModelContractError,
    ModelIntegrityError,
    ModelUnavailableError,
    OptionError,
    PipelineError,
    RecordingListError,
)
from pipeline.core.options import PipelineOptions, Profile, SpeakerCount
from pipeline.inputs.download import Downloader
from pipeline.inputs.gathering import InputRules, gather_inputs, with_unique_keys
from pipeline.inputs.named_input import NamedInput
from pipeline.models.flags import add_folder_flag, add_model_flags, model_locations
from pipeline.models.locations import ModelLocations
from pipeline.transcription.transcriber import RecordingResult, Transcriber

STANDARD_INPUT = "-"
_PAIR = 2
_MODEL_ERRORS = (ModelUnavailableError, ModelIntegrityError, ModelContractError)

_Work = Iterator[tuple[str, Callable[[], Record]]]  # name of the input for messages, and its work


@dataclass(frozen=True, slots=True)
class TaskCommand:
    """A command that runs one kind of model on files.

    Attributes:
        help: help text of the command.
        files: help text of the file arguments.
        add_flags: adds the command's own flags to its parser.
        work: yields one function per input; they run one after the other.
        as_text: formats a record as readable text.
    """

    help: str
    files: str
    add_flags: Callable[[argparse.ArgumentParser], None]
    work: Callable[[argparse.Namespace, ModelLocations], _Work]
    as_text: Callable[[Record], str]


def add_task_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],  # the class has no public name
    environment: Mapping[str, str],
) -> None:
    """Add the command of each kind of model and its flags to a parser."""
    for name, command in TASK_COMMANDS.items():
        parser = commands.add_parser(name, help=command.help)
        add = parser.add_argument
        add("files", nargs="+", metavar="FILE", help=command.files)
        add("--json", action="store_true", help="write a JSON object per line instead of text")
        command.add_flags(parser)
        add_model_flags(parser, environment, cache_flag="--model-cache")
        add_folder_flag(parser, environment)


def run_task(chosen: argparse.Namespace) -> int:
    """Run the chosen command on its files; print results to stdout and errors to stderr.

    Returns:
        0 if every input succeeded, 1 if one failed or a model cannot be used.

    Raises:
        OptionError: a flag has an invalid value.
    """
    command = TASK_COMMANDS[chosen.command]
    num_failed = 0
    try:
        for name, work in command.work(chosen, model_locations(chosen)):
            try:
                record = work()
            except (*_MODEL_ERRORS, OptionError):  # these concern all inputs
                raise
            except PipelineError as error:
                print(f"error: {name}: {error}", file=sys.stderr)
                num_failed += 1
            else:
                sys.stdout.write(as_json(record) if chosen.json else command.as_text(record))
                sys.stdout.flush()
    except OptionError:
        raise
    except PipelineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 1 if num_failed else 0


def _recordings(chosen: argparse.Namespace, locations: ModelLocations) -> tuple[NamedInput, ...]:
    rules = InputRules(chosen.pcm_rate, None if locations.offline else Downloader())
    return with_unique_keys(gather_inputs(chosen.files, rules=rules))


def _detect_speech(chosen: argparse.Namespace, locations: ModelLocations) -> _Work:
    task, options = VadTask(locations), vad_options({})
    for each in _recordings(chosen, locations):
        yield each.shown, partial(task.record, each, options)


def _punctuate(chosen: argparse.Namespace, locations: ModelLocations) -> _Work:
    task = PunctuationTask(locations)
    for file in chosen.files:
        key = "text" if file == STANDARD_INPUT else Path(file).stem
        for number, line in enumerate(_read_text(file).splitlines(), start=1):
            yield f"{file}, line {number}", partial(task.record, f"{key}-{number}", line)


def _align(chosen: argparse.Namespace, locations: ModelLocations) -> _Work:
    task = AlignmentTask(locations)
    recordings = _recordings(chosen, locations)
    if chosen.text is not None and len(recordings) != 1:
        raise OptionError(f"--text belongs to one recording, got {len(recordings)}")
    for each in recordings:
        text = chosen.text or Path(each.location).with_suffix(".txt")
        yield each.shown, partial(_align_one, task, each, text, chosen.pcm_rate)


def _align_one(task: AlignmentTask, recording: NamedInput, text: Path, pcm_rate_hz: int) -> Record:
    words = _read_text(str(text))
    return task.record(recording.key, recording.location, words, pcm_rate_hz=pcm_rate_hz)


def _diarize(chosen: argparse.Namespace, locations: ModelLocations) -> _Work:
    options = PipelineOptions(
        profile=Profile(chosen.profile),
        speakers=SpeakerCount.parse(chosen.speakers),
        diarize_only=True,
    )
    transcriber = Transcriber(locations)
    for each in _recordings(chosen, locations):
        run = partial(transcriber.transcribe, [each.location], options, pcm_rate_hz=chosen.pcm_rate)
        yield each.shown, partial(_turns, each.key, run)


def _turns(key: str, run: Callable[[], tuple[RecordingResult, ...]]) -> Record:
    (found,) = run()
    return turns_record(key, found.transcript)


def _embed(chosen: argparse.Namespace, locations: ModelLocations) -> _Work:
    task = EmbeddingTask(locations)
    recordings = _recordings(chosen, locations)
    if not chosen.compare:
        for each in recordings:
            yield each.shown, partial(task.record, each)
        return
    if len(recordings) != _PAIR:
        raise OptionError(f"--compare takes two recordings, got {len(recordings)}")
    one, other = recordings
    yield (
        f"{one.shown} and {other.shown}",
        lambda: compare_voices(task.record(one), task.record(other)),
    )


def _read_text(file: str) -> str:
    """Return the content of a text file, or of the standard input for `-`.

    Raises:
        RecordingListError: the file cannot be read as UTF-8.
    """
    try:
        if file == STANDARD_INPUT:
            return sys.stdin.read()
        return Path(file).read_text("utf-8-sig")
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise RecordingListError(f"The text '{file}' cannot be read: {reason}") from error


def _add_no_flags(parser: argparse.ArgumentParser) -> None:
    """Leave the parser unchanged, for a command without flags of its own."""


def _add_alignment_flags(parser: argparse.ArgumentParser) -> None:
    add_rate_flag(parser)
    parser.add_argument(
        "--text",
        type=Path,
        metavar="FILE",
        help="text of one recording (default: the .txt file beside each recording)",
    )


def _add_diarization_flags(parser: argparse.ArgumentParser) -> None:
    add_rate_flag(parser)
    add_speaker_flag(parser)
    add_profile_flag(parser)


def _add_embedding_flags(parser: argparse.ArgumentParser) -> None:
    add_rate_flag(parser)
    parser.add_argument(
        "--compare", action="store_true", help="write the similarity of two recordings instead"
    )


_RECORDINGS = "audio or video files, folders, web addresses, or lists such as wav.scp"
TASK_COMMANDS: Mapping[str, TaskCommand] = {
    "vad": TaskCommand(
        "write the times of speech", _RECORDINGS, add_rate_flag, _detect_speech,
        segment_lines,
    ),
    "punctuate": TaskCommand(
        "write texts with punctuation marks",
        "text files with a text on each line, or - for the standard input",
        _add_no_flags,
        _punctuate,
        text_line,
    ),
    "align": TaskCommand(
        "write the time of each character and word of a known text", _RECORDINGS,
        _add_alignment_flags, _align, token_lines,
    ),
    "diarize": TaskCommand(
        "write who speaks when, as RTTM", _RECORDINGS, _add_diarization_flags, _diarize, turn_lines
    ),
    "embed": TaskCommand(
        "write a vector of the voice of each recording", _RECORDINGS, _add_embedding_flags,
        _embed, embedding_line,
    ),
}  # fmt: skip
