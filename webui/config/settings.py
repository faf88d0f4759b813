"""What may be chosen when the app starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.models.locations import ModelLocations
from webui.config.accounts import Accounts
from webui.config.limits import Limits
from webui.config.protection_settings import ProtectionSettings

DEFAULT_KEEP_HOURS = 24.0


@dataclass(frozen=True, slots=True)
class VisitorSettings:
    """How the app treats people that it does not know.

    Attributes:
        are_apart: whether each browser sees recordings of its own alone: a public demo.
        keep_hours: after which a visitor's recordings are deleted.
        is_embedded: whether the page is shown inside another site's, over HTTPS.
    """

    are_apart: bool = False
    keep_hours: float = DEFAULT_KEEP_HOURS
    is_embedded: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may be chosen when the app starts.

    Attributes:
        host: address to listen on; None leaves it to Gradio (this machine alone, or what its
            own GRADIO_SERVER_NAME says).
        port: TCP port.
        workspace: folder of the database and of the stored audio.
        models: where they are, and whence they come.
        recognizer: what hears the recordings: a name, or "auto".
        num_threads: threads inside one graph, 0 for one per core.
        demo: put the demo conversation into a new workspace.
        wait_for_demo: show the page only once the demo is transcribed.
        visitors: whether each has recordings of their own.
        accounts: who may log in; None where nobody needs to.
        limits: how much is taken in.
        protection: names and other sites that are let in.
        behind_proxy: whether every request comes through a reverse proxy, whose X-Forwarded
            headers name the client.
        serves_mcp: whether the endpoints for programs are MCP tools too.
        kernel_cache: numba's cache folder, filled after the start; None where that is not wanted.
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
    serves_mcp: bool = False
    kernel_cache: Path | None = None
