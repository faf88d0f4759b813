"""Limits of concurrent API calls that wait for transcripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from webui.services.access import Visitor

MAX_CALLS = 30  # Gradio runs 40 at a time; the others are left to the page and to short calls
MAX_CALLS_OF_ADDRESS = 6  # of a public demo's visitors: as many as their unfinished transcriptions


class TooManyCallsError(Exception):
    """Error for a waiting call beyond a limit."""

    def __init__(self) -> None:
        super().__init__("Too many calls wait for transcripts. Try again in a minute.")


class WaitingCalls:
    """Counter of waiting calls in one event loop, per address in a public demo."""

    def __init__(self) -> None:
        self._of_address: Counter[str | None] = Counter()

    @contextmanager
    def counted(self, visitor: Visitor) -> Iterator[None]:
        """Count a call until the end of the block.

        Raises:
            TooManyCallsError: if a limit is reached.
        """
        address = visitor.quota_key  # neither outside of a public demo
        is_over = address is not None and self._of_address[address] >= MAX_CALLS_OF_ADDRESS
        if is_over or self._of_address.total() >= MAX_CALLS:
            raise TooManyCallsError
        self._of_address[address] += 1
        try:
            yield
        finally:
            self._of_address[address] -= 1
            if not self._of_address[address]:
                del self._of_address[address]
