"""Data files of installed packages."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def package_file(package: str, name: str) -> Path:
    """Return a data file of a package without importing it, which would load much more.

    Raises:
        ModuleNotFoundError: the package is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"The package {package} is not installed.", name=package)
    return Path(spec.origin).with_name(name)
