"""The WebSocket server of FunASR's protocol: its doors, and its recognition with real models."""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import soundfile
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as connect_now

from pipeline.cli.transcribe import main
from pipeline.live.two_pass.server import ServerSettings, TwoPassServer
from tests.conditions import run_in_new_loop
from tests.dev_data import REPOSITORY
from tests.pipeline.live.two_pass.scripted_session import HELLO, ScriptedSession, final
from tests.requirements_of_tests import skip_or_fail

CONVERSATION = REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac"
LONGEST_WAIT_S = 60
CERTIFICATE = (
    "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost "
    "-addext subjectAltName=DNS:localhost"
)
END = json.dumps({"is_speaking": False})


def served(client: Callable, **settings):
    """Run a client against a server with one scripted final text for each utterance."""

    def open_session(settings, waiting_ms):
        return ScriptedSession(finished=[final(HELLO)])

    async def run():
        started = asyncio.get_running_loop().create_future()
        server = TwoPassServer(open_session, ServerSettings(port=0, **settings))
        serving = asyncio.ensure_future(server.run(started.set_result))
        try:
            address = await asyncio.wait_for(started, LONGEST_WAIT_S)
            return await asyncio.wait_for(client(address), LONGEST_WAIT_S)
        finally:
            serving.cancel()
            await asyncio.wait([serving])

    return run_in_new_loop(run())


async def said(socket) -> str:
    await socket.send(bytes(1_920))
    await socket.send(END)
    return json.loads(await socket.recv())["text"]


@pytest.mark.parametrize("offered", [None, ["binary"], ["chat", "binary"]])
def test_the_sub_protocol_binary_is_accepted_on_every_path_and_not_required(offered) -> None:
    async def client(address):
        async with connect(f"{address}/any/path", subprotocols=offered) as socket:
            return socket.subprotocol, await said(socket)

    assert served(client) == (offered and "binary", "你好吗？")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of localhost and its key, made by the openssl program."""
    program = shutil.which("openssl")
    if program is None:
        skip_or_fail("the openssl program is needed to make a certificate")
        raise AssertionError
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [program, *CERTIFICATE.split(), "-out", paths[0], "-keyout", paths[1]],
        check=True,
        capture_output=True,
    )
    return paths


def test_with_a_certificate_connections_are_encrypted(certificate: tuple[Path, Path]) -> None:
    async def client(address):
        trusted = ssl.create_default_context(cafile=certificate[0])
        async with connect(address, ssl=trusted, server_hostname="localhost") as socket:
            return address.partition(":")[0], await said(socket)

    assert served(client, certificate=certificate) == ("wss", "你好吗？")


def test_more_clients_than_places_are_told_so_and_the_place_is_given_on() -> None:
    async def client(address):
        async with connect(address) as first:
            assert await said(first) == "你好吗？"
            async with connect(address) as second:
                refusal = json.loads(await second.recv())
                with pytest.raises(ConnectionClosed) as closed:
                    await second.recv()
        while True:  # until the server has noticed that the first one has left
            async with connect(address) as third:
                await third.send(END)
                answer = json.loads(await third.recv())
                if "error" not in answer:
                    return refusal, closed.value.rcvd.code

    refusal, code = served(client, max_sessions=1)

    assert refusal["error"]["code"] == "busy"
    assert refusal["is_final"] is False
    assert code == 1013


def test_web_pages_of_other_origins_are_refused() -> None:
    async def client(address):
        allowed = connect(address, origin="https://example.org")
        async with allowed as socket:
            assert await said(socket) == "你好吗？"
        with pytest.raises(InvalidStatus) as refused:
            await connect(address, origin="https://evil.example")
        return refused.value.response.status_code

    assert served(client, allowed_origins=("https://example.org",)) == 403


def test_a_silent_client_is_disconnected() -> None:
    async def client(address):
        async with connect(address) as socket:
            with pytest.raises(ConnectionClosed):
                await socket.recv()

    served(client, idle_s=0.05)


def test_a_client_that_leaves_in_the_middle_disturbs_nobody() -> None:
    async def client(address):
        async with connect(address) as leaving, connect(address) as staying:
            await leaving.send(bytes(1_920))
            leaving.transport.abort()
            return await said(staying)

    assert served(client) == "你好吗？"


@contextmanager
def running_command(*flags: str) -> Iterator[str]:
    """Run the command on a free port; yield the address."""
    command = [sys.executable, "-m", "pipeline", "serve-2pass", "--port", "0", "--offline", *flags]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().rsplit(" ", 1)[-1].strip()
    finally:
        process.terminate()
        assert process.wait(LONGEST_WAIT_S) == 130


def test_speech_is_recognised_with_times_and_speakers() -> None:
    pcm, rate = soundfile.read(CONVERSATION, dtype="int16", frames=16_000 * 6)
    assert rate == 16_000

    with running_command("--language", "zh") as address, connect_now(address) as socket:
        socket.send(json.dumps({"mode": "2pass", "wav_name": "a", "is_speaking": True}))
        for first in range(0, len(pcm), 9_600):
            socket.send(pcm[first : first + 9_600].tobytes())
        socket.send(END)
        answers = [json.loads(socket.recv(LONGEST_WAIT_S))]
        while not answers[-1]["is_final"]:
            answers.append(json.loads(socket.recv(LONGEST_WAIT_S)))

    finals = [each for each in answers if each["mode"] == "2pass-offline" and each["text"]]
    assert "突出展示" in "".join(each["text"] for each in finals)
    assert finals[0]["spk_name"] == "Speaker 1"
    assert 0.4 < finals[0]["spk_score"] <= 1
    for each in finals:
        pairs = json.loads(each["timestamp"])
        assert len(pairs) >= len(each["text"])
        assert all(0 <= start < end <= 6_000 for start, end in pairs)


@pytest.mark.parametrize(
    "flags", [["--certfile", "a.pem"], ["--max-sessions", "0"], ["--port", "70000"]]
)
def test_flags_that_do_not_fit_are_refused(flags, capsys) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["serve-2pass", *flags], environment={})

    assert refused.value.code == 2
    assert f"error: {flags[0]}" in capsys.readouterr().err
