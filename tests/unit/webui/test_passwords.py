import base64

import pytest

from pipeline.errors import OptionError
from webui.passwords import hash_password, read_accounts
from webui.signing import Signer, session_key


def test_a_file_lets_in_whom_it_names(tmp_path):
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


def test_equal_passwords_do_not_look_equal():
    assert str(hash_password("x")) != str(hash_password("x"))


SALT, DIGEST = base64.b64encode(b"s" * 16).decode(), base64.b64encode(b"d" * 32).decode()


@pytest.mark.parametrize(
    "line",
    [
        "ann",
        "ann:secret",
        ":" + str(hash_password("x")),
        f"ann:scrypt$1048576$8$5${SALT}${DIGEST}",
        f"ann:scrypt$1000$8$5${SALT}${DIGEST}",
        f"ann:scrypt$16384$8$5${SALT}$eA==",
        f"ann:scrypt$16384$8$5$!${DIGEST}",
        f"ann:md5$16384$8$5${SALT}${DIGEST}",
        f"ann:scrypt$16384$8$5${SALT}${DIGEST}\nann:scrypt$16384$8$5${SALT}${DIGEST}",
        "# nobody",
    ],
)
def test_a_file_that_cannot_be_relied_on_is_refused_with_the_line(tmp_path, line):
    file = tmp_path / "people.txt"
    file.write_text(line, encoding="utf-8")

    with pytest.raises(OptionError, match=r"people\.txt"):
        read_accounts(file)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(OptionError, match=r"gone\.txt"):
        read_accounts(tmp_path / "gone.txt")


def test_the_key_stays_and_seals_fit_their_purpose_alone(tmp_path):
    key = session_key(tmp_path)
    sealed = Signer(key, "session").sign("ann")

    assert Signer(session_key(tmp_path), "session").read(sealed) == "ann"
    assert Signer(key, "visitor").read(sealed) is None
    assert Signer(b"another key" * 3, "session").read(sealed) is None
