"""`python -m pipeline`: transcribe files from the command line."""

from __future__ import annotations

import sys

from pipeline.cli.transcribe import main
from pipeline.runtime.stop_signals import run_until_stopped

if __name__ == "__main__":
    sys.exit(run_until_stopped(lambda: main(sys.argv[1:])))
