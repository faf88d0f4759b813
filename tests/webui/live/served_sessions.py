"""A program that serves live recordings with a scripted recognition, to be killed by a test."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from starlette.applications import Starlette

from pipeline.engines.inline import InlineEngine
from pipeline.models.locations import ModelLocations
from tests.webui.live.scripted_recognition import Recognitions
from tests.webui.services.fake_work import load_fake_pipeline
from webui.live.routes import build_live_routes
from webui.server import PageServer
from webui.services.container import open_services
from webui.services.models import ModelsService


def main(workspace: Path, port: int) -> None:
    """Serve the live routes of a workspace until the process is killed."""
    services = open_services(
        workspace,
        InlineEngine(load_fake_pipeline),
        ModelsService(ModelLocations(workspace / "models")),
        start_recognition=Recognitions(),
    )
    app = Starlette(routes=build_live_routes(services.live))
    server = PageServer(app, "127.0.0.1", port, behind_proxy=False)
    server.start()
    threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
