from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipeline.core.errors import AddressRefusedError, DownloadError, PipelineError, WorkingFileError
from pipeline.inputs.checked_connection import Network
from pipeline.inputs.download import Downloader, DownloadLimits
from tests.pipeline.inputs.web_server import (
    PUBLIC,
    Answer,
    Internet,
    WebServer,
    content,
    redirect,
    serve,
)
from tests.requirements_of_tests import skip_or_fail

CERTIFICATE = (
    "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=public.example "
    "-addext subjectAltName=DNS:public.example"
)
BODY = bytes(range(256)) * 400
HOSTS = {"public.example": [PUBLIC], "other.example": ["8.8.8.8"], "private.example": ["10.0.0.7"]}
LIMITS = DownloadLimits(max_bytes=1 << 20, silence_s=2.0, total_s=5.0, max_redirects=3)


def fetched(
    tmp_path: Path, answers: dict[str, Answer], url: str, limits: DownloadLimits = LIMITS
) -> tuple[bytes, Internet, list[tuple[str, str]]]:
    """What a download gives; hosts and paths it asked for."""
    with serve(answers) as server:
        internet = Internet(server, HOSTS)
        target = tmp_path / "download"
        Downloader(limits, internet.network).download(url, target)
        return target.read_bytes(), internet, server.asked


def refused(
    tmp_path: Path, answers: dict[str, Answer], url: str, limits: DownloadLimits = LIMITS
) -> PipelineError:
    with serve(answers) as server, pytest.raises(PipelineError) as refusal:
        Downloader(limits, Internet(server, HOSTS).network).download(url, tmp_path / "download")
    return refusal.value


def test_a_file_comes_whole_under_the_name_of_its_host(tmp_path: Path) -> None:
    body, internet, asked = fetched(
        tmp_path, {"/a.wav?x=1": content(BODY)}, "http://public.example/a.wav?x=1"
    )

    assert body == BODY
    assert asked == [("/a.wav?x=1", "public.example")]
    assert internet.connected_to == [PUBLIC]


def test_a_name_is_looked_up_once_so_a_second_answer_cannot_lead_elsewhere(tmp_path: Path) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    with serve({"/a.wav": content(BODY)}) as server:
        internet = Internet(server, HOSTS)
        rebinding = Network(lambda host, port: next(answers), internet.network.connect)
        Downloader(LIMITS, rebinding).download("http://evil.example/a.wav", tmp_path / "download")

    assert internet.connected_to == [PUBLIC]
    assert next(answers) == ["127.0.0.1"]


def test_redirects_are_followed_and_each_host_is_looked_up(tmp_path: Path) -> None:
    body, internet, asked = fetched(
        tmp_path,
        {
            "/a": redirect("/b", 301),
            "/b": redirect("http://other.example/c", 307),
            "/c": content(BODY),
        },
        "http://public.example/a",
    )

    assert body == BODY
    assert internet.looked_up == ["public.example", "public.example", "other.example"]
    assert [host for _, host in asked] == ["public.example", "public.example", "other.example"]


@pytest.mark.parametrize(
    "url",
    [
        "http://private.example/a.wav",
        "http://public.example/to-private",
        "http://public.example/to-mixed",
    ],
)
def test_a_private_address_is_never_connected_to(tmp_path: Path, url: str) -> None:
    answers = {
        "/to-private": redirect("http://private.example/a.wav"),
        "/to-mixed": redirect("http://mixed.example/a.wav"),
        "/a.wav": content(BODY),
    }
    with serve(answers) as server:
        internet = Internet(server, {**HOSTS, "mixed.example": [PUBLIC, "::ffff:10.0.0.1"]})
        with pytest.raises(AddressRefusedError, match="not in the public internet"):
            Downloader(LIMITS, internet.network).download(url, tmp_path / "download")

        assert "/a.wav" not in [path for path, _ in server.asked]
    assert set(internet.connected_to) <= {PUBLIC}


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0"]
)
def test_this_computer_is_refused_however_it_is_written(tmp_path: Path, host: str) -> None:
    with serve({"/a.wav": content(BODY)}) as server:
        with pytest.raises(DownloadError):
            Downloader(LIMITS).download(
                f"http://{host}:{server.server_port}/a.wav", tmp_path / "download"
            )

        assert server.asked == []


def test_a_redirect_to_another_scheme_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, {"/a": redirect("file:///etc/passwd")}, "http://public.example/a")

    assert isinstance(error, AddressRefusedError)
    assert "http and https" in str(error)


def test_a_circle_of_redirects_ends(tmp_path: Path) -> None:
    error = refused(tmp_path, {"/a": redirect("/a")}, "http://public.example/a")

    assert str(error) == "public.example/a: The address redirects too often"


@pytest.mark.parametrize(("length", "limit"), [(None, 1_000), (2, 1), (50_000, 49_999)])
def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, length: int | None, limit: int
) -> None:
    error = refused(
        tmp_path,
        {"/a": content(BODY, length=length)},
        "http://public.example/a",
        DownloadLimits(max_bytes=limit),
    )

    assert "is larger than" in str(error)


def without_length(handler: BaseHTTPRequestHandler) -> None:
    """Send for as long as somebody reads."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(10_000):
        handler.wfile.write(bytes(1 << 12))


def test_an_endless_answer_is_ended(tmp_path: Path) -> None:
    error = refused(tmp_path, {"/a": without_length}, "http://public.example/a")

    assert str(error) == "public.example/a is larger than 1 MB"
    assert (tmp_path / "download").stat().st_size <= LIMITS.max_bytes


def test_a_truncated_response_is_an_error(tmp_path: Path) -> None:
    error = refused(
        tmp_path, {"/a": content(BODY, length=len(BODY) + 1)}, "http://public.example/a"
    )

    assert "ended in the middle" in str(error)


def silent(handler: BaseHTTPRequestHandler) -> None:
    handler.server.released.wait()  # type: ignore[attr-defined]  # it is a WebServer


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """Headers a letter at a time, often enough to look alive."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.released.wait(0.02):  # type: ignore[attr-defined]  # as above
        handler.wfile.write(b"a")


@pytest.mark.wall_clock
@pytest.mark.parametrize(
    ("answer", "limits", "expected"),
    [
        (silent, DownloadLimits(silence_s=0.2), "stopped answering"),
        (dripping, DownloadLimits(silence_s=5.0, total_s=0.4), "took longer than 0.4 s"),
    ],
)
def test_a_host_that_is_slow_is_left(
    tmp_path: Path, answer: Answer, limits: DownloadLimits, expected: str
) -> None:
    began = time.monotonic()

    error = refused(tmp_path, {"/a": answer}, "http://public.example/a", limits)

    assert expected in str(error)
    assert time.monotonic() - began < 4.0


def not_found(handler: BaseHTTPRequestHandler) -> None:
    handler.send_error(404)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (not_found, "public.example/a answered 404 instead of the file"),
        (content(b"<html>", "text/html; charset=utf-8"), "is a web page"),
    ],
)
def test_a_response_that_is_not_a_file_is_refused(
    tmp_path: Path, answer: Answer, expected: str
) -> None:
    assert expected in str(refused(tmp_path, {"/a": answer}, "http://public.example/a"))


def test_a_host_that_does_not_exist_is_one_sentence(tmp_path: Path) -> None:
    error = refused(tmp_path, {}, "http://nowhere.example/a")

    assert str(error) == "nowhere.example/a: There is no such host, or no network"


def test_a_file_that_cannot_be_written_is_the_disks_fault(tmp_path: Path) -> None:
    with serve({"/a": content(BODY)}) as server, pytest.raises(WorkingFileError):
        Downloader(LIMITS, Internet(server, HOSTS).network).download(
            "http://public.example/a", tmp_path / "missing" / "file"
        )


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of public.example with its key, made by the openssl program."""
    program = shutil.which("openssl")
    if program is None:
        skip_or_fail("the openssl program is needed to make a certificate")
        raise AssertionError
    path = tmp_path / "public.example.pem"
    subprocess.run(
        [program, *CERTIFICATE.split(), "-keyout", path, "-out", tmp_path / "certificate.pem"],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + (tmp_path / "certificate.pem").read_bytes())
    return path


def served_encrypted(certificate: Path) -> AbstractContextManager[WebServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return serve({"/a.wav": content(BODY)}, context)


def test_the_encrypted_host_must_prove_its_name(
    tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    target = tmp_path / "download"
    with served_encrypted(certificate) as server:
        downloader = Downloader(LIMITS, Internet(server, HOSTS).network)
        downloader.download("https://public.example/a.wav", target)
        with pytest.raises(DownloadError, match="encrypted connection failed"):
            downloader.download("https://other.example/a.wav", tmp_path / "other")

    assert target.read_bytes() == BODY
    assert server.asked == [("/a.wav", "public.example")]


def test_an_untrusted_certificate_is_refused(tmp_path: Path, certificate: Path) -> None:
    with served_encrypted(certificate) as server:
        with pytest.raises(DownloadError, match="encrypted connection failed"):
            Downloader(LIMITS, Internet(server, HOSTS).network).download(
                "https://public.example/a.wav", tmp_path / "download"
            )

        assert server.asked == []
