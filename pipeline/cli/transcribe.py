"""Command line that transcribes files, with one line on stderr for each failure."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from pipeline.batch.journal import Journal, open_journal
from pipeline.batch.output_folder import StoreOutput
from pipeline.batch.report import FAILED_FILE, BatchReport, progress_bar
from pipeline.batch.run import Batch, Orders, digest_of_makers
from pipeline.batch.survey import Inputs, survey
from pipeline.batch.workers import BatchWorkers, InTurn, OnEngine
from pipeline.cli.convert import NAME as CONVERT
from pipeline.cli.convert import add_conversion_command, add_script_flag, convert_files
from pipeline.cli.flags import (
    add_format_flag,
    add_language_flag,
    add_profile_flag,
    add_rate_flag,
    add_speaker_flag,
    add_thread_flag,
    chosen_formats,
)
from pipeline.cli.known_voices import KnownVoices, read_known_voices
from pipeline.cli.live import NAME as LIVE
from pipeline.cli.live import add_live_command, transcribe_live
from pipeline.cli.serve_2pass import NAME as SERVE_2PASS
from pipeline.cli.serve_2pass import add_server_command, serve_2pass
from pipeline.cli.single_tasks import TASK_COMMANDS, add_task_commands, run_task
from pipeline.core.audio_track import AudioTrack
from pipeline.core.errors import DownloadError, OptionError, PipelineError
from pipeline.core.options import (
    AsrOptions,
    PipelineOptions,
    Profile,
    RuntimeOptions,
    SpeakerCount,
    parse_hotwords,
)
from pipeline.core.progress import Stage
from pipeline.core.provenance import ModelUse
from pipeline.engines.choice import (
    EngineChoice,
    EngineKind,
    add_engine_flags,
    engine_choice,
    make_engine,
)
from pipeline.formats.chinese_script import ChineseScript
from pipeline.formats.json_files.best_recognition import FOLDER_NAME
from pipeline.formats.registry import FORMATS
from pipeline.inputs.download import Downloader
from pipeline.inputs.gathering import InputRules, iterate_inputs
from pipeline.inputs.object_store import StoreFolder
from pipeline.inputs.store_address import StoreAddress, is_store_address, parse_store_address
from pipeline.models.flags import (
    add_folder_flag,
    add_language_model_flags,
    add_model_flags,
    add_recognizer_flag,
    language_model_options,
    model_locations,
)
from pipeline.models.locations import APP_NAME, ModelLocations, open_model_store
from pipeline.models.recognizer_choice import AvailableModels, choose_recognizer
from pipeline.runtime.process_control import INTERRUPTED
from pipeline.transcription.loader import PipelineLoader

DEFAULT_FORMATS = "srt,json"
_FORMAT_NAMES = (*FORMATS, FOLDER_NAME)
_SUMMARIES = (FAILED_FILE, FOLDER_NAME)  # of a run; written at its end
_LOCK_NAME = ".transcribed.lock"


@dataclass(frozen=True, slots=True)
class _Work:
    """The settings of one `transcribe` command."""

    inputs: Inputs
    folder: Path
    formats: tuple[str, ...]
    again: bool
    options: PipelineOptions
    pcm_rate_hz: int
    runtime: RuntimeOptions
    locations: ModelLocations
    engine: EngineChoice
    script: ChineseScript = ChineseScript.KEEP
    known: KnownVoices | None = None
    output: StoreOutput | None = None

    @property
    def skipped_stages(self) -> tuple[Stage, ...]:
        """The stages that the chosen options skip."""
        return (Stage.RECOGNIZE,) if self.options.diarize_only else ()


def main(arguments: Sequence[str], *, environment: Mapping[str, str] = os.environ) -> int:
    """Run the command line of the pipeline; return its exit code.

    Returns:
        0 if every input was transcribed, 1 if one failed, 2 for invalid arguments,
        130 after Ctrl+C.
    """
    parser = _parser(environment)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == CONVERT:
            return convert_files(chosen)
        if chosen.command == SERVE_2PASS:
            return serve_2pass(chosen)
        if chosen.command in TASK_COMMANDS:
            return run_task(chosen)
        if chosen.command == LIVE:
            return transcribe_live(chosen)
        work = _read_work(chosen)
    except OptionError as error:
        parser.error(str(error))
    return _run(work)


def _run(work: _Work) -> int:
    """Run the transcription and return an exit code; print a fatal error as one line."""
    try:
        return _transcribe(work)
    except Timeout:
        print(
            f"error: Another run is writing to {work.folder}. Wait until it ends", file=sys.stderr
        )
    except KeyboardInterrupt:
        return INTERRUPTED
    except (PipelineError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
    return 1


def _read_work(chosen: argparse.Namespace) -> _Work:
    locations = model_locations(chosen)
    downloader = None if locations.offline else Downloader()
    options = _options(chosen)
    out = _output_place(chosen.out)
    rules = InputRules(chosen.pcm_rate, downloader, leave_out=out, track=options.track)
    return _Work(
        inputs=partial(iterate_inputs, chosen.inputs, rules=rules),
        folder=_working_folder(out, chosen.journal),
        output=StoreOutput(StoreFolder(out), _SUMMARIES) if isinstance(out, StoreAddress) else None,
        formats=chosen_formats(chosen.format, _FORMAT_NAMES),
        again=chosen.again,
        script=ChineseScript(chosen.script),
        known=None if chosen.known_voices is None else read_known_voices(chosen.known_voices),
        options=options,
        pcm_rate_hz=rules.pcm_rate_hz,
        runtime=RuntimeOptions(num_threads=chosen.threads),
        locations=locations,
        engine=engine_choice(chosen),
    )


def _output_place(text: str) -> Path | StoreAddress:
    if not is_store_address(text):
        return Path(text)
    try:
        return parse_store_address(text)
    except DownloadError as error:
        raise OptionError(f"--out: {error}") from error


def _working_folder(out: Path | StoreAddress, journal: Path | None) -> Path:
    """Return the local folder for the journal and the summaries of a run.

    Raises:
        OptionError: `--journal` is given with an output folder on this machine.
    """
    if isinstance(out, Path):
        if journal is not None:
            raise OptionError("--journal is for an --out in an object store. Leave it out")
        return out
    if journal is not None:
        return journal
    digest = hashlib.sha256(out.url.encode()).hexdigest()[:32]
    return platformdirs.user_data_path(APP_NAME, appauthor=False) / "journals" / digest


def _transcribe(work: _Work) -> int:
    work.folder.mkdir(parents=True, exist_ok=True)
    if work.output is not None:
        work.output.folder.check()
    found = survey(work.inputs)
    with FileLock(work.folder / _LOCK_NAME, timeout=0), open_journal(work.folder) as journal:
        report = BatchReport(found, work.folder, without=work.skipped_stages)
        with _workers(work) as (workers, models):
            batch = Batch(
                _orders(work, models),
                found,
                Journal(journal),
                workers,
                *([] if work.known is None else [work.known.names]),
            )
            try:
                is_whole = batch.run(work.inputs, report)
            finally:
                print(report.summary(), flush=True)
    if not is_whole:
        return INTERRUPTED
    return 1 if report.tally.failed else 0


@contextmanager
def _workers(work: _Work) -> Iterator[tuple[BatchWorkers, Sequence[ModelUse]]]:
    """Yield the batch workers and the models that they use."""
    loader = PipelineLoader(
        open_model_store(work.locations), work.runtime, folders=work.locations.folders
    )
    show_models = partial(progress_bar, "models", without=work.skipped_stages)
    if work.engine.kind is EngineKind.INLINE:
        with show_models() as on_progress:
            pipeline = loader.load(work.options, on_progress=on_progress)
        yield (
            InTurn(
                lambda audio, on_progress: pipeline.transcribe(
                    audio, work.options, on_progress=on_progress
                )
            ),
            pipeline.models,
        )
        return
    engine = make_engine(work.engine, work.engine.runner(work.locations, work.runtime.num_threads))
    with closing(engine):
        with show_models() as on_progress:
            models = loader.find_models(work.options, on_progress=on_progress)
        yield OnEngine(engine, work.options, work.folder), models


def _orders(work: _Work, models: Sequence[ModelUse]) -> Orders:
    made_by = digest_of_makers(
        work.options,
        models,
        pcm_rate_hz=work.pcm_rate_hz,
        script=work.script,
        known_voices="" if work.known is None else work.known.digest,
    )
    return Orders(
        work.folder,
        work.formats,
        made_by,
        again=work.again,
        script=work.script,
        output=work.output,
    )


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline",
        description="Transcribe recordings: who said what, when.",
    )
    names = "|".join(("transcribe", CONVERT, LIVE, SERVE_2PASS, *TASK_COMMANDS))
    commands = parser.add_subparsers(required=True, dest="command", metavar=names)
    add_conversion_command(commands)
    add_server_command(commands, environment)
    add_task_commands(commands, environment)
    add_live_command(commands, environment)
    transcribe = commands.add_parser("transcribe", help="write transcripts of audio or video files")
    add = transcribe.add_argument
    add(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="audio or video files, folders, web addresses, files and folders in object stores, "
        "or lists such as wav.scp",
    )
    add(
        "--out",
        required=True,
        metavar="DIR",
        help="folder for the transcripts, here or in an object store (s3://bucket/folder)",
    )
    add(
        "--journal",
        type=Path,
        metavar="DIR",
        help="folder of this machine for the record of finished inputs, if --out is in an object "
        "store (default: in your user data)",
    )
    add(
        "--again",
        action="store_true",
        help="also transcribe inputs whose transcripts are up to date",
    )
    add_format_flag(transcribe, known=_FORMAT_NAMES, default=DEFAULT_FORMATS)
    add_speaker_flag(transcribe)
    add_profile_flag(transcribe)
    add_language_flag(transcribe)
    add_recognizer_flag(transcribe, environment)
    add(
        "--hotwords",
        type=Path,
        metavar="FILE",
        help="text file with one hotword per line, for Whisper or a Paraformer with hotwords",
    )
    add_language_model_flags(transcribe)
    add_script_flag(transcribe)
    add(
        "--known-voices",
        type=Path,
        metavar="FILE",
        help="name the speakers whose voices are in a file of `python -m storage voices`",
    )
    add("--diarize-only", action="store_true", help="only find who speaks when, without text")
    add(
        "--audio-track",
        default="auto",
        metavar="N|mix|auto",
        help="audio track of a file with several: its number from 1, or all mixed (default: the "
        "main one, or another if that is silent)",
    )
    add_rate_flag(transcribe)
    add_thread_flag(transcribe)
    add_engine_flags(transcribe, environment, usual=EngineKind.INLINE)
    add_model_flags(transcribe, environment, cache_flag="--model-cache")
    add_folder_flag(transcribe, environment)
    return parser


def _options(chosen: argparse.Namespace) -> PipelineOptions:
    profile = Profile(chosen.profile)
    asr = AsrOptions(
        recognizer=chosen.recognizer,
        language=chosen.language,
        hotwords=() if chosen.hotwords is None else _read_hotwords(chosen.hotwords),
        language_model=language_model_options(chosen, profile),
    )
    choose_recognizer(asr, AvailableModels())  # refuses what no model supports
    return PipelineOptions(
        profile=profile,
        speakers=SpeakerCount.parse(chosen.speakers),
        asr=asr,
        diarize_only=chosen.diarize_only,
        track=AudioTrack.parse(chosen.audio_track),
    )


def _read_hotwords(path: Path) -> tuple[str, ...]:
    try:
        return parse_hotwords(path.read_text("utf-8-sig"))
    except (OSError, UnicodeError) as error:
        raise OptionError(f"--hotwords: {path} cannot be read as UTF-8 text: {error}") from error
