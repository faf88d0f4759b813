import base64
import stat
from itertools import product

import pytest

from pipeline.core.errors import OptionError
from storage.db.errors import StorageError
from webui.auth.signing import KEY_BYTES, KEY_FILE, Signer, session_key
from webui.config.accounts import Accounts, PasswordHash, hash_password, read_accounts


def test_people_in_the_accounts_file_can_log_in(tmp_path):
    file = tmp_path / "people.txt"
    lines = ["# the team", "", f"ann:{hash_password('one')}", f"王 芳:{hash_password('二')}"]
    file.write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")

    accounts = read_accounts(file)

    assert accounts.is_password("ann", "one")
    assert accounts.is_password("王 芳", "二")
    assert not accounts.is_password("ann", "二")
    assert not accounts.is_password("# the team", "")
    assert accounts.mark("ann") != accounts.mark("王 芳")
    assert accounts.mark("bo") is None


def test_equal_passwords_have_different_hashes():
    assert str(hash_password("x")) != str(hash_password("x"))


SALT, DIGEST = base64.b64encode(b"s" * 16).decode(), base64.b64encode(b"d" * 32).decode()


@pytest.mark.parametrize(
    "line",
    [
        "ann",
        "ann:secret",
        f":scrypt$16384$8$5${SALT}${DIGEST}",
        f"ann:scrypt$1048576$8$5${SALT}${DIGEST}",
        f"ann:scrypt$1000$8$5${SALT}${DIGEST}",
        f"ann:scrypt$16384$8$5${SALT}$eA==",
        f"ann:scrypt$16384$8$5$!${DIGEST}",
        f"ann:md5$16384$8$5${SALT}${DIGEST}",
        f"ann:scrypt$16384$8$5${SALT}${DIGEST}\nann:scrypt$16384$8$5${SALT}${DIGEST}",
        "# nobody",
    ],
)
def test_an_invalid_accounts_file_is_refused_with_the_line_number(tmp_path, line):
    file = tmp_path / "people.txt"
    file.write_text(line, encoding="utf-8")

    with pytest.raises(OptionError, match=r"people\.txt"):
        read_accounts(file)


def test_a_missing_accounts_file_is_reported(tmp_path):
    with pytest.raises(OptionError, match=r"gone\.txt"):
        read_accounts(tmp_path / "gone.txt")


def test_the_key_is_stable_and_signatures_are_bound_to_their_purpose(tmp_path):
    key = session_key(tmp_path)
    sealed = Signer(key, "session").sign("ann")

    assert Signer(session_key(tmp_path), "session").read(sealed) == "ann"
    assert Signer(key, "visitor").read(sealed) is None
    assert Signer(b"another key" * 3, "session").read(sealed) is None


def test_a_signed_text_altered_in_any_character_is_refused():
    signer = Signer(b"k" * KEY_BYTES, "session")
    sealed = signer.sign("ann")

    for place, letter in product(range(len(sealed)), "AQgwBRhx019.-_=é"):
        altered = sealed[:place] + letter + sealed[place + 1 :]
        assert signer.read(altered) == ("ann" if altered == sealed else None)
    for altered in ("", ".", "ann", sealed + "=", sealed + "A", sealed[:-1], f" {sealed}"):
        assert signer.read(altered) is None


def test_the_key_is_readable_by_its_owner_only(tmp_path):
    session_key(tmp_path)

    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("content", ["", "abc", "zz" * 32, "é" * 64, "00" * 31])
def test_a_damaged_key_file_is_named_with_a_remedy(tmp_path, content):
    (tmp_path / KEY_FILE).write_text(content, encoding="utf-8")

    with pytest.raises(StorageError, match=r"session-key' is damaged\. Delete it"):
        session_key(tmp_path)


def test_a_key_that_cannot_be_written_is_reported(tmp_path):
    with pytest.raises(StorageError, match="cannot be read or written"):
        session_key(tmp_path / "gone")


def test_an_unknown_name_takes_as_long_as_a_known_one(monkeypatch):
    costly = PasswordHash(2**15, 8, 1, b"s" * 16, b"d" * 32)
    accounts, costs = Accounts({"ann": costly, "bo": costly}), []
    monkeypatch.setattr(
        "webui.config.accounts.hashlib.scrypt",
        lambda password, **how: costs.append(how) or b"x" * 32,
    )

    for name in ("ann", "nobody", "李雷"):
        assert not accounts.is_password(name, "x")

    assert [each["n"] for each in costs] == [2**15] * 3
