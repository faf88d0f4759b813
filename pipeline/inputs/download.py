"""Download of a recording from a web address to a file."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from pipeline.core.errors import DownloadError, WorkingFileError
from pipeline.core.progress import Report, ignore_report
from pipeline.inputs.checked_connection import CheckedConnection, Network
from pipeline.inputs.web_address import WebAddress, parse_web_address

CHUNK_BYTES = 1 << 16
USER_AGENT = "speaker-studio"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class DownloadLimits:
    """Limits on the size, time and redirects of a download.

    Attributes:
        max_bytes: largest size of the file.
        silence_s: time limit for resolving, for connecting, and between parts of the response.
        total_s: time limit for the whole download including redirects.
        max_redirects: largest number of redirects.
    """

    max_bytes: int = 2 << 30  # ten hours of losslessly compressed CD audio
    silence_s: float = 20.0
    total_s: float = 1_800.0
    max_redirects: int = 5


@dataclass(frozen=True, slots=True)
class Downloader:
    """A downloader that accepts only addresses in the public internet.

    Attributes:
        limits: limits of size and time.
        network: resolves hosts and connects to them.
    """

    limits: DownloadLimits = field(default_factory=DownloadLimits)
    network: Network = field(default_factory=Network)

    def download(self, url: str, target: Path, *, report: Report = ignore_report) -> None:
        """Download a web address to a file; after an error the file may be incomplete.

        Args:
            url: http or https.
            target: the file, in a private folder.
            report: counts bytes if the host declares the size.

        Raises:
            AddressRefusedError: the address, or a redirect, is not http or https, or not in the
                public internet.
            DownloadError: the host does not respond in time, or sends too much or an error.
            WorkingFileError: the file cannot be written.
        """
        deadline = time.monotonic() + self.limits.total_s
        address = parse_web_address(url)
        for _ in range(self.limits.max_redirects + 1):
            elsewhere = self._follow(address, target, deadline, report)
            if elsewhere is None:
                return
            address = elsewhere
        raise DownloadError(f"{address.shown}: The address redirects too often")

    def _follow(
        self, address: WebAddress, target: Path, deadline: float, report: Report
    ) -> WebAddress | None:
        """Send one request; return the redirect target, or None if the file was downloaded.

        Raises:
            DownloadError: as from `download`.
            WorkingFileError: the file cannot be written.
        """
        connected = self.network.open(address, self._seconds_left(address, deadline))
        with _shut_down_at(connected, deadline), closing(connected):
            try:
                connection = CheckedConnection(address, connected, self.limits.silence_s)
                with closing(connection):
                    elsewhere = self._ask(connection, address, target, report)
            except (OSError, http.client.HTTPException) as error:
                if isinstance(error, (DownloadError, WorkingFileError)):
                    raise
                raise DownloadError(self._reason(address, error, deadline)) from error
        self._seconds_left(
            address, deadline
        )  # a response cut off at the deadline may look complete
        return elsewhere

    def _ask(
        self, connection: CheckedConnection, address: WebAddress, target: Path, report: Report
    ) -> WebAddress | None:
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", "Connection": "close"}
        connection.request("GET", address.target, headers=headers)
        with connection.getresponse() as response:
            if response.status in _REDIRECTS and response.headers["Location"]:
                return address.redirected(response.headers["Location"])
            self._check(response, address)
            self._write(response, address, target, report)
        return None

    def _check(self, response: http.client.HTTPResponse, address: WebAddress) -> None:
        if response.status != http.client.OK:
            raise DownloadError(f"{address.shown} answered {response.status} instead of the file")
        if response.headers.get_content_type() in _PAGES:
            raise DownloadError(
                f"{address.shown} is a web page, not a recording. Give the file's own address"
            )
        if (response.length or 0) > self.limits.max_bytes:
            raise self._too_large(address)

    def _write(
        self,
        response: http.client.HTTPResponse,
        address: WebAddress,
        target: Path,
        report: Report,
    ) -> None:
        total, done = response.length, 0
        with _opened(target) as file:
            while chunk := response.read1(CHUNK_BYTES):
                done += len(chunk)
                if done > self.limits.max_bytes:
                    raise self._too_large(address)
                _append(file, chunk)
                if total:
                    report(min(done, total), total)
        if total is not None and done < total:
            raise DownloadError(f"{address.shown} ended in the middle of the file. Try again")

    def _too_large(self, address: WebAddress) -> DownloadError:
        megabytes = self.limits.max_bytes / (1 << 20)
        return DownloadError(f"{address.shown} is larger than {megabytes:,.0f} MB")

    def _seconds_left(self, address: WebAddress, deadline: float) -> float:
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise self._too_slow(address)
        return min(left_s, self.limits.silence_s)

    def _too_slow(self, address: WebAddress) -> DownloadError:
        return DownloadError(f"{address.shown} took longer than {self.limits.total_s:g} s")

    def _reason(self, address: WebAddress, error: Exception, deadline: float) -> str:
        if time.monotonic() >= deadline:
            return str(self._too_slow(address))
        if isinstance(error, TimeoutError):
            return f"{address.shown} stopped answering"
        if isinstance(error, ssl.SSLError):
            return f"{address.shown}: The encrypted connection failed ({error.reason})"
        return f"{address.shown} could not be read: {error or type(error).__name__}"


@contextmanager
def _shut_down_at(connected: socket.socket, deadline: float) -> Iterator[None]:
    """Shut down a socket at a deadline, even if data still arrives slowly."""
    handle = connected.dup()  # encryption takes over the socket itself

    def shut_down() -> None:
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), shut_down)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        handle.close()


def _opened(target: Path) -> IO[bytes]:
    try:
        return target.open("wb")
    except OSError as error:
        raise _unwritable(error) from error


def _append(file: IO[bytes], chunk: bytes) -> None:
    try:
        file.write(chunk)
    except OSError as error:
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> WorkingFileError:
    return WorkingFileError(
        f"The download cannot be written ({error.strerror}). Check the free space of the disk"
    )
