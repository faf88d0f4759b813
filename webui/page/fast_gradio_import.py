"""Imports Gradio without the work it does for developers of components."""

from __future__ import annotations

import gc
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def import_gradio() -> None:
    """Import Gradio in less than half the time.

    At every import Gradio parses the source of each of its components to renew the stub files
    that lie beside it: 60 % of the import's time, for editors only. It leaves out classes whose
    source cannot be found, so for the length of the import it finds none. Nor does it find `mcp`,
    which it would load wherever that is installed, for a server of its own that we do not use.
    """
    with _no_sources_of_components(), _no_mcp(), _no_garbage_collection():
        import gradio  # noqa: F401, PLC0415 - imported for its place in sys.modules


@contextmanager
def _no_sources_of_components() -> Iterator[None]:
    find = inspect.getfile

    def find_all_but_components(item: Any) -> str:  # Any: inspect takes anything that has a source
        if isinstance(item, type) and item.__module__.startswith("gradio."):
            raise OSError(f"the source of {item.__module__} is not needed")
        return find(item)

    inspect.getfile = find_all_but_components  # type: ignore[assignment]  # wider, for a moment
    try:
        yield
    finally:
        inspect.getfile = find


@contextmanager
def _no_mcp() -> Iterator[None]:
    if "mcp" in sys.modules:  # somebody has loaded it already: nothing is left to be saved
        yield
        return
    sys.modules["mcp"] = None  # type: ignore[assignment]  # Python's own sign for "not there"
    try:
        yield
    finally:
        del sys.modules["mcp"]


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Imports make many objects and no garbage: looking for it costs a tenth of their time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
