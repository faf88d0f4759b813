"""Access tokens for logins of programs, stored as hashes in a file."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from starlette.datastructures import Headers

from pipeline.core.atomic_write import replacing
from storage.db.errors import NotFoundError, StorageError
from webui.config.accounts import Accounts

TOKENS_FILE = "access-tokens.json"
PREFIX = "sst_"  # shows readers and secret scanners what it is
MAX_TOKENS = 50  # of one person
MAX_NAME_CHARACTERS = 80
USE_STEP_S = 60  # the time of the last use is written once in this time
_SECRET_BYTES = 32
_ID_BYTES = 8
_OWNER_ONLY = 0o600
_SCHEME = "bearer "

logger = logging.getLogger(__name__)


class TokenRefusedError(ValueError):
    """Error for a token that cannot be created, because of its name or the number of tokens.

    Attributes:
        key: text key of the message.
    """

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token of a person, without its secret.

    Attributes:
        token_id: names the token in requests to revoke it.
        person: user name.
        name: name given by the person.
        digest: SHA-256 of the secret, which is random and needs no slow hash.
        mark: mark of the person's account; a new password makes the token invalid.
        made_at: Unix time.
        used_at: Unix time of the last use, to the minute; None if never used.
    """

    token_id: str
    person: str
    name: str
    digest: str
    mark: str
    made_at: int
    used_at: int | None = None


class AccessTokens:
    """File with the access tokens of all people."""

    def __init__(
        self, workspace: Path, accounts: Accounts, clock: Callable[[], float] = time.time
    ) -> None:
        """Read the file of tokens, if it exists.

        Raises:
            StorageError: if it cannot be read, or is damaged.
        """
        self._path = workspace / TOKENS_FILE
        self._accounts = accounts
        self._clock = clock
        self._lock = Lock()
        self._by_digest = {each.digest: each for each in _read(self._path)}

    def create(self, person: str, name: str) -> tuple[AccessToken, str]:
        """Create a token for a person; return it with its secret, which is not stored.

        Raises:
            TokenRefusedError: if the name is blank or too long, or there are too many tokens.
            StorageError: if it cannot be stored.
        """
        name = " ".join(name.split())
        if not name or len(name) > MAX_NAME_CHARACTERS:
            raise TokenRefusedError(
                "tokens.bad_name",
                f"Give the token a name of 1 to {MAX_NAME_CHARACTERS} characters.",
            )
        secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        token = AccessToken(
            secrets.token_hex(_ID_BYTES),
            person,
            name,
            _digest(secret),
            self._accounts.mark(person) or "",
            int(self._clock()),
        )
        with self._lock:
            if len(self.list(person)) >= MAX_TOKENS:
                raise TokenRefusedError(
                    "tokens.too_many", f"You have {MAX_TOKENS} tokens. Revoke one that is not used."
                )
            self._write({**self._by_digest, token.digest: token})
        return token, secret

    def list(self, person: str) -> tuple[AccessToken, ...]:
        """Return the valid tokens of a person, the newest first."""
        own = [each for each in self._by_digest.values() if each.person == person]
        return tuple(sorted(filter(self._is_valid, own), key=lambda each: -each.made_at))

    def revoke(self, person: str, token_id: str) -> None:
        """Make a token of a person invalid at once.

        Raises:
            NotFoundError: if the person has no such token.
            StorageError: if that cannot be stored.
        """
        with self._lock:
            kept = {
                digest: each
                for digest, each in self._by_digest.items()
                if (each.person, each.token_id) != (person, token_id)
            }
            if len(kept) == len(self._by_digest):
                raise NotFoundError("There is no such token.")
            self._write(kept)

    def use(self, secret: str) -> str | None:
        """Return the user name for a token's secret and record its use; None if it is invalid."""
        token = self._by_digest.get(_digest(secret))
        if token is None or not self._is_valid(token):
            return None
        self._note_use(token.digest)
        return token.person

    def is_valid(self, secret: str) -> bool:
        """Return whether a token with this secret exists and its person's password is the same."""
        token = self._by_digest.get(_digest(secret))
        return token is not None and self._is_valid(token)

    def _note_use(self, digest: str) -> None:
        now = int(self._clock())
        with self._lock:
            token = self._by_digest.get(digest)
            if token is None or now - (token.used_at or 0) < USE_STEP_S:
                return
            try:
                self._write({**self._by_digest, digest: replace(token, used_at=now)})
            except StorageError:
                logger.warning("the use of a token cannot be noted", exc_info=True)

    def _is_valid(self, token: AccessToken) -> bool:
        return token.mark == self._accounts.mark(token.person)

    def _write(self, tokens: Mapping[str, AccessToken]) -> None:
        content = json.dumps([asdict(each) for each in tokens.values()], ensure_ascii=False)
        try:
            with replacing(self._path) as partial:
                partial.unlink(missing_ok=True)
                partial.touch(_OWNER_ONLY)
                partial.write_text(content, encoding="utf-8")
        except OSError as error:
            raise StorageError(f"The access tokens cannot be stored: {error.strerror}.") from error
        self._by_digest = dict(tokens)


def bearer_token_of(scope: Mapping[str, Any]) -> str | None:
    """Return the token in a request's Authorization header; None if it has none."""
    value = Headers(raw=list(scope.get("headers", ()))).get("authorization", "")
    has_token = value.lower().startswith(_SCHEME)
    return value[len(_SCHEME) :].strip() if has_token else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def _read(path: Path) -> tuple[AccessToken, ...]:
    try:
        return tuple(AccessToken(**each) for each in json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise StorageError(f"The file '{path}' cannot be read: {error.strerror}.") from error
    except (ValueError, TypeError) as error:
        raise StorageError(
            f"The file '{path}' is damaged. Delete it and restart; all tokens must be made again."
        ) from error
