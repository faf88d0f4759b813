"""`python -m storage.export_training OUT`: export verified utterances as training data."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pipeline.runtime.stop_signals import run_until_stopped
from storage.training.command_line import main

# Same default as in app.py.
_DEFAULT = Path(__file__).resolve().parents[1] / "workspace"

if __name__ == "__main__":
    workspace = Path(os.environ.get("SPEAKER_STUDIO_WORKSPACE", _DEFAULT))
    sys.exit(run_until_stopped(lambda: main(sys.argv[1:], default_workspace=workspace)))
