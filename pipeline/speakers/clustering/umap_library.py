"""Import of UMAP with compiled kernels cached on disk for later processes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def umap_class() -> Any:  # untyped library
    """Import UMAP so that its compiled kernels are cached on disk, and return its class.

    The library caches only some of them and compiles the others for 10 s in every process. The
    cache is numba's folder; kernels that cannot be cached are compiled as before.
    """
    import numba  # noqa: PLC0415 - import takes a second

    numba.njit = kept_on_disk(numba.njit)  # the library also applies the decorator at run time
    import umap  # noqa: PLC0415 - import takes seconds, compiling 20 s the first time

    return umap.UMAP


def compiled_mark(folder: Path) -> Path:
    """Return the path of the file that marks a folder's kernels as compiled for these versions."""
    names = ("umap-learn", "pynndescent", "numba")
    return folder / ("-".join(f"{name}-{version(name)}" for name in names) + ".compiled")


def kept_on_disk(njit: Callable[..., Any]) -> Callable[..., Any]:  # untyped library
    """Return numba's decorator with caching on disk as its default."""

    def njit_and_keep(*arguments: Any, **options: Any) -> Any:  # as numba.njit takes them
        return njit(*arguments, **{"cache": True, **options})

    return njit_and_keep
