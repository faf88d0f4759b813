"""Clients that others have written, from PyPI, against the running server.

Both packages install a module of the same name, so each has its own virtual environment, whose
Python an environment variable names:

    SPEAKER_STUDIO_FUNASR_CLIENT   python with funasr-client==0.1.6
    SPEAKER_STUDIO_FUNASR_PYTHON   python with funasr-python==0.1.5, aiofiles, librosa, websockets
"""

from __future__ import annotations

import os
import subprocess

import pytest
import soundfile

from tests.pipeline.live.two_pass.test_server import CONVERSATION, running_command

FUNASR_CLIENT = os.environ.get("SPEAKER_STUDIO_FUNASR_CLIENT", "")
FUNASR_PYTHON = os.environ.get("SPEAKER_STUDIO_FUNASR_PYTHON", "")
SPOKEN = "突出展示"
LONGEST_S = 120

CLIENT_PROGRAM = """
import asyncio, sys, wave
from funasr_client import async_funasr_client

async def main(address, mode, path):
    with wave.open(path) as file:
        sound = file.readframes(file.getnframes())
    options = dict(mode=mode, wav_name="a", audio_fs=16000, wav_format="pcm", blocking=True)
    async with async_funasr_client(address, **options) as client:
        for first in range(0, len(sound), 1920):
            await client.send(sound[first : first + 1920])
        await client.signal_close()
        async for answer in client.stream():
            if answer["mode"] != "2pass-online":
                print(answer["text"], end="")

asyncio.run(main(*sys.argv[1:]))
"""

PYTHON_PROGRAM = """
import asyncio, sys
from funasr_client import SimpleCallback, create_async_client

async def main(address, mode, path):
    client = create_async_client(server_url=address, mode=mode, timeout=100.0)
    await client.start()
    passing = SimpleCallback(on_partial=lambda result: print(result.text, end=""))
    print((await client.recognize_file(path, passing)).text)
    await client.close()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def recording(tmp_path_factory) -> str:
    """Four seconds of speech without a pause."""
    path = tmp_path_factory.mktemp("sent") / "a.wav"
    pcm, rate = soundfile.read(CONVERSATION, dtype="int16", frames=4 * 16_000)
    soundfile.write(path, pcm, rate)
    return str(path)


@pytest.mark.parametrize("mode", ["2pass", "online", "offline"])
@pytest.mark.parametrize(
    ("python", "program"),
    [
        pytest.param(
            FUNASR_CLIENT,
            CLIENT_PROGRAM,
            marks=pytest.mark.skipif(not FUNASR_CLIENT, reason="needs funasr-client"),
            id="funasr-client",
        ),
        pytest.param(
            FUNASR_PYTHON,
            PYTHON_PROGRAM,
            marks=pytest.mark.skipif(not FUNASR_PYTHON, reason="needs funasr-python"),
            id="funasr-python",
        ),
    ],
)
def test_a_client_from_pypi_gets_the_words(recording, python, program, mode) -> None:
    with running_command("--language", "zh") as address:
        done = subprocess.run(
            [python, "-c", program, address, mode, recording],
            check=False,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
        )

    assert done.returncode == 0, done.stderr
    assert SPOKEN in done.stdout, done.stdout + done.stderr
