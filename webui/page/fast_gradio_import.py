"""Fast import of Gradio, which skips the generation of its components' stub files."""

from __future__ import annotations

import gc
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def import_gradio() -> None:
    """Import Gradio in less than half the usual time, without generating its stub files.

    At every import Gradio parses the source of each of its components to rewrite the stub files
    beside it: 60 % of the import's time, for editors only. It skips classes without source, so
    `inspect.getfile` fails during the import. `mcp` is hidden too: Gradio loads it wherever it is
    installed, for a server of its own that is not used here.
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

    inspect.getfile = find_all_but_components  # type: ignore[assignment]  # wider, temporarily
    try:
        yield
    finally:
        inspect.getfile = find


@contextmanager
def _no_mcp() -> Iterator[None]:
    if "mcp" in sys.modules:  # already imported: nothing to hide
        yield
        return
    sys.modules["mcp"] = None  # type: ignore[assignment]  # None marks a missing module
    try:
        yield
    finally:
        del sys.modules["mcp"]


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Pause garbage collection, which takes a tenth of the import's time and frees no memory."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
