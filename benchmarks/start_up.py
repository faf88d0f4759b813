"""Time to import the app, and time from starting it to its first served page.

python -m benchmarks.start_up [--runs 3]
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.dev_recordings import REPOSITORY
from benchmarks.tables import print_table

POLL_INTERVAL_S = 0.05
LONGEST_START_S = 120.0


def main() -> None:
    """Time imports and starts with warm caches several times, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    imports = [time_import() for _ in range(chosen.runs + 1)][1:]
    starts = [time_start() for _ in range(chosen.runs + 1)][1:]
    print_table(
        ["what", "median s", "least", "most"],
        [_row("import app", imports), _row("start to first page", starts)],
    )


def time_import() -> float:
    """Run `python -c "import app"` and return its seconds."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import app"], cwd=REPOSITORY, check=True)
    return time.perf_counter() - begin


def time_start() -> float:
    """Start `app.py` with an empty workspace; return the seconds to its first served page."""
    with started_app() as app:
        return app.seconds


@dataclass(frozen=True, slots=True)
class StartedApp:
    """Running app that has served its first page.

    Attributes:
        pid: process id.
        url: address of its page.
        workspace: folder of its data.
        seconds: time from the start of the process to the first page.
    """

    pid: int
    url: str
    workspace: Path
    seconds: float


@contextmanager
def started_app(*flags: str, environment: Mapping[str, str] | None = None) -> Iterator[StartedApp]:
    """Start `app.py` with an empty workspace, yield it, and stop it at the end of the block.

    Args:
        flags: command-line flags besides port, workspace, --no-demo and --offline.
        environment: environment variables to add to those of this process.
    """
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        own = ["--port", str(port), "--workspace", str(workspace), "--no-demo", "--offline"]
        begin = time.perf_counter()
        with (Path(folder) / "start.log").open("w", encoding="utf-8") as log:
            app = subprocess.Popen(
                [sys.executable, "app.py", *own, *flags],
                cwd=REPOSITORY,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
            )
            try:
                url = f"http://127.0.0.1:{port}/"
                _wait_for_page(app, url, begin + LONGEST_START_S)
                yield StartedApp(app.pid, url, workspace, time.perf_counter() - begin)
            finally:
                app.terminate()
                app.wait()


def _wait_for_page(app: subprocess.Popen[bytes], url: str, deadline: float) -> None:
    while time.perf_counter() < deadline:
        if app.poll() is not None:
            raise RuntimeError(f"app.py ended with {app.returncode} before it served a page")
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                answer.read()
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(POLL_INTERVAL_S)
    raise TimeoutError(f"{url} did not answer within {LONGEST_START_S:.0f} s")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _row(name: str, seconds: Sequence[float]) -> list[str]:
    return [name, f"{median(seconds):.2f}", f"{min(seconds):.2f}", f"{max(seconds):.2f}"]


if __name__ == "__main__":
    main()
