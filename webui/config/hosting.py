"""Detection of hosting platforms from environment variables."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

DEMO_VARIABLE = "SPEAKER_STUDIO_DEMO"
LOG_FORMAT_VARIABLE = "SPEAKER_STUDIO_LOG_FORMAT"
METRICS_VARIABLE = "SPEAKER_STUDIO_METRICS"
MCP_VARIABLE = "SPEAKER_STUDIO_MCP"
PROXY_VARIABLE = "SPEAKER_STUDIO_BEHIND_PROXY"
TEMPORARY_FILES = "GRADIO_TEMP_DIR"
HOURS_VARIABLE = "SPEAKER_STUDIO_DEMO_HOURS"
_ALL_ADDRESSES = "0.0.0.0"
_STUDIO_NAMES = (".ms.show", ".modelscope.cn", ".modelscope.ai")
_STUDIO_EMBEDDERS = tuple(
    f"https://{each}"
    for each in ("modelscope.cn", "*.modelscope.cn", "modelscope.ai", "*.modelscope.ai")
)
_NO = ("", "0", "false", "no", "off")


def is_public_host(environment: Mapping[str, str]) -> bool:
    """Return whether the app runs in a Hugging Face Space or a ModelScope Studio.

    Spaces set SYSTEM, which Gradio reads too; ModelScope sets MODELSCOPE_ENVIRONMENT.
    """
    return (
        environment.get("SYSTEM") == "spaces"
        or environment.get("MODELSCOPE_ENVIRONMENT") == "studio"
    )


def wants_demo_mode(environment: Mapping[str, str]) -> bool:
    """Return whether --demo-mode is on by default."""
    if environment.get(DEMO_VARIABLE, "").strip():
        return _says_yes(environment, DEMO_VARIABLE)
    return is_public_host(environment)


def wants_mcp(environment: Mapping[str, str]) -> bool:
    """Return whether --mcp is on by default."""
    return _says_yes(environment, MCP_VARIABLE)


def wants_metrics(environment: Mapping[str, str]) -> bool | None:
    """Return whether --metrics is on; None if the environment does not define it."""
    if not environment.get(METRICS_VARIABLE, "").strip():
        return None
    return _says_yes(environment, METRICS_VARIABLE)


def is_behind_proxy(environment: Mapping[str, str]) -> bool:
    """Return whether --behind-proxy is on by default.

    Spaces and Studios are reached only through the proxies of their host.
    """
    if environment.get(PROXY_VARIABLE, "").strip():
        return _says_yes(environment, PROXY_VARIABLE)
    return is_public_host(environment)


def hosting_names(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the host names of the Hugging Face Space or ModelScope Studio that runs the app.

    A Space's variable holds its name; a Studio's name is a subdomain of ModelScope's.
    """
    if environment.get("SYSTEM") == "spaces":
        return (environment.get("SPACE_HOST", "").strip().lower() or ".hf.space",)
    return _STUDIO_NAMES if is_public_host(environment) else ()


def hosting_embedders(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the sites that frame the page of a Hugging Face Space or ModelScope Studio."""
    if environment.get("SYSTEM") == "spaces":
        return ("https://huggingface.co", "https://*.huggingface.co", "https://hf.co")
    return _STUDIO_EMBEDDERS if is_public_host(environment) else ()


def default_host(environment: Mapping[str, str]) -> str | None:
    """Return the default address to listen on; None if Gradio is to choose it."""
    if environment.get("GRADIO_SERVER_NAME") or not is_public_host(environment):
        return None
    return _ALL_ADDRESSES


def uploads_folder(workspace: Path, environment: Mapping[str, str]) -> Path | None:
    """Return the folder for uploads; None for the default one in the workspace.

    Several programs share the folder in Gradio's variable, so each workspace gets a subfolder.
    """
    shared = environment.get(TEMPORARY_FILES)
    if not shared:
        return None
    digest = hashlib.sha256(str(workspace.resolve()).encode(errors="surrogatepass")).hexdigest()
    return Path(shared) / f"speaker-studio-{digest[:16]}"


def _says_yes(environment: Mapping[str, str], variable: str) -> bool:
    return environment.get(variable, "").strip().lower() not in _NO
