"""Command line to list, fetch and verify models."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from pipeline.core.errors import (
    ModelIntegrityError,
    ModelUnavailableError,
    OptionError,
    PipelineError,
)
from pipeline.core.progress import Report
from pipeline.models.flags import add_model_flags, model_locations
from pipeline.models.locations import open_model_store
from pipeline.models.manifest import ModelSpec
from pipeline.models.store import ModelStore

HEADINGS = ("model", "role", "licence", "sources", "size", "where")
BYTES_PER_MB = 1_000_000


def main(arguments: Sequence[str], *, environment: Mapping[str, str] = os.environ) -> int:
    """Parse the arguments, run the command and return its exit code.

    Returns:
        0 if every requested model is installed and intact, 1 if not, 2 for invalid arguments.
        Optional models count only if they are named.
    """
    parser = _parser(environment)
    chosen = parser.parse_args(arguments)
    try:
        locations = model_locations(chosen, folder=getattr(chosen, "folder", None))
    except OptionError as error:
        parser.error(str(error))
    store = open_model_store(locations)
    try:
        ids = [store.spec(model_id).id for model_id in chosen.ids]
    except ModelUnavailableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    commands = {"list": _list, "fetch": _fetch, "verify": _verify}
    return commands[chosen.command](store, ids)


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.models",
        description="The models of Speaker Studio: list them, fetch missing ones, verify files.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="list|fetch|verify")
    for name, text, meant in (
        ("list", "show models, their licences, sources and locations", "all"),
        ("fetch", "fetch missing models", "those that are not optional"),
        ("verify", "hash every file again", "all but optional ones that are missing"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("ids", nargs="*", metavar="ID", help=f"models (default: {meant})")
        add_model_flags(command, environment, cache_flag="--cache")
        if name == "fetch":
            command.add_argument(
                "--from",
                dest="folder",
                type=Path,
                metavar="DIR",
                help="take the files from a folder to which they were downloaded",
            )
    return parser


def _list(store: ModelStore, ids: Sequence[str]) -> int:
    shown = ids or [model.id for model in store.models]
    rows = [HEADINGS, *(_row(store, store.spec(model_id)) for model_id in shown)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[-1]]))
    needed = ids or [model.id for model in store.models if not model.optional]
    missing = [model_id for model_id in needed if not store.is_installed(model_id)]
    if missing:
        print(f"error: missing or damaged: {', '.join(missing)}", file=sys.stderr)
    return 1 if missing else 0


def _row(store: ModelStore, model: ModelSpec) -> tuple[str, ...]:
    try:
        where = str(store.locate(model.id).folder)
    except ModelUnavailableError:
        where = "not installed (optional)" if model.optional else "missing"
    except ModelIntegrityError:
        where = "damaged"
    sources = ", ".join(source.name for source in model.sources)
    size = f"{model.num_bytes / BYTES_PER_MB:.1f} MB"
    return (model.id, model.role, model.licence, sources, size, where)


def _fetch(store: ModelStore, ids: Sequence[str]) -> int:
    chosen = ids or [model.id for model in store.models if not model.optional]

    def fetch(model_id: str) -> str:
        if store.is_installed(model_id):
            return f"already in {store.locate(model_id).folder}"
        with _progress_bar(model_id) as report:
            return f"fetched to {store.fetch(model_id, report=report).folder}"

    return _each(chosen, fetch)


def _verify(store: ModelStore, ids: Sequence[str]) -> int:
    chosen = ids or [model.id for model in store.models if _is_expected(store, model)]
    return _each(chosen, lambda each: f"right, in {store.locate(each, rehash=True).folder}")


def _is_expected(store: ModelStore, model: ModelSpec) -> bool:
    """Return whether a model is required, or optional and installed or damaged."""
    if not model.optional:
        return True
    try:
        store.locate(model.id)
    except ModelUnavailableError:
        return False
    except ModelIntegrityError:
        return True
    return True


def _each(ids: Sequence[str], act: Callable[[str], str]) -> int:
    """Call `act` with each model id, printing failures; return 1 if any failed, else 0."""
    failed = False
    for model_id in ids:
        try:
            print(f"{model_id}: {act(model_id)}")
        except PipelineError as error:
            failed = True
            print(f"error: {error}", file=sys.stderr)
    return 1 if failed else 0


@contextmanager
def _progress_bar(name: str) -> Iterator[Report]:
    """Show a progress bar if stderr is a terminal; yield the callback that updates it."""
    with tqdm(
        desc=name, unit="B", unit_scale=True, leave=False, disable=not sys.stderr.isatty()
    ) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
