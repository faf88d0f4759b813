"""Demo conversation, which a new workspace gets transcribed by the machine and reviewed."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.options import PipelineOptions
from storage.db.blobs import sha256_of
from storage.db.errors import StorageError
from webui.services.container import Services
from webui.services.library import TranscriptFile
from webui.services.runs.transcription import Ticket

_DEMO = Path(__file__).resolve().parents[3] / "assets" / "demo"
DEMO_AUDIO = _DEMO / "demo.flac"
DEMO_TITLE = "示例：楼市圆桌 · Demo: round table"
REVIEWED_DEMO = TranscriptFile(_DEMO / "reviewed.json", "json", "人工核对 · Reviewed.json")
REVIEWER = "Speaker Studio"
# Audio of the demos of former versions, which a workspace may still contain.
_FORMER_DEMOS = frozenset({"0c51bf43e2d2638aa49d2a98a9f2658adf16e0783ec4554381f3ba83a9748e57"})
_MARKER = "demo-added"  # marks that the demo was added, so that a deleted demo is not added again


class PrivateRecordingsError(StorageError):
    """Error for a workspace with private recordings, which a public demo would expose."""


def add_demo(services: Services, workspace: Path) -> Ticket | None:
    """Add the demo's reviewed transcript and start its transcription in a new workspace.

    The machine's transcript is the newer one and therefore becomes the preferred one.

    Returns:
        The run's ticket; None if the workspace has or had the demo.

    Raises:
        StorageError: if it cannot be stored.
    """
    marker = workspace / _MARKER
    if marker.exists():
        return None
    services.library.add_reviewed(
        DEMO_AUDIO, title=DEMO_TITLE, transcript=REVIEWED_DEMO, reviewer=REVIEWER
    )
    options = PipelineOptions(asr=services.models.asr_options(None, ""))
    ticket = services.transcription.start(DEMO_AUDIO, title=DEMO_TITLE, options=options)
    marker.touch()
    return ticket


def check_workspace_of_visitors(services: Services) -> None:
    """Raise an error if a public demo would expose other recordings.

    Raises:
        PrivateRecordingsError: if other recordings have no owner: all visitors would see them.
    """
    demos = {sha256_of(DEMO_AUDIO), *_FORMER_DEMOS}
    private = [
        each.recording
        for each in services.recordings.list()
        if each.recording.owner is None and each.recording.audio_sha256 not in demos
    ]
    if private:
        raise PrivateRecordingsError(
            f"The workspace holds {len(private)} private recordings, which every visitor of a "
            "public demo would see. Choose another folder with --workspace, or omit "
            "--demo-mode (SPEAKER_STUDIO_DEMO=0)."
        )
