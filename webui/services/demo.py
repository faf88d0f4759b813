"""Demo conversation that a new workspace transcribes like any other recording."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.options import PipelineOptions
from storage.db.blobs import sha256_of
from storage.db.errors import StorageError
from webui.services.container import Services
from webui.services.runs.transcription import Ticket

DEMO_AUDIO = Path(__file__).resolve().parents[2] / "assets" / "demo" / "demo.flac"
DEMO_TITLE = "示例对话 · Demo conversation"
_MARKER = "demo-added"  # marks that the demo was added, so that a deleted demo is not added again


class PrivateRecordingsError(StorageError):
    """Error for a workspace with private recordings, which a public demo would expose."""


def add_demo(services: Services, workspace: Path) -> Ticket | None:
    """Start transcribing the demo recording in a workspace that never contained it.

    Returns:
        The run's ticket; None if the workspace has or had the demo.

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
    """Raise an error if a public demo would expose other recordings.

    Raises:
        PrivateRecordingsError: if other recordings have no owner: all visitors would see them.
    """
    demo = sha256_of(DEMO_AUDIO)
    private = [
        each.recording
        for each in services.recordings.list()
        if each.recording.owner is None and each.recording.audio_sha256 != demo
    ]
    if private:
        raise PrivateRecordingsError(
            f"The workspace holds {len(private)} private recordings, which every visitor of a "
            "public demo would see. Choose another folder with --workspace, or omit "
            "--demo-mode (SPEAKER_STUDIO_DEMO=0)."
        )
