"""Description of the computer on which benchmarks run."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_BYTES_PER_GB = 1e9
_LIBRARIES = ("onnxruntime", "ctranslate2", "numpy", "scipy", "gradio")


@dataclass(frozen=True, slots=True)
class Machine:
    """Hardware and software properties that affect benchmark results; none identifies the owner.

    Attributes:
        processor: name of the processor.
        cores: number of cores available to this process.
        memory_gb: memory of the whole machine.
        system: operating system and version.
        features: available instruction sets that speed up integer inference.
        libraries: (name, version) of Python, then of installed libraries.
    """

    processor: str
    cores: int
    memory_gb: float
    system: str
    features: tuple[str, ...]
    libraries: tuple[tuple[str, str], ...]

    def in_words(self) -> str:
        """Return all properties as one line of text."""
        features = f" with {', '.join(self.features)}" if self.features else ""
        libraries = ", ".join(f"{name} {number}" for name, number in self.libraries)
        return (
            f"{self.processor}{features}, {self.cores} cores, {self.memory_gb:.0f} GB, "
            f"{self.system}; {libraries}"
        )

    def short_name(self) -> str:
        """Return the processor name and the number of cores in a form for file names."""
        letters = re.sub(r"[^a-z0-9]+", "-", self.processor.lower()).strip("-")
        return f"{letters}-{self.cores}-cores"


def this_machine() -> Machine:
    """Return a description of this computer."""
    about = _read("/proc/cpuinfo")
    name = re.search(r"^model name\s*:\s*(.+)$", about, re.MULTILINE)
    flags = set(about.split())
    pages = (
        os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    )
    return Machine(
        processor=name[1].strip() if name else platform.processor() or platform.machine(),
        cores=len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1,
        memory_gb=round(pages / _BYTES_PER_GB, 1),
        system=_system(),
        features=tuple(
            each for each in ("avx2", "avx512f", "avx512_vnni", "amx_int8") if each in flags
        ),
        libraries=(("Python", platform.python_version()), *_versions()),
    )


def load() -> float:
    """Return the load average of the last minute; 0 if the system provides none."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def _versions() -> tuple[tuple[str, str], ...]:
    found = []
    for name in _LIBRARIES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)


def _system() -> str:
    name = re.search(r'^PRETTY_NAME="?([^"\n]+)', _read("/etc/os-release"), re.MULTILINE)
    return f"{name[1] if name else platform.system()}, kernel {platform.release().split('-')[0]}"


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
