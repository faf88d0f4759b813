"""Memory limit of the state that Gradio stores for each session."""

from __future__ import annotations

from typing import Any  # values of components are JSON

import gradio as gr
from gradio.routes import App
from gradio.state_holder import SessionState, StateHolder

MAX_SESSIONS = 1_000  # of about 40 KB each


class _SessionWithoutValues(SessionState):
    """Gradio session state that does not store the inputs and outputs of calls.

    Gradio keeps them for deep links, which are closed here, and never removes a session before
    there are 10,000: large values in many sessions would fill the memory.
    """

    def _update_value_in_config(self, key: int, value: Any) -> None:
        """Do nothing, so that the value is not stored."""


class SessionStates(StateHolder):
    """Cache of the states of the most recently used sessions."""

    def __getitem__(self, session_id: str) -> SessionState:
        """Return the state of a session, created at its first use."""
        if session_id not in self.session_data:
            self.session_data[session_id] = _SessionWithoutValues(self.blocks)
        return super().__getitem__(session_id)


def limit_session_states(app: App, page: gr.Blocks) -> None:
    """Limit the number and size of the session states that a mounted Gradio app stores."""
    page.state_session_capacity = MAX_SESSIONS
    states = SessionStates()  # type: ignore[no-untyped-call]  # Gradio has no type for it
    states.set_blocks(page)
    app.state_holder = states
