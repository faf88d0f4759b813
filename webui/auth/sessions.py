"""Signed cookies of login sessions and of known browsers."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass

from webui.auth.ended_sessions import EndedSessions
from webui.auth.signing import Signer
from webui.config.accounts import Accounts

SESSION_S = 14 * 24 * 3_600
DEVICE_S = 365 * 24 * 3_600
_ID_BYTES = 16
_SEALED = re.compile(r"([0-9a-f]*)-([0-9]+)-([0-9a-f]+)-([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Session:
    """Login session of a user in one browser.

    Attributes:
        name: user name.
        session_id: unique among the person's sessions.
        ends: expiry as Unix time.
    """

    name: str
    session_id: str
    ends: int


class Sessions:
    """Issuer and verifier of signed login sessions, which a new password makes invalid."""

    def __init__(self, accounts: Accounts, key: bytes, ended: EndedSessions) -> None:
        self._accounts = accounts
        self._ended = ended
        self._signer = Signer(key, "session")
        self._device_signer = Signer(key, "device")

    def issue(self, name: str) -> str:
        """Return the signed cookie value of a new login session."""
        return self._sealed(self._signer, name, SESSION_S)

    def issue_device(self, name: str) -> str:
        """Return a signed id for a browser in which a person has logged in; it grants no access."""
        return self._sealed(self._device_signer, name, DEVICE_S)

    def read(self, sealed: str | None) -> Session | None:
        """Return the session; None if forged, expired or ended, or if the password has changed."""
        session = self._read(self._signer, sealed)
        return None if session is None or session.session_id in self._ended else session

    def device(self, sealed: str | None, name: str) -> str | None:
        """Return the id of a browser in which this person has logged in before, else None."""
        device = self._read(self._device_signer, sealed)
        return None if device is None or device.name != name else device.session_id

    def end(self, sealed: str | None) -> None:
        """Make a session invalid in every browser; do nothing if the text is no valid session."""
        session = self.read(sealed)
        if session is not None:
            self._ended.add(session.session_id, session.ends)

    def _sealed(self, signer: Signer, name: str, lasts_s: int) -> str:
        ends = int(time.time()) + lasts_s
        mark = self._accounts.mark(name)
        return signer.sign(f"{name.encode().hex()}-{ends}-{mark}-{secrets.token_hex(_ID_BYTES)}")

    def _read(self, signer: Signer, sealed: str | None) -> Session | None:
        parts = _SEALED.fullmatch(signer.read(sealed or "") or "")
        if parts is None:  # forged, or of a version without ids
            return None
        name_hex, ends, mark, session_id = parts.groups()
        name = bytes.fromhex(name_hex).decode()
        is_over = time.time() >= int(ends) or mark != self._accounts.mark(name)
        return None if is_over else Session(name, session_id, int(ends))
