"""Access tokens: made, used, listed and revoked; only their hashes are stored."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from storage.db.errors import NotFoundError, StorageError
from tests.webui.login_clients import HASHES, client_of, log_in, quick_hash
from webui.auth.access_tokens import (
    MAX_TOKENS,
    TOKENS_FILE,
    USE_STEP_S,
    AccessTokens,
    TokenRefusedError,
)
from webui.config.accounts import Accounts


def tokens_in(folder: Path, hashes=HASHES, now=lambda: 1_000) -> AccessTokens:
    return AccessTokens(folder, Accounts(hashes), now)


def test_a_token_is_of_its_person_over_a_restart_and_its_secret_is_not_stored(tmp_path) -> None:
    token, secret = tokens_in(tmp_path).create("ann", " my  script ")

    again = tokens_in(tmp_path)

    assert token.name == "my script"
    assert again.use(secret) == "ann"
    assert again.use(f"{secret}x") is None
    stored = (tmp_path / TOKENS_FILE).read_text()
    assert secret not in stored
    assert secret.removeprefix("sst_") not in stored
    assert stat.S_IMODE((tmp_path / TOKENS_FILE).stat().st_mode) == 0o600


def test_a_revoked_token_is_invalid_at_once_and_after_a_restart(tmp_path) -> None:
    tokens = tokens_in(tmp_path)
    token, secret = tokens.create("ann", "a")

    tokens.revoke("ann", token.token_id)

    assert tokens.use(secret) is None
    assert tokens_in(tmp_path).use(secret) is None
    assert tokens.list("ann") == ()


def test_nobody_lists_or_revokes_the_tokens_of_others(tmp_path) -> None:
    tokens = tokens_in(tmp_path)
    token, secret = tokens.create("ann", "a")

    with pytest.raises(NotFoundError):
        tokens.revoke("李雷", token.token_id)

    assert tokens.list("李雷") == ()
    assert tokens.use(secret) == "ann"


@pytest.mark.parametrize("hashes", [{"李雷": HASHES["李雷"]}, {**HASHES, "ann": quick_hash("new")}])
def test_a_removed_person_or_a_new_password_ends_the_tokens(tmp_path, hashes) -> None:
    _, secret = tokens_in(tmp_path).create("ann", "a")

    later = tokens_in(tmp_path, hashes)

    assert later.use(secret) is None
    assert later.list("ann") == ()


def test_the_last_use_is_stored_at_most_once_a_minute(tmp_path) -> None:
    times = iter([1_000, 2_000, 2_000 + USE_STEP_S - 1, 2_000 + USE_STEP_S])
    tokens = tokens_in(tmp_path, now=lambda: next(times))
    _, secret = tokens.create("ann", "a")
    seen = []
    for _ in range(3):
        tokens.use(secret)
        seen.append(json.loads((tmp_path / TOKENS_FILE).read_text())[0]["used_at"])

    assert seen == [2_000, 2_000, 2_000 + USE_STEP_S]


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_token_needs_a_short_name(tmp_path, name) -> None:
    with pytest.raises(TokenRefusedError):
        tokens_in(tmp_path).create("ann", name)


def test_a_person_has_a_limited_number_of_tokens(tmp_path) -> None:
    tokens = tokens_in(tmp_path)
    for number in range(MAX_TOKENS):
        tokens.create("ann", str(number))

    with pytest.raises(TokenRefusedError):
        tokens.create("ann", "one more")
    tokens.create("李雷", "his first")


@pytest.mark.parametrize("content", ["{", "[1]", '[{"unknown": 1}]'])
def test_a_damaged_file_is_reported_by_its_name(tmp_path, content) -> None:
    (tmp_path / TOKENS_FILE).write_text(content)

    with pytest.raises(StorageError, match=TOKENS_FILE):
        tokens_in(tmp_path)


def test_a_program_with_a_token_is_the_person_but_manages_no_tokens(services, tmp_path) -> None:
    page = client_of(services, tmp_path)
    log_in(page)
    made = page.post("/studio/tokens", json={"name": "script"}).json()
    program = client_of(services, tmp_path)
    program.headers["authorization"] = f"Bearer {made['secret']}"

    assert program.get("/studio/visit").json()["name"] == "ann"
    assert program.get("/gradio_api/info").text == "gradio"
    assert program.get("/studio/tokens").status_code == 401
    assert program.post("/studio/tokens", json={"name": "x"}).status_code == 401


def test_an_unknown_token_or_another_scheme_is_refused(services, tmp_path) -> None:
    client = client_of(services, tmp_path)

    for value in ("Bearer sst_wrong", "Bearer", "Basic YW5uOnJpZ2h0", "Bearer \xff"):
        answer = client.get("/studio/visit", headers={"authorization": value.encode("latin-1")})
        assert answer.status_code == 401


def test_the_page_lists_its_persons_tokens_without_secrets_and_revokes_them(
    services, tmp_path
) -> None:
    page = client_of(services, tmp_path)
    log_in(page)
    made = page.post("/studio/tokens", json={"name": "script"}).json()

    (listed,) = page.get("/studio/tokens").json()["tokens"]
    unknown = page.request("DELETE", "/studio/tokens/0000", json={})
    revoked = page.request("DELETE", f"/studio/tokens/{made['id']}", json={})

    assert listed == {key: value for key, value in made.items() if key != "secret"}
    assert (listed["name"], listed["used_at"]) == ("script", None)
    assert (unknown.status_code, revoked.status_code) == (404, 200)
    assert page.get("/studio/tokens").json() == {"tokens": []}


def test_a_token_without_a_name_is_refused_with_the_key_of_a_text(services, tmp_path) -> None:
    page = client_of(services, tmp_path)
    log_in(page)

    answer = page.post("/studio/tokens", json={"name": " "})

    assert (answer.status_code, answer.json()["key"]) == (422, "tokens.bad_name")
