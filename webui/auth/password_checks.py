"""Password checks, done one after the other in a dedicated thread."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from webui.config.accounts import Accounts

MAX_WAITING = 16  # of about a fifth of a second each


class TooManyLoginsError(Exception):
    """Error when the queue of password checks is full."""

    wait_s = 5  # seconds until a retry makes sense


class PasswordChecks:
    """Queue of password checks with a dedicated thread.

    A check takes 16 MiB and occupies a processor; in the shared thread pool, many at once would
    block every other request.
    """

    def __init__(self, accounts: Accounts, *, max_waiting: int = MAX_WAITING) -> None:
        self._accounts = accounts
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords")
        self._places = BoundedSemaphore(max_waiting)

    async def is_password(self, name: str, password: str) -> bool:
        """Return whether the password is correct for this user name.

        Raises:
            TooManyLoginsError: if the queue is full; nothing was checked then.
        """
        if not self._places.acquire(blocking=False):
            raise TooManyLoginsError
        try:
            check = self._thread.submit(self._accounts.is_password, name, password)
        except BaseException:
            self._places.release()
            raise
        check.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(check)
