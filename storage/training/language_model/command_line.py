"""Command line that learns a language model from verified texts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from pipeline.models.language_models import ARPA_SUFFIX
from pipeline.text.ngrams.counting import MAX_ORDER
from storage.db.workspace import add_workspace_flag
from storage.training.command_line import add_filter_flags, filters_from, run_command
from storage.training.language_model.learning import LearntLanguage, learn_language, write_language


def main(arguments: Sequence[str], *, default_workspace: Path) -> int:
    """Learn a language model as specified by command-line arguments.

    Returns:
        Exit status: 0 on success, 1 for an error, 2 for invalid arguments.
    """
    parser = _parser(default_workspace)
    chosen = parser.parse_args(arguments)
    if chosen.out.suffix.lower() != ARPA_SUFFIX:
        parser.error(f"the file must end in {ARPA_SUFFIX}: '{chosen.out}'")
    return run_command(parser, lambda: _learn(chosen))


def _learn(chosen: argparse.Namespace) -> None:
    learnt = learn_language(chosen.workspace, filters_from(chosen), order=chosen.order)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    write_language(learnt, chosen.out)
    _print_summary(learnt)


def _parser(default_workspace: Path) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m storage.language_model",
        description="Learn a language model from verified texts; the app may be running.",
    )
    add = parser.add_argument
    add("out", type=Path, metavar="OUT.arpa", help="file for the model; its sources are in .json")
    add_workspace_flag(parser, default_workspace)
    add(
        "--order",
        type=int,
        choices=range(1, MAX_ORDER + 1),
        help="length of the longest n-grams (default: 3, for much text 4)",
    )
    add_filter_flags(parser)
    return parser


def _print_summary(learnt: LearntLanguage) -> None:
    description = learnt.description()
    print(
        f"{description['texts']} texts, {description['corrected_texts']} of them corrected, "
        f"{learnt.num_units} characters and words, order {learnt.order}"
    )
    for each in learnt.words:
        print(f"{each.word}: {each.num_edits} times instead of {each.heard_as}")
