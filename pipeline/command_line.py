"""The command line: files in, transcripts out, one line for what went wrong."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from pipeline.atomic_write import write_bytes_atomically
from pipeline.audio import SAMPLE_RATE_HZ
from pipeline.conversion_command import NAME as CONVERT
from pipeline.conversion_command import add_conversion_command, convert_files
from pipeline.errors import OptionError, PipelineError
from pipeline.formats.best_recognition import FOLDER_NAME
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.registry import FORMATS
from pipeline.hotword_list import parse_hotwords
from pipeline.inputs.download import Downloader
from pipeline.inputs.gathering import InputRules, gather_inputs, with_unique_keys
from pipeline.inputs.named_input import NamedInput
from pipeline.inputs.output_names import output_names
from pipeline.loading import PipelineLoader
from pipeline.models.flags import (
    add_folder_flag,
    add_model_flags,
    add_recognizer_flag,
    model_locations,
)
from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.options import (
    AsrOptions,
    PipelineOptions,
    Profile,
    RuntimeOptions,
    SpeakerCount,
)
from pipeline.progress import OnProgress, Stage, StageProgress, overall_fraction, report_as
from pipeline.recognition_folder import write_recognition_folder
from pipeline.recognizer_choice import ModelsAtHand, choose_recognizer
from pipeline.stage_order import Pipeline
from pipeline.transcript import Transcript

DEFAULT_FORMATS = "srt,json"
_FORMAT_NAMES = (*FORMATS, FOLDER_NAME)
_BAR_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Job:
    """One input with the path, still without its ending, of what is written for it."""

    source: NamedInput
    target: Path


def main(arguments: Sequence[str], *, environment: Mapping[str, str] = os.environ) -> int:
    """Run the command line.

    Returns:
        0 if every input got its transcript, 1 if one failed, 2 for arguments that make no sense.
    """
    parser = _parser(environment)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == CONVERT:
            return convert_files(chosen)
        options, runtime = _options(chosen), RuntimeOptions(num_threads=chosen.threads)
        formats, locations = _formats(chosen.format), model_locations(chosen)
        rules = InputRules(chosen.pcm_rate, None if locations.offline else Downloader())
    except OptionError as error:
        parser.error(str(error))
    try:
        chosen.out.mkdir(parents=True, exist_ok=True)
        jobs = _jobs(gather_inputs(chosen.inputs, rules=rules), chosen.out)
        pipeline = _load(locations, options, runtime)
        done = [(job, _run(pipeline, job, options, formats)) for job in jobs]
        if FOLDER_NAME in formats:
            write_recognition_folder(
                chosen.out, [(job.source.key, each) for job, each in done if each is not None]
            )
    except (PipelineError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0 if all(transcript is not None for _, transcript in done) else 1


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline",
        description="Transcribe recordings: who said what, when.",
    )
    commands = parser.add_subparsers(required=True, dest="command", metavar="transcribe|convert")
    add_conversion_command(commands)
    transcribe = commands.add_parser("transcribe", help="write transcripts of audio or video files")
    add = transcribe.add_argument
    add(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="audio or video files, web addresses, or lists of these such as wav.scp",
    )
    add("--out", type=Path, required=True, metavar="DIR", help="folder for the transcripts")
    add(
        "--format",
        default=DEFAULT_FORMATS,
        metavar="LIST",
        help=f"any of {','.join(_FORMAT_NAMES)} (default: {DEFAULT_FORMATS})",
    )
    add("--speakers", default="auto", metavar="auto|N|A-B", help="how many people speak")
    add("--profile", choices=[each.value for each in Profile], default=Profile.DEFAULT.value)
    add("--language", metavar="CODE", help="language, for example zh or en (default: found out)")
    add_recognizer_flag(transcribe, environment)
    add(
        "--hotwords",
        type=Path,
        metavar="FILE",
        help="a text with one word to listen for on each line; wants a Paraformer with hotwords",
    )
    add("--diarize-only", action="store_true", help="find who speaks when, leave the words out")
    add(
        "--pcm-rate",
        type=int,
        default=SAMPLE_RATE_HZ,
        metavar="HZ",
        help=f"sample rate of .pcm files (default: {SAMPLE_RATE_HZ})",
    )
    add("--threads", type=int, default=0, metavar="N", help="threads (default: one per core)")
    add_model_flags(transcribe, environment, cache_flag="--model-cache")
    add_folder_flag(transcribe, environment)
    return parser


def _options(chosen: argparse.Namespace) -> PipelineOptions:
    asr = AsrOptions(
        recognizer=chosen.recognizer,
        language=chosen.language,
        hotwords=() if chosen.hotwords is None else _read_hotwords(chosen.hotwords),
    )
    choose_recognizer(asr, ModelsAtHand())  # refuses what no models could make good
    return PipelineOptions(
        profile=Profile(chosen.profile),
        speakers=SpeakerCount.parse(chosen.speakers),
        asr=asr,
        diarize_only=chosen.diarize_only,
    )


def _read_hotwords(path: Path) -> tuple[str, ...]:
    try:
        return parse_hotwords(path.read_text("utf-8-sig"))
    except (OSError, UnicodeError) as error:
        raise OptionError(f"--hotwords: {path} cannot be read as UTF-8 text: {error}") from error


def _formats(names: str) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(name.strip().lower() for name in names.split(",") if name.strip()))
    if not wanted or not set(wanted) <= set(_FORMAT_NAMES):
        raise OptionError(f"--format takes any of {', '.join(_FORMAT_NAMES)}, got {names!r}")
    return wanted


def _load(locations: ModelLocations, options: PipelineOptions, runtime: RuntimeOptions) -> Pipeline:
    loader = PipelineLoader(open_model_store(locations), runtime, folders=locations.folders)
    with _progress_bar("models", options) as on_progress:
        return loader.load(options, on_progress=on_progress)


def _jobs(inputs: Sequence[NamedInput], folder: Path) -> list[Job]:
    """Where each transcript goes; inputs that share a key keep their whole names."""
    return [
        Job(source, folder / name)
        for source, name in zip(with_unique_keys(inputs), output_names(inputs), strict=True)
    ]


def _run(
    pipeline: Pipeline, job: Job, options: PipelineOptions, formats: Sequence[str]
) -> Transcript | None:
    """Transcribe one input; what goes wrong is one line, and the next one's turn comes."""
    try:
        with _progress_bar(job.source.shown, options) as on_progress:
            audio = job.source.read(report_as(Stage.READ_AUDIO, on_progress))
            result = pipeline.transcribe(audio, options, on_progress=on_progress)
        document = TranscriptDocument(
            title=job.source.key, transcript=result.transcript, provenance=result.provenance
        )
        for each in (FORMATS[name] for name in formats if name in FORMATS):
            path = job.target.with_name(f"{job.target.name}.{each.extension}")
            write_bytes_atomically(path, each.write(document))
    except (PipelineError, OSError) as error:
        print(f"error: {_in_one_line(job.source.shown, error)}", file=sys.stderr)
        return None
    return result.transcript


def _in_one_line(name: str, error: Exception) -> str:
    text = " ".join(str(error).split())
    return text if name in text else f"{name}: {text}"


@contextmanager
def _progress_bar(name: str, options: PipelineOptions) -> Iterator[OnProgress]:
    """A bar on a terminal, nothing elsewhere."""
    without = [Stage.RECOGNIZE] if options.diarize_only else []
    with tqdm(
        total=_BAR_STEPS,
        desc=name,
        disable=not sys.stderr.isatty(),
        leave=False,
        bar_format="{desc} |{bar}| {percentage:3.0f}% {postfix} {elapsed}",
    ) as bar:

        def show(progress: StageProgress) -> None:
            bar.set_postfix_str(progress.stage.value.replace("_", " "), refresh=False)
            bar.n = round(_BAR_STEPS * overall_fraction(progress, without=without))
            bar.refresh()

        yield show
