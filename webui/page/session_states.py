"""What Gradio keeps in memory for each session of a browser or program."""

from __future__ import annotations

from typing import Any  # values of components are JSON

import gradio as gr
from gradio.routes import App
from gradio.state_holder import SessionState, StateHolder

MAX_SESSIONS = 1_000  # of about 40 KB each


class _SessionWithoutValues(SessionState):
    """A session's state that does not keep the values that calls bring and return.

    Gradio keeps them for deep links, which are closed here, and never removes a session before
    there are 10,000: whoever sends large values in many sessions would fill the memory.
    """

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Keep nothing."""


class SessionStates(StateHolder):
    """The states of the sessions that were used last."""

    def __getitem__(self, session_id: str) -> SessionState:
        """Return the state of a session, made at its first use."""
        if session_id not in self.session_data:
            self.session_data[session_id] = _SessionWithoutValues(self.blocks)
        return super().__getitem__(session_id)


def limit_session_states(app: App, page: gr.Blocks) -> None:
    """Limit what a mounted app keeps for the sessions of its page."""
    page.state_session_capacity = MAX_SESSIONS
    states = SessionStates()  # type: ignore[no-untyped-call]  # Gradio has no type for it
    states.set_blocks(page)
    app.state_holder = states
