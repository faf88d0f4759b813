"""Settings of the app, fixed when it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.engines.choice import EngineChoice
from pipeline.models.locations import ModelLocations
from webui.config.accounts import Accounts
from webui.config.limits import Limits
from webui.config.protection_flags import ProtectionSettings

DEFAULT_KEEP_HOURS = 24.0


@dataclass(frozen=True, slots=True)
class VisitorSettings:
    """Settings for visitors without a login.

    Attributes:
        are_apart: whether each browser sees only its own recordings, as in a public demo.
        keep_hours: hours after which a visitor's recordings are deleted.
        is_embedded: whether another site frames the page, over HTTPS.
    """

    are_apart: bool = False
    keep_hours: float = DEFAULT_KEEP_HOURS
    is_embedded: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the app from flags and environment variables.

    Attributes:
        host: address to listen on; None for Gradio's default (GRADIO_SERVER_NAME, else this
            machine only).
        port: TCP port.
        workspace: folder of the database and of the stored audio.
        models: folders and download source of the models.
        recognizer: name of the recogniser, or "auto".
        num_threads: threads per ONNX graph, 0 for one per core.
        demo: whether a new workspace gets the demo conversation.
        wait_for_demo: whether the page waits until the demo is transcribed.
        visitors: settings of anonymous visitors.
        accounts: people who may log in; None without login.
        limits: limits of uploads and transcriptions.
        protection: allowed host names and other sites.
        behind_proxy: whether every request comes through a reverse proxy, whose X-Forwarded
            headers contain the client's address.
        serves_metrics: whether /metrics serves totals of the workspace without login.
        serves_mcp: whether the endpoints for programs are also MCP tools.
        log_format: "text", or "json" for one JSON object on each line of the log.
        kernel_cache: numba's cache folder, filled after the start; None to skip that.
        engine: where recordings are transcribed.
    """

    host: str | None
    port: int
    workspace: Path
    models: ModelLocations
    recognizer: str
    num_threads: int
    demo: bool
    wait_for_demo: bool
    visitors: VisitorSettings = VisitorSettings()
    accounts: Accounts | None = None
    limits: Limits = field(default_factory=Limits)
    protection: ProtectionSettings = field(default_factory=ProtectionSettings)
    behind_proxy: bool = False
    serves_metrics: bool = False
    serves_mcp: bool = False
    log_format: str = "text"
    kernel_cache: Path | None = None
    engine: EngineChoice = field(default_factory=EngineChoice)
