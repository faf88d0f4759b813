"""Imports UMAP so that what it compiles is found again by the next process."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def umap_class() -> Any:  # untyped library
    """`umap.UMAP`, whose kernels are kept on disk.

    By itself the library keeps a part of them, and compiles the others for 10 s in every process.
    numba keeps them in its own cache folder; what it cannot keep it compiles as ever.
    """
    import numba  # noqa: PLC0415 - imports for a second

    numba.njit = kept_on_disk(
        numba.njit
    )  # the library decorates functions with it while it runs, too
    import umap  # noqa: PLC0415 - imports for seconds, compiles for 20 the first time

    return umap.UMAP


def compiled_mark(folder: Path) -> Path:
    """The file that says that a folder holds the kernels of the installed versions."""
    names = ("umap-learn", "pynndescent", "numba")
    return folder / ("-".join(f"{name}-{version(name)}" for name in names) + ".compiled")


def kept_on_disk(njit: Callable[..., Any]) -> Callable[..., Any]:  # untyped library
    """Numba's decorator, with its cache switched on where nothing else is said."""

    def njit_and_keep(*arguments: Any, **options: Any) -> Any:  # as numba.njit takes them
        return njit(*arguments, **{"cache": True, **options})

    return njit_and_keep
