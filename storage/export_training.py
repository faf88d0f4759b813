"""`python -m storage.export_training OUT`: training data from what people have verified."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from storage.training.command_line import main

# The same folder that app.py takes when nobody names one.
_DEFAULT = Path(__file__).resolve().parents[1] / "workspace"

if __name__ == "__main__":
    workspace = Path(os.environ.get("SPEAKER_STUDIO_WORKSPACE", _DEFAULT))
    try:
        sys.exit(main(sys.argv[1:], default_workspace=workspace))
    except KeyboardInterrupt:
        sys.exit(130)  # as shells report an interrupted program
