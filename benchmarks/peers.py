"""Installation of the programs compared with Speaker Studio (peers), each in its own environment.

python -m benchmarks.peers [--into .venv-peers] [NAME ...]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from benchmarks.dev_recordings import REPOSITORY

PEERS_FOLDER = REPOSITORY / ".venv-peers"


@dataclass(frozen=True, slots=True)
class Peer:
    """Name and installation steps of a program that the benchmarks compare with Speaker Studio.

    Attributes:
        title: name in tables, with the installed version.
        steps: arguments of `pip install`, for one call each.
    """

    title: str
    steps: tuple[tuple[str, ...], ...]


PEERS = {
    "senko": Peer("senko 0.2.2", (("torch==2.13.0",), ("senko==0.2.2", "soundfile"))),
    "faster-whisper": Peer("faster-whisper 1.2.1", (("faster-whisper==1.2.1",),)),
    # Its voice activity detector fails with NumPy 2.4; it declares dependencies it does not import.
    "funasr-onnx": Peer(
        "funasr-onnx 0.4.3",
        (
            (
                *("numpy<2", "onnxruntime==1.20.1", "soundfile", "librosa", "kaldi-native-fbank"),
                *("pyyaml", "jieba", "sentencepiece", "scipy", "onnx==1.16.2"),
            ),
            ("--no-deps", "funasr-onnx==0.4.3"),
        ),
    ),
    "sherpa-onnx": Peer("sherpa-onnx", (("sherpa-onnx", "numpy", "soundfile"),)),
}


def python_of(name: str, folder: Path = PEERS_FOLDER) -> Path | None:
    """Return the Python interpreter of a program's environment, or None if there is none."""
    for inside in ("bin/python", "Scripts/python.exe"):
        path = folder / name / inside
        if path.exists():
            return path
    return None


def install(name: str, folder: Path) -> None:
    """Create a virtual environment for a compared program and install the program in it."""
    venv.create(folder / name, with_pip=True)
    python = python_of(name, folder)
    for step in PEERS[name].steps:
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *step],
            check=True,
        )


def main() -> None:
    """Install all or the named programs; a failure does not stop the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(PEERS)}")
    parser.add_argument("--into", type=Path, default=PEERS_FOLDER)
    chosen = parser.parse_args()
    failed = []
    for name in chosen.names or PEERS:
        print(f"{name} ...", file=sys.stderr)
        try:
            install(name, chosen.into)
        except subprocess.CalledProcessError:
            failed.append(name)
    if failed:
        sys.exit(f"could not be installed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
