"""What Gradio's own handlers know of the request that they answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr


def event_scope(request: gr.Request) -> Mapping[str, Any]:
    """The ASGI scope of the request that started an event.

    Raises:
        LookupError: if Gradio does not hand it on; then nobody may take the visitor for anybody.
    """
    if request.request is None:
        raise LookupError("The event came without its request.")
    scope: Mapping[str, Any] = request.request.scope
    return scope
