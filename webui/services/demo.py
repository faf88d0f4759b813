"""The demo conversation, transcribed like any other recording."""

from __future__ import annotations

from pathlib import Path

from pipeline.options import PipelineOptions
from webui.services.container import Services
from webui.services.transcription import Ticket

DEMO_AUDIO = Path(__file__).resolve().parents[2] / "assets" / "demo" / "demo.flac"
DEMO_TITLE = "示例对话 · Demo conversation"
_MARKER = "demo-added"  # so that a demo somebody deleted stays away


def add_demo(services: Services, workspace: Path) -> Ticket | None:
    """Have the demo transcribed in a workspace that never had it.

    Returns:
        Where to look; None where the workspace has or had it.

    Raises:
        StorageError: if it cannot be stored.
    """
    marker = workspace / _MARKER
    if marker.exists():
        return None
    options = PipelineOptions(asr=services.models.asr_options(None, ""))
    ticket = services.transcription.start(DEMO_AUDIO, title=DEMO_TITLE, options=options)
    marker.touch()
    return ticket
