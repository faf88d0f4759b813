"""`python -m pipeline.models list|fetch|verify`."""

from __future__ import annotations

import sys

from pipeline.models.command_line import main

if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)  # as shells report an interrupted program
