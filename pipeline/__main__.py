"""`python -m pipeline`: transcribe files from the command line."""

from __future__ import annotations

import sys

from pipeline.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
