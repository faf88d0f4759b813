"""An app whose memory, log and answering times can be read while it is attacked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.browser.running_app import RunningApp

KB = 1 << 10
MB = 1 << 20
LONGEST_WAIT_S = 60.0


class MeasuredApp(RunningApp):
    """app.py in a process of its own, with what tests measure of it."""

    def peak_memory_mb(self) -> float:
        """Return the most memory that the app's own process has held since `forget_peak`."""
        return self._memory_mb("VmHWM")

    def memory_mb(self) -> float:
        """Return the memory that the app's own process holds now."""
        return self._memory_mb("VmRSS")

    def forget_peak(self) -> None:
        """Begin to measure the peak anew."""
        Path(f"/proc/{self.process_id}/clear_refs").write_text("5")

    def log_text(self) -> str:
        """Return all that the app has logged."""
        return self.log.read_text("utf-8", errors="replace")

    def num_handles(self) -> int:
        """Return how many files and sockets the app's own process has open."""
        return len(list(Path(f"/proc/{self.process_id}/fd").iterdir()))

    @contextmanager
    def waits_of_another_visitor(
        self, cookies: Mapping[str, str] | None = None
    ) -> Iterator[list[float]]:
        """Ask for the list of recordings over and over meanwhile; give the seconds of each answer.

        Args:
            cookies: of the visitor, such as a session where people log in.
        """
        waits: list[float] = []
        ends = threading.Event()

        def visit() -> None:
            with httpx.Client(
                base_url=self.url, timeout=LONGEST_WAIT_S, cookies=dict(cookies or {})
            ) as client:
                while not ends.is_set():
                    began = time.monotonic()
                    client.get("/studio/recordings")
                    waits.append(time.monotonic() - began)
                    ends.wait(0.02)

        visitor = threading.Thread(target=visit, daemon=True)
        visitor.start()
        try:
            yield waits
        finally:
            ends.set()
            visitor.join()

    def _memory_mb(self, field: str) -> float:
        status = Path(f"/proc/{self.process_id}/status").read_text("utf-8")
        (line,) = [each for each in status.splitlines() if each.startswith(f"{field}:")]
        return int(line.split()[1]) / KB
