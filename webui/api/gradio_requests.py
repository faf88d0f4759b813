"""Access to the ASGI request that started a Gradio event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr


def event_scope(request: gr.Request) -> Mapping[str, Any]:
    """Return the ASGI scope of the request that started an event.

    Raises:
        LookupError: if Gradio does not provide it; the visitor is then unknown.
    """
    if request.request is None:
        raise LookupError("The event came without its request.")
    scope: Mapping[str, Any] = request.request.scope
    return scope
