"""Where the app runs, from what the host says of itself in the environment."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

DEMO_VARIABLE = "SPEAKER_STUDIO_DEMO"
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
    """Whether this is a Hugging Face Space or a ModelScope Studio.

    Spaces say so in SYSTEM, as Gradio reads it too; ModelScope in MODELSCOPE_ENVIRONMENT.
    """
    return (
        environment.get("SYSTEM") == "spaces"
        or environment.get("MODELSCOPE_ENVIRONMENT") == "studio"
    )


def wants_demo_mode(environment: Mapping[str, str]) -> bool:
    """Whether visitors are to be kept apart, as long as no flag says otherwise."""
    if environment.get(DEMO_VARIABLE, "").strip():
        return _says_yes(environment, DEMO_VARIABLE)
    return is_public_host(environment)


def wants_mcp(environment: Mapping[str, str]) -> bool:
    """Whether MCP is to be served, as long as no flag says otherwise."""
    return _says_yes(environment, MCP_VARIABLE)


def is_behind_proxy(environment: Mapping[str, str]) -> bool:
    """Return whether forwarded headers are trusted, as long as no flag says otherwise.

    Spaces and Studios are reached through the proxies of their host alone.
    """
    if environment.get(PROXY_VARIABLE, "").strip():
        return _says_yes(environment, PROXY_VARIABLE)
    return is_public_host(environment)


def hosting_names(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the host names under which a Space or a Studio is reached.

    A Space is given its own name; a Studio's is one below ModelScope's.
    """
    if environment.get("SYSTEM") == "spaces":
        return (environment.get("SPACE_HOST", "").strip().lower() or ".hf.space",)
    return _STUDIO_NAMES if is_public_host(environment) else ()


def hosting_embedders(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the sites that show a Space or a Studio in a frame of their own page."""
    if environment.get("SYSTEM") == "spaces":
        return ("https://huggingface.co", "https://*.huggingface.co", "https://hf.co")
    return _STUDIO_EMBEDDERS if is_public_host(environment) else ()


def default_host(environment: Mapping[str, str]) -> str | None:
    """The address to listen on where nobody names one; None leaves it to Gradio."""
    if environment.get("GRADIO_SERVER_NAME") or not is_public_host(environment):
        return None
    return _ALL_ADDRESSES


def uploads_folder(workspace: Path, environment: Mapping[str, str]) -> Path | None:
    """Return the folder for uploads; None where it lies in the workspace, which is the default.

    Gradio's variable names a folder of several programs, so each workspace has one in it.
    """
    shared = environment.get(TEMPORARY_FILES)
    if not shared:
        return None
    digest = hashlib.sha256(str(workspace.resolve()).encode(errors="surrogatepass")).hexdigest()
    return Path(shared) / f"speaker-studio-{digest[:16]}"


def _says_yes(environment: Mapping[str, str], variable: str) -> bool:
    return environment.get(variable, "").strip().lower() not in _NO
