"""Accounts file with the user names and password hashes of people who may log in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import OptionError

MAX_NAME_CHARACTERS = 80
MAX_PASSWORD_CHARACTERS = 1_000
_KIND = "scrypt"
# OWASP's password storage cheat sheet, the choice for 16 MiB a check.
_COST, _BLOCK, _PARALLEL = 2**14, 8, 5
_MAX_COST, _MAX_BLOCK, _MAX_PARALLEL = 2**17, 16, 16  # keeps a check's memory bounded
_SALT_BYTES, _HASH_BYTES = 16, 32
_MAX_MEMORY = 300 * 2**20


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """Salted hash of a password (scrypt, RFC 7914)."""

    cost: int
    block: int
    parallel: int
    salt: bytes
    digest: bytes

    def fits(self, password: str) -> bool:
        """Return whether a password has this hash, with a comparison in constant time."""
        tried = _digest(password, self.salt, self.cost, self.block, self.parallel)
        return hmac.compare_digest(tried, self.digest)

    def __str__(self) -> str:
        numbers = (str(each) for each in (self.cost, self.block, self.parallel))
        texts = (base64.b64encode(each).decode() for each in (self.salt, self.digest))
        return "$".join((_KIND, *numbers, *texts))


def hash_password(password: str) -> PasswordHash:
    """Return a password's hash with a new salt."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = _digest(password, salt, _COST, _BLOCK, _PARALLEL)
    return PasswordHash(_COST, _BLOCK, _PARALLEL, salt, digest)


class Accounts:
    """Password hashes of all people who may log in, by user name."""

    def __init__(self, hashes: Mapping[str, PasswordHash]) -> None:
        self._hashes = dict(hashes)
        self._known = list(self._hashes.values())
        self._choice_key = secrets.token_bytes(_SALT_BYTES)

    def is_password(self, name: str, password: str) -> bool:
        """Return whether the password is correct, in equal time for unknown user names.

        One check takes 16 MiB and a fifth of a second of a processor; see PasswordChecks.
        """
        if len(password) > MAX_PASSWORD_CHARACTERS:
            return False
        fits = (self._hashes.get(name) or self._stand_in(name)).fits(password)
        return fits and name in self._hashes

    def _stand_in(self, name: str) -> PasswordHash:
        """Return an existing account's hash for an unknown name, always the same for that name."""
        chosen = hmac.new(self._choice_key, name.encode(errors="surrogatepass"), hashlib.sha256)
        return self._known[int.from_bytes(chosen.digest()[:8], "big") % len(self._known)]

    def mark(self, name: str) -> str | None:
        """Return a short text that changes with the password; None for an unknown user name.

        A session with the mark ends when the password is changed or the person is removed.
        """
        known = self._hashes.get(name)
        return None if known is None else hashlib.sha256(known.digest).hexdigest()[:16]


def read_accounts(path: Path) -> Accounts:
    """Read a file of `name:hash` lines; skip blank lines and # comments.

    Raises:
        OptionError: if it cannot be read, a line is malformed, or a name occurs twice.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError(f"The file of people, '{path.name}', cannot be read: {error}.") from error
    hashes: dict[str, PasswordHash] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, _, text = line.strip().rpartition(":")
        if not is_name(name) or name in hashes:
            raise OptionError(f"Line {number} of '{path.name}': a name of its own, then a colon.")
        try:
            hashes[name] = _read_hash(text)
        except ValueError as error:
            raise OptionError(
                f"Line {number} of '{path.name}' holds no password hash; "
                "create the line with `python app.py --hash-password NAME`."
            ) from error
    if not hashes:
        raise OptionError(f"'{path.name}' has no accounts. Add a line with --hash-password.")
    return Accounts(hashes)


def is_name(text: str) -> bool:
    """Return whether a text is a valid user name."""
    is_long = len(text) > MAX_NAME_CHARACTERS
    return bool(text) and text == text.strip() and text.isprintable() and not is_long


def _read_hash(text: str) -> PasswordHash:
    kind, cost, block, parallel, salt, digest = text.split("$")
    numbers = (int(cost), int(block), int(parallel))
    if kind != _KIND or not _is_affordable(*numbers):
        raise ValueError(kind)
    read = PasswordHash(
        *numbers, base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True)
    )
    if len(read.digest) != _HASH_BYTES or len(read.salt) < _SALT_BYTES:
        raise ValueError(digest)
    return read


def _is_affordable(cost: int, block: int, parallel: int) -> bool:
    is_power = cost > 1 and cost & (cost - 1) == 0
    in_range = cost <= _MAX_COST and 0 < block <= _MAX_BLOCK and 0 < parallel <= _MAX_PARALLEL
    return is_power and in_range


def _digest(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(
        password.encode(errors="surrogatepass"),
        salt=salt,
        n=cost,
        r=block,
        p=parallel,
        maxmem=_MAX_MEMORY,
        dklen=_HASH_BYTES,
    )
