"""The whole way from a hub that breaks to the file in the cache, or to the sentence."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.core.errors import ModelUnavailableError, TranscriptionCancelled
from pipeline.core.options import PipelineOptions, RuntimeOptions
from pipeline.models.command_line import main
from pipeline.models.fetch import receiving
from pipeline.models.fetch.fetch_choice import FetchChoice
from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.models.store import ModelStore
from pipeline.transcription.loader import PipelineLoader
from tests.pipeline.models.made_models import make_model
from tests.pipeline.models.model_server import ModelServer, serve

CONTENTS = {"model.bin": os.urandom(1 << 20), "config.json": b'{"layers": 2}'}


@pytest.fixture(name="server")
def _server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setenv("no_proxy", "*")
    with serve(CONTENTS) as server:
        yield server


def _store(cache_dir: Path, server: ModelServer, *, offline: bool = False) -> ModelStore:
    model = make_model(contents=CONTENTS, sources=[server.source])
    return ModelStore(cache_dir / "bundled", cache_dir, models=[model], offline=offline)


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _cancel_half_way(done: int, total: int) -> None:
    if done > total // 2:
        raise TranscriptionCancelled


def test_a_connection_that_keeps_breaking_still_brings_the_file(
    server: ModelServer, tmp_path: Path
) -> None:
    server.cut_after = 300_000

    _store(tmp_path, server).fetch("tiny")

    assert _contents(tmp_path / "tiny") == CONTENTS
    starts = ["", "bytes=300000-", "bytes=600000-", "bytes=900000-", ""]
    assert server.ranges == starts


def test_a_cancelled_fetch_goes_on_where_it_was(server: ModelServer, tmp_path: Path) -> None:
    store = _store(tmp_path, server)
    with pytest.raises(TranscriptionCancelled):
        store.fetch("tiny", report=_cancel_half_way)
    reports: list[int] = []

    store.fetch("tiny", report=lambda done, total: reports.append(done))

    assert _contents(tmp_path / "tiny") == CONTENTS
    assert reports[1] > len(CONTENTS["model.bin"]) // 2
    assert server.ranges[1].startswith("bytes=")


def test_a_first_part_that_is_not_right_is_thrown_away_and_all_comes_anew(
    server: ModelServer, tmp_path: Path
) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "model.bin.partial").write_bytes(b"\0" * 5000)

    _store(tmp_path, server).fetch("tiny")

    assert _contents(tmp_path / "tiny") == CONTENTS
    assert server.ranges == ["bytes=5000-", "", ""]


def test_a_whole_file_that_was_not_yet_checked_costs_one_byte(
    server: ModelServer, tmp_path: Path
) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "model.bin.partial").write_bytes(CONTENTS["model.bin"])

    _store(tmp_path, server).fetch("tiny")

    assert _contents(tmp_path / "tiny") == CONTENTS
    assert server.ranges == [f"bytes={len(CONTENTS['model.bin']) - 1}-", ""]


def test_a_file_exchanged_between_two_tries_is_taken_as_a_whole_or_not_at_all(
    server: ModelServer, tmp_path: Path
) -> None:
    server.contents = {**CONTENTS, "model.bin": os.urandom(1 << 20)}
    store = _store(tmp_path, server)
    with pytest.raises(TranscriptionCancelled):
        store.fetch("tiny", report=_cancel_half_way)
    server.contents = CONTENTS

    store.fetch("tiny")

    assert _contents(tmp_path / "tiny") == CONTENTS


def test_a_forged_file_is_refused_and_leaves_nothing(server: ModelServer, tmp_path: Path) -> None:
    server.contents = {**CONTENTS, "model.bin": os.urandom(1 << 20)}

    with pytest.raises(ModelUnavailableError, match=r"hub: model\.bin has sha256 .* instead of"):
        _store(tmp_path, server).fetch("tiny")

    assert _contents(tmp_path / "tiny") == {}


def test_a_gated_file_is_a_sentence_that_says_what_to_do(
    server: ModelServer, tmp_path: Path
) -> None:
    server.refuse_with = 401

    with pytest.raises(ModelUnavailableError, match=r"answered 401 .*--from DIR"):
        _store(tmp_path, server).fetch("tiny")
    assert len(server.asked) == 1


def test_a_busy_hub_is_asked_again_and_then_given_up(server: ModelServer, tmp_path: Path) -> None:
    server.refuse_with = 503

    with pytest.raises(ModelUnavailableError, match="answered 503"):
        _store(tmp_path, server).fetch("tiny")
    assert len(server.asked) == 3


def test_a_full_disk_is_a_sentence_and_what_has_come_is_kept(
    server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(receiving.os, "fsync", fail)
        with pytest.raises(ModelUnavailableError, match=r"the disk of .* is full. Free some space"):
            _store(tmp_path, server).fetch("tiny")
    _store(tmp_path, server).fetch("tiny")

    assert _contents(tmp_path / "tiny") == CONTENTS
    assert server.ranges[1] == f"bytes={len(CONTENTS['model.bin']) - 1}-"


def test_a_mirror_is_asked_in_place_of_the_hub(server: ModelServer, tmp_path: Path) -> None:
    model = make_model(contents=CONTENTS)  # whose hub nobody answers for
    choice = FetchChoice(mirror=f"{server.url}/mirror")
    store = ModelStore(tmp_path / "bundled", tmp_path, models=[model], fetch_from=choice)

    store.fetch("tiny")

    assert _contents(tmp_path / "tiny") == CONTENTS
    assert server.asked == ["/mirror/r1/model.bin", "/mirror/r1/config.json"]


def test_offline_no_connection_is_tried_and_no_name_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tries: list[object] = []

    def refuse(*arguments: object, **named: object) -> None:
        tries.append(arguments)
        raise OSError("offline")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr("subprocess.Popen", refuse)
    locations = ModelLocations(tmp_path, offline=True)

    for command in ("list", "fetch", "verify"):
        main([command, "--offline", "--cache", str(tmp_path)])
        main([command, "whisper-base", "paraformer", "--offline", "--cache", str(tmp_path)])
    with pytest.raises(ModelUnavailableError, match="fetching is switched off"):
        PipelineLoader(open_model_store(locations), RuntimeOptions()).load(PipelineOptions())

    assert tries == []
    assert "fetching is switched off" in capsys.readouterr().err
