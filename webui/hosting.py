"""Where the app runs, from what the host says of itself in the environment."""

from __future__ import annotations

from collections.abc import Mapping

DEMO_VARIABLE = "SPEAKER_STUDIO_DEMO"
HOURS_VARIABLE = "SPEAKER_STUDIO_DEMO_HOURS"
_ALL_ADDRESSES = "0.0.0.0"


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
    said = environment.get(DEMO_VARIABLE, "").strip().lower()
    if said:
        return said not in ("0", "false", "no", "off")
    return is_public_host(environment)


def default_host(environment: Mapping[str, str]) -> str | None:
    """The address to listen on where nobody names one; None leaves it to Gradio."""
    if environment.get("GRADIO_SERVER_NAME") or not is_public_host(environment):
        return None
    return _ALL_ADDRESSES
