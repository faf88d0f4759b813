"""The command line of the models: list, fetch, verify."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from pipeline.errors import ModelIntegrityError, ModelUnavailableError, PipelineError
from pipeline.models.locations import default_model_cache, open_model_store
from pipeline.models.manifest import ModelSpec
from pipeline.models.store import ModelStore
from pipeline.progress import Report

HEADINGS = ("model", "role", "licence", "sources", "size", "where")
BYTES_PER_MB = 1_000_000


def main(arguments: Sequence[str]) -> int:
    """Run the command line.

    Returns:
        0 if every model asked for is here and right, 1 if one is not.
    """
    chosen = _parser().parse_args(arguments)
    store = open_model_store(chosen.cache, offline=chosen.offline)
    try:
        ids = [store.spec(model_id).id for model_id in chosen.ids]
    except ModelUnavailableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    ids = ids or [model.id for model in store.models]
    commands = {"list": _list, "fetch": _fetch, "verify": _verify}
    return commands[chosen.command](store, ids)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.models",
        description="The models of Speaker Studio: what there is, where it lies, what is missing.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="list|fetch|verify")
    for name, text in (
        ("list", "show every model, its licence, its sources, and where it lies"),
        ("fetch", "fetch the models that are missing"),
        ("verify", "hash every file again"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("ids", nargs="*", metavar="ID", help="models (default: all)")
        command.add_argument("--cache", type=Path, default=default_model_cache(), metavar="DIR")
        command.add_argument("--offline", action="store_true", help="never try a connection")
    return parser


def _list(store: ModelStore, ids: Sequence[str]) -> int:
    rows = [HEADINGS, *(_row(store, store.spec(model_id)) for model_id in ids)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[-1]]))
    missing = [model_id for model_id in ids if not store.is_installed(model_id)]
    if missing:
        print(f"error: missing or damaged: {', '.join(missing)}", file=sys.stderr)
    return 1 if missing else 0


def _row(store: ModelStore, model: ModelSpec) -> tuple[str, ...]:
    try:
        where = str(store.locate(model.id).folder)
    except ModelUnavailableError:
        where = "missing"
    except ModelIntegrityError:
        where = "damaged"
    sources = ", ".join(source.kind for source in model.sources)
    size = f"{model.num_bytes / BYTES_PER_MB:.1f} MB"
    return (model.id, model.role, model.licence, sources, size, where)


def _fetch(store: ModelStore, ids: Sequence[str]) -> int:
    def fetch(model_id: str) -> str:
        if store.is_installed(model_id):
            return f"already in {store.locate(model_id).folder}"
        with _progress_bar(model_id) as report:
            return f"fetched to {store.fetch(model_id, report=report).folder}"

    return _each(ids, fetch)


def _verify(store: ModelStore, ids: Sequence[str]) -> int:
    return _each(ids, lambda model_id: f"right, in {store.locate(model_id, rehash=True).folder}")


def _each(ids: Sequence[str], act: Callable[[str], str]) -> int:
    """Do the same for every model; what goes wrong with one is one line, and the rest go on."""
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
    """A bar on a terminal, nothing elsewhere."""
    with tqdm(
        desc=name, unit="B", unit_scale=True, leave=False, disable=not sys.stderr.isatty()
    ) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
