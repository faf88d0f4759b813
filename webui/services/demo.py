"""The demo conversation, transcribed like any other recording."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.options import PipelineOptions
from storage.db.blobs import sha256_of
from storage.db.errors import StorageError
from webui.services.container import Services
from webui.services.runs.transcription import Ticket

DEMO_AUDIO = Path(__file__).resolve().parents[2] / "assets" / "demo" / "demo.flac"
DEMO_TITLE = "示例对话 · Demo conversation"
_MARKER = "demo-added"  # so that a demo somebody deleted stays away


class PrivateRecordingsError(StorageError):
    """A workspace with private recordings is no place for a public demo."""


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


def check_workspace_of_visitors(services: Services) -> None:
    """Make sure that strangers see nothing but the demo.

    Raises:
        PrivateRecordingsError: if there are other recordings that belong to nobody: all visitors
            would see them.
    """
    demo = sha256_of(DEMO_AUDIO)
    private = [
        each.recording
        for each in services.recordings.list()
        if each.recording.owner is None and each.recording.audio_sha256 != demo
    ]
    if private:
        raise PrivateRecordingsError(
            f"The workspace holds {len(private)} recordings of its own, which every visitor of a "
            "public demo would see. Choose another folder with --workspace, or leave out "
            "--demo-mode (SPEAKER_STUDIO_DEMO=0)."
        )
