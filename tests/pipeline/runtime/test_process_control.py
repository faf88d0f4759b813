"""Signals that stop a program, wherever they arrive."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from pipeline.runtime.process_control import INTERRUPTED

HAS_GONE_ON = 3
PROGRAM = f"""
import io, os, signal, sys, time
import numpy as np
import soundfile
from pipeline.runtime.process_control import run_until_stopped

class Sound(io.BytesIO):
    num_stops = int(sys.argv[2])

    def readinto(self, buffer):
        if self.num_stops:
            self.num_stops -= 1
            os.kill(os.getpid(), int(sys.argv[1]))
        return super().readinto(buffer)

def main():
    sound = Sound()
    soundfile.write(sound, np.zeros(16_000), 16_000, format="WAV")
    sound.seek(0)
    try:
        soundfile.read(sound)
    except soundfile.LibsndfileError:
        pass
    until_s = time.monotonic() + 60
    while time.monotonic() < until_s:
        time.sleep(0.01)
    return {HAS_GONE_ON}

sys.exit(run_until_stopped(main))
"""


@pytest.mark.parametrize("num_stops", [1, 3])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_that_arrives_while_a_decoder_reads_its_file_ends_the_program(
    number: signal.Signals, num_stops: int
) -> None:
    command = [sys.executable, "-c", PROGRAM, str(int(number)), str(num_stops)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert ended.returncode == INTERRUPTED, ended.stderr


def test_other_errors_that_native_code_discards_are_reported() -> None:
    program = """
from pipeline.runtime.process_control import run_until_stopped

class Faulty:
    def __del__(self):
        raise ValueError("of a finaliser")

run_until_stopped(lambda: Faulty() is None)
"""
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)

    assert "ValueError: of a finaliser" in ended.stderr
