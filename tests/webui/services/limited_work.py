"""Work functions for tests of limited processes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

from storage.db.errors import EditRefusedError


def work(what: str, lift_limit: Callable[[], None]) -> object:
    """Run one of several kinds of work."""
    if what == "wait":
        time.sleep(60)
    if what == "wait past the limit":
        lift_limit()
        time.sleep(1.5)
    if what == "fill memory":
        return len(bytes(2 << 30))
    if what == "die":
        os._exit(3)
    if what == "refuse":
        raise EditRefusedError("No.", reason="why", count="7")
    return os.getpid(), "pandas" in filter(sys.modules.get, sys.modules)
