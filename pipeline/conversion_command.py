"""`python -m pipeline convert`: transcripts from one format into others."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.atomic_write import write_bytes_atomically
from pipeline.errors import FormatError, OptionError, PipelineError
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
    commands: argparse._SubParsersAction[argparse.ArgumentParser],  # it has no public name
) -> None:
    """Add the command with its flags."""
    parser = commands.add_parser(NAME, help="write transcript files in other formats")
    add = parser.add_argument
    add("files", nargs="+", type=Path, metavar="FILE", help="transcript files")
    add("--to", required=True, metavar="LIST", help=f"any of {','.join(FORMATS)}")
    add("--out", type=Path, required=True, metavar="DIR", help="folder for what is written")
    add(
        "--from",
        dest="source_format",
        choices=[AUTO, *readable_formats()],
        default=AUTO,
        help="format of the files (default: by their endings)",
    )
    add(
        "--encoding",
        type=str.lower,
        choices=encoding_names(),
        default=AUTO,
        help="encoding of the files (default: by what they hold)",
    )


def convert_files(chosen: argparse.Namespace) -> int:
    """Convert each file; what does not fit is said on stderr.

    Returns:
        0 if every file was converted, 1 if one was not.

    Raises:
        OptionError: if `--to` names no format.
    """
    wanted = tuple(dict.fromkeys(name.strip().lower() for name in chosen.to.split(",")))
    if not set(wanted) <= set(FORMATS):
        raise OptionError(f"--to takes any of {', '.join(FORMATS)}, got {chosen.to!r}")
    done = [_convert(path, chosen, wanted) for path in chosen.files]
    return 0 if all(done) else 1


def _convert(path: Path, asked: argparse.Namespace, wanted: Sequence[str]) -> bool:
    folder: Path = asked.out
    try:
        is_stated = asked.source_format != AUTO
        chosen = asked.source_format if is_stated else guess_format(path.name)
        if chosen is None:
            known = ", ".join(readable_formats())
            raise FormatError(f"what format it is in cannot be told; say --from {known}")
        with path.open("rb") as file:
            content = file.read(MAX_IMPORT_BYTES + 1)
        imported = import_transcript(content, chosen, encoding=asked.encoding)
        stem = _stem(path, chosen)
        document = imported.document
        titled = document if document.title else replace(document, title=stem)
        folder.mkdir(parents=True, exist_ok=True)
        for name in wanted:
            target = folder / f"{stem}.{FORMATS[name].extension}"
            if target.exists() and target.samefile(path):
                raise FormatError(f"would be overwritten by its own {name}; choose another --out")
            write_bytes_atomically(target, FORMATS[name].write(titled))
    except (PipelineError, OSError) as error:
        print(f"error: {path.name}: {' '.join(str(error).split())}", file=sys.stderr)
        return False
    _tell(path, imported.report)
    return True


def _stem(path: Path, format_name: str) -> str:
    ending = f".{FORMATS[format_name].extension}"
    is_usual = path.name.lower().endswith(ending.lower())
    return path.name[: -len(ending)] if is_usual else path.stem


def _tell(path: Path, report: ImportReport) -> None:
    for each in report.problems[:_SHOWN_PROBLEMS]:
        print(f"note: {path.name}: {_in_words(each)}", file=sys.stderr)
    num_problems = sum(count for _, count in report.counts)
    if num_problems > _SHOWN_PROBLEMS:
        print(f"note: {path.name}: {num_problems} notes in all", file=sys.stderr)


def _in_words(problem: ImportProblem) -> str:
    where = "" if problem.line is None else f"line {problem.line}, "
    wanted = f", should hold {problem.wanted}" if problem.wanted else ""
    return f"{where}{problem.kind.value.replace('_', ' ')}: {problem.found!r}{wanted}"
