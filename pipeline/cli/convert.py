"""Command line that converts transcripts between formats: `python -m pipeline convert`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.cli.flags import chosen_formats
from pipeline.core.atomic_write import write_bytes_atomically
from pipeline.core.errors import FormatError, PipelineError
from pipeline.formats.chinese_script import ChineseScript, in_script
from pipeline.formats.import_report import ImportProblem, ImportReport
from pipeline.formats.importing import (
    MAX_IMPORT_BYTES,
    guess_format,
    import_transcript,
    readable_formats,
)
from pipeline.formats.registry import FORMATS
from pipeline.formats.text_decoding import AUTO, encoding_names

NAME = "convert"
_SHOWN_PROBLEMS = 5


def add_conversion_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],  # the class has no public name
) -> None:
    """Add the `convert` command and its options to a parser."""
    parser = commands.add_parser(NAME, help="convert transcript files to other formats")
    add = parser.add_argument
    add("files", nargs="+", type=Path, metavar="FILE", help="transcript files")
    add("--to", required=True, metavar="LIST", help=f"any of {','.join(FORMATS)}")
    add("--out", type=Path, required=True, metavar="DIR", help="output folder")
    add(
        "--from",
        dest="source_format",
        choices=[AUTO, *readable_formats()],
        default=AUTO,
        help="format of the files (default: by their extensions)",
    )
    add_script_flag(parser)
    add(
        "--encoding",
        type=str.lower,
        choices=encoding_names(),
        default=AUTO,
        help="encoding of the files (default: detected)",
    )


def add_script_flag(parser: argparse.ArgumentParser) -> None:
    """Add the option for simplified or traditional Chinese characters to a parser."""
    parser.add_argument(
        "--script",
        choices=[each.value for each in ChineseScript],
        default=ChineseScript.KEEP.value,
        help="Chinese characters of the files (default: as they are)",
    )


def convert_files(chosen: argparse.Namespace) -> int:
    """Convert each file, printing errors to stderr.

    Returns:
        0 if every file was converted, 1 if one was not.

    Raises:
        OptionError: `--to` names an unknown format.
    """
    formats = chosen_formats(chosen.to, FORMATS, flag="--to")
    done = [_convert(path, chosen, formats) for path in chosen.files]
    return 0 if all(done) else 1


def _convert(path: Path, asked: argparse.Namespace, formats: Sequence[str]) -> bool:
    folder: Path = asked.out
    try:
        is_stated = asked.source_format != AUTO
        chosen = asked.source_format if is_stated else guess_format(path.name)
        if chosen is None:
            known = ", ".join(readable_formats())
            raise FormatError(f"its format cannot be detected; choose one with --from {known}")
        with path.open("rb") as file:
            content = file.read(MAX_IMPORT_BYTES + 1)
        imported = import_transcript(content, chosen, encoding=asked.encoding)
        stem = _stem(path, chosen)
        document = imported.document
        titled = document if document.title else replace(document, title=stem)
        written = in_script(titled, ChineseScript(asked.script))
        folder.mkdir(parents=True, exist_ok=True)
        for name in formats:
            target = folder / f"{stem}.{FORMATS[name].extension}"
            if target.exists() and target.samefile(path):
                raise FormatError(f"its own {name} output would overwrite it; choose another --out")
            write_bytes_atomically(target, FORMATS[name].write(written))
    except (PipelineError, OSError) as error:
        print(f"error: {path.name}: {' '.join(str(error).split())}", file=sys.stderr)
        return False
    _print_problems(path, imported.report)
    return True


def _stem(path: Path, format_name: str) -> str:
    ending = f".{FORMATS[format_name].extension}"
    is_usual = path.name.lower().endswith(ending.lower())
    return path.name[: -len(ending)] if is_usual else path.stem


def _print_problems(path: Path, report: ImportReport) -> None:
    for each in report.problems[:_SHOWN_PROBLEMS]:
        print(f"note: {path.name}: {_describe(each)}", file=sys.stderr)
    num_problems = sum(count for _, count in report.counts)
    if num_problems > _SHOWN_PROBLEMS:
        print(f"note: {path.name}: {num_problems} notes in all", file=sys.stderr)


def _describe(problem: ImportProblem) -> str:
    where = "" if problem.line is None else f"line {problem.line}, "
    wanted = f", should hold {problem.wanted}" if problem.wanted else ""
    return f"{where}{problem.kind.value.replace('_', ' ')}: {problem.found!r}{wanted}"
