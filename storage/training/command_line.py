"""Command line of the training data export."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from tqdm import tqdm

from pipeline.core.errors import PipelineError
from storage.db.errors import StorageError, TrainingOptionError
from storage.db.workspace import add_workspace_flag
from storage.training.export import export_training_data, plan_training_export
from storage.training.export_options import (
    CaseRule,
    DigitRule,
    GroupBy,
    PunctuationRule,
    SplitPlan,
    TextRules,
    TrainingFilters,
    TrainingOptions,
)
from storage.training.formats.registry import LISTS, TRAINING_FORMATS
from storage.training.manifest import split_sizes
from storage.training.planning import ExportPlan
from storage.training.readme import missing_validation
from storage.training.targets import writing_folder, writing_zip

_DEFAULTS = TrainingFilters()
_ZIP_SUFFIX = ".zip"
_MS_PER_S = 1000


def main(arguments: Sequence[str], *, default_workspace: Path) -> int:
    """Export training data as specified by command-line arguments.

    Returns:
        Exit status: 0 on success, 1 for an error, 2 for invalid arguments.
    """
    parser = _parser(default_workspace)
    chosen = parser.parse_args(arguments)
    return run_command(parser, lambda: _export(chosen))


def run_command(parser: argparse.ArgumentParser, command: Callable[[], None]) -> int:
    """Run a command and print its error, if any; the parser exits for invalid arguments.

    Returns:
        Exit status: 0 on success, 1 for an error.
    """
    try:
        command()
    except TrainingOptionError as error:
        parser.error(str(error))
    except (StorageError, PipelineError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _export(chosen: argparse.Namespace) -> None:
    options = _options(chosen)
    plan = _plan_or_export(chosen, options)
    _print_summary(plan)
    reason = missing_validation(plan, options)
    if reason is not None:
        print(f"note: {reason}", file=sys.stderr)


def _parser(default_workspace: Path) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m storage.export_training",
        description="Export verified utterances as training data; the app may be running.",
    )
    add = parser.add_argument
    add("out", type=Path, metavar="OUT", help="new folder, or a file that ends in .zip")
    add_workspace_flag(parser, default_workspace)
    add(
        "--format",
        default=",".join(LISTS),
        metavar="LIST",
        help=f"any of {','.join(TRAINING_FORMATS)} (default: all without copies of the clips)",
    )
    add("--dry-run", action="store_true", help="print the size of the export and write nothing")
    add("--replace", action="store_true", help="replace an earlier export in OUT")
    add("--audio-root", default="", metavar="DIR", help="prefix of the clips' paths")
    add_filter_flags(parser)
    _add_durations(parser)
    _add_split(parser)
    add("--punctuation", choices=[each.value for each in PunctuationRule], default="keep")
    add(
        "--digits",
        choices=[each.value for each in DigitRule],
        default="keep",
        help="chinese: digit by digit, as in years",
    )
    add("--case", choices=[each.value for each in CaseRule], default="keep")
    return parser


def add_filter_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags for the conditions on utterances, apart from their durations, to a parser."""
    add = parser.add_argument
    add("--unverified", action="store_true", help="include unverified utterances")
    add("--without-heard", action="store_true", help="not those verified by listening only")
    add("--changed-only", action="store_true", help="only utterances changed by a person")
    add("--speaker", action="append", default=[], metavar="NAME", help="may be repeated")
    add("--recording", action="append", default=[], metavar="ID", help="may be repeated")
    add("--tag", action="append", default=[], metavar="TAG", help="may be repeated")
    add(
        "--edited-from",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="date of the last edit, UTC",
    )
    add("--edited-until", type=date.fromisoformat, metavar="YYYY-MM-DD")
    add(
        "--min-confidence",
        type=float,
        metavar="0..1",
        help="mean confidence of the machine's tokens",
    )
    add("--max-confidence", type=float, metavar="0..1")


def _add_durations(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--min-seconds", type=float, default=_DEFAULTS.min_duration_ms / _MS_PER_S, metavar="S")
    add("--max-seconds", type=float, default=_DEFAULTS.max_duration_ms / _MS_PER_S, metavar="S")


def filters_from(chosen: argparse.Namespace) -> TrainingFilters:
    """Return the conditions on utterances that the flags specify, with the usual durations.

    Raises:
        TrainingOptionError: if a value is out of range.
    """
    return TrainingFilters(
        verified_only=not chosen.unverified,
        changed_only=chosen.changed_only,
        without_heard=chosen.without_heard,
        speakers=tuple(chosen.speaker),
        recording_ids=tuple(chosen.recording),
        tags=tuple(chosen.tag),
        edited_from=chosen.edited_from,
        edited_until=chosen.edited_until,
        min_confidence=chosen.min_confidence,
        max_confidence=chosen.max_confidence,
    )


def _add_split(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--split-by", choices=[each.value for each in GroupBy], default=GroupBy.RECORDING.value)
    add("--validation", type=float, default=SplitPlan().validation_share, metavar="SHARE")
    add("--test", type=float, default=SplitPlan().test_share, metavar="SHARE")
    add("--seed", type=int, default=0)


def _options(chosen: argparse.Namespace) -> TrainingOptions:
    names = (name.strip().lower() for name in chosen.format.split(","))
    return TrainingOptions(
        formats=tuple(dict.fromkeys(name for name in names if name)),
        filters=replace(
            filters_from(chosen),
            min_duration_ms=_milliseconds(chosen.min_seconds),
            max_duration_ms=_milliseconds(chosen.max_seconds),
        ),
        split=SplitPlan(
            group_by=GroupBy(chosen.split_by),
            validation_share=chosen.validation,
            test_share=chosen.test,
            seed=chosen.seed,
        ),
        text=TextRules(
            punctuation=PunctuationRule(chosen.punctuation),
            digits=DigitRule(chosen.digits),
            case=CaseRule(chosen.case),
        ),
        audio_root=chosen.audio_root,
    )


def _milliseconds(seconds: float) -> int:
    try:
        return round(seconds * _MS_PER_S)
    except (OverflowError, ValueError) as error:
        raise TrainingOptionError(f"{seconds} is not a number of seconds.") from error


def _plan_or_export(chosen: argparse.Namespace, options: TrainingOptions) -> ExportPlan:
    if chosen.dry_run:
        return plan_training_export(chosen.workspace, options)
    is_zip = chosen.out.suffix.lower() == _ZIP_SUFFIX
    open_target = (
        partial(writing_zip, chosen.out, replaces_file=chosen.replace)
        if is_zip
        else partial(writing_folder, chosen.out, replaces_export=chosen.replace)
    )
    with tqdm(unit="s", disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(done_ms: int, total_ms: int) -> None:
            bar.total = total_ms // _MS_PER_S
            bar.update(done_ms // _MS_PER_S - bar.n)

        return export_training_data(chosen.workspace, options, open_target, on_clip=show)


def _print_summary(plan: ExportPlan) -> None:
    for split, size in split_sizes(plan).items():
        print(
            f"{split.value}: {size.num_rows} clips, {size.hours:.2f} h, "
            f"{size.num_speakers} speakers, {size.num_recordings} recordings"
        )
    for reason, count in sorted(plan.left_out.items(), key=lambda each: each[0].value):
        print(f"left out, {reason.value.replace('_', ' ')}: {count}")
