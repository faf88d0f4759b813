from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from pipeline.models.hub_source import HubFetcher
from pipeline.models.manifest import HubSource
from pipeline.models.sources import SourceUnavailableError
from pipeline.progress import ignore_report
from tests.unit.models.made_models import CONTENTS, make_model
from tests.unit.models.model_server import ModelServer, serve

MODEL = make_model()


@pytest.fixture(name="server")
def _server() -> Iterator[ModelServer]:
    with serve(CONTENTS) as server:
        yield server


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


def _read(source: HubSource) -> dict[str, bytes]:
    stream = HubFetcher(source).read(MODEL, MODEL.files, report=ignore_report)
    return {file.name: b"".join(chunks) for file, chunks in stream}


def test_each_file_is_asked_for_at_its_revision(server: ModelServer) -> None:
    assert _read(server.source) == CONTENTS
    assert server.asked == ["/r1/model.bin", "/r1/config.json"]


def test_a_redirect_to_the_storage_is_followed(server: ModelServer) -> None:
    server.redirect_to = f"http://127.0.0.1:{server.server_port}/storage/model.bin"

    assert _read(server.source) == CONTENTS
    assert server.asked[:2] == ["/r1/model.bin", "/storage/model.bin"]


def test_a_file_the_hub_does_not_have_is_a_reason(server: ModelServer) -> None:
    server.contents = {}

    with pytest.raises(SourceUnavailableError, match=r"127\.0\.0\.1 answered 404 Not Found"):
        _read(server.source)


def test_a_connection_that_breaks_gives_what_came_before(server: ModelServer) -> None:
    server.cut_after = 1000

    stream = HubFetcher(server.source).read(MODEL, MODEL.files[:1], report=ignore_report)
    received = [b"".join(chunks) for _, chunks in stream]

    assert received == [CONTENTS["model.bin"][:1000]]


def test_a_port_where_nobody_listens_is_a_reason() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        source = HubSource(f"http://127.0.0.1:{taken.getsockname()[1]}/{{revision}}/{{file}}")

        with pytest.raises(SourceUnavailableError, match=r"127\.0\.0\.1 cannot be reached"):
            _read(source)


def test_a_host_without_an_address_is_a_reason() -> None:
    source = HubSource("https://no-such-host.invalid/{revision}/{file}")

    with pytest.raises(SourceUnavailableError, match=r"no-such-host\.invalid cannot be reached"):
        _read(source)


def test_a_host_that_does_not_answer_in_time_is_given_up() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:  # a full queue: further connections hang
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        source = HubSource(f"http://127.0.0.1:{full.getsockname()[1]}/{{revision}}/{{file}}")
        fetcher = HubFetcher(source, connect_timeout_s=0.2)

        with pytest.raises(SourceUnavailableError, match="cannot be reached"):
            next(fetcher.read(MODEL, MODEL.files, report=ignore_report))

        for each in waiting:
            each.close()
