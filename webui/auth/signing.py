"""Signing and verification of cookie values."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

import itsdangerous

from pipeline.core.atomic_write import replacing
from storage.db.errors import StorageError

KEY_FILE = "session-key"
KEY_BYTES = 32
_OWNER_ONLY = 0o600


class Signer:
    """Signer and verifier of short texts by HMAC-SHA-256."""

    def __init__(self, key: bytes, purpose: str) -> None:
        """Derive a key for one purpose; signatures for other purposes are invalid.

        Args:
            key: `KEY_BYTES` secret bytes.
            purpose: name of the texts' purpose.
        """
        self._signer = itsdangerous.Signer(
            key, salt=purpose, key_derivation="hmac", digest_method=hashlib.sha256
        )

    def sign(self, text: str) -> str:
        """Return a text with its signature, which consists of characters allowed in cookies."""
        return self._signer.sign(text).decode()

    def read(self, signed: str) -> str | None:
        """Return the text given to `sign`; None if the signature is not by this key."""
        try:
            text = self._signer.unsign(signed).decode()
        except (itsdangerous.BadSignature, UnicodeDecodeError):
            return None
        # Base 64 has several spellings of the last byte, of which `sign` writes one.
        return text if self.sign(text) == signed else None


def session_key(workspace: Path) -> bytes:
    """Return the workspace's secret key, created at the first call.

    The key can forge any session: it is stored beside the database, readable by its owner only.

    Raises:
        StorageError: if it cannot be read or written, or is damaged.
    """
    path = workspace / KEY_FILE
    try:
        if not path.exists():
            _write_new_key(path)
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except OSError as error:
        raise StorageError(
            f"The file '{path}' cannot be read or written: {error.strerror}. Check the disk."
        ) from error
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StorageError(
            f"The file '{path}' is damaged. Delete it and restart; everyone must log in again."
        )
    return key


def _write_new_key(path: Path) -> None:
    with replacing(path) as partial:
        partial.unlink(missing_ok=True)
        partial.touch(_OWNER_ONLY)
        partial.write_text(secrets.token_hex(KEY_BYTES), encoding="ascii")
