"""Tests of the start on hosting platforms."""

import subprocess
import sys

import pytest

from app import read_settings
from tests.dev_data import REPOSITORY
from tests.webui.conftest import transcribe
from webui.config.accounts import hash_password
from webui.config.hosting import default_host, is_public_host, wants_demo_mode
from webui.services.demo.demo_conversation import (
    DEMO_AUDIO,
    PrivateRecordingsError,
    check_workspace_of_visitors,
)

SPACE = {"SYSTEM": "spaces", "SPACE_ID": "ann/studio"}
STUDIO = {"MODELSCOPE_ENVIRONMENT": "studio"}
VARIABLES = (
    "SYSTEM",
    "MODELSCOPE_ENVIRONMENT",
    "GRADIO_SERVER_NAME",
    "GRADIO_SERVER_PORT",
    "SPEAKER_STUDIO_AUTH",
    "SPEAKER_STUDIO_BEHIND_PROXY",
    "SPEAKER_STUDIO_DEMO",
    "SPEAKER_STUDIO_DEMO_HOURS",
    "SPEAKER_STUDIO_MCP",
)


@pytest.fixture
def start(monkeypatch):
    def start_with(environment, *flags):
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return read_settings(flags)

    return start_with


@pytest.mark.parametrize("environment", [SPACE, STUDIO])
def test_a_public_host_defaults_to_demo_mode_and_all_interfaces(start, environment):
    settings = start(environment)

    assert settings.visitors.are_apart
    assert settings.visitors.is_embedded
    assert settings.host == "0.0.0.0"
    assert settings.port == 7860


def test_by_default_visitors_are_not_separated_and_only_this_machine_is_served(start):
    settings = start({})

    assert not settings.visitors.are_apart
    assert settings.host is None
    assert not is_public_host({})


@pytest.mark.parametrize(
    ("environment", "flags", "expected"),
    [
        ({}, [], False),
        ({}, ["--behind-proxy"], True),
        ({"SPEAKER_STUDIO_BEHIND_PROXY": "1"}, [], True),
        ({"SPEAKER_STUDIO_BEHIND_PROXY": "1"}, ["--no-behind-proxy"], False),
        (SPACE, [], True),
        (STUDIO, [], True),
        (SPACE | {"SPEAKER_STUDIO_BEHIND_PROXY": "0"}, [], False),
    ],
)
def test_forwarded_headers_are_trusted_on_request_and_on_public_hosts(
    start, environment, flags, expected
):
    assert start(environment, *flags).behind_proxy is expected


@pytest.mark.parametrize(
    ("environment", "flags", "expected"),
    [
        ({"SPEAKER_STUDIO_DEMO": "1"}, (), True),
        ({}, ("--demo-mode",), True),
        ({**SPACE, "SPEAKER_STUDIO_DEMO": "0"}, (), False),
        (SPACE, ("--no-demo-mode",), False),
    ],
)
def test_demo_mode_is_chosen_by_a_flag_or_the_environment(start, environment, flags, expected):
    assert start(environment, *flags).visitors.are_apart is expected


@pytest.mark.parametrize(
    ("environment", "flags", "expected"),
    [
        ({}, (), False),
        (SPACE, (), False),
        ({}, ("--mcp",), True),
        ({"SPEAKER_STUDIO_MCP": "1"}, (), True),
        ({"SPEAKER_STUDIO_MCP": "0"}, (), False),
        ({"SPEAKER_STUDIO_MCP": "1"}, ("--no-mcp",), False),
    ],
)
def test_mcp_is_served_only_on_request(start, environment, flags, expected):
    assert start(environment, *flags).serves_mcp is expected


def test_a_missing_mcp_package_ends_the_start_with_a_remedy(tmp_path):
    script = (
        "import sys; sys.modules['mcp'] = None; import app; "
        f"sys.exit(app.main(['--mcp', '--workspace', {str(tmp_path)!r}]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=REPOSITORY, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Speaker Studio could not start: --mcp needs another package")
    assert done.stderr.endswith("Run: python -m pip install -r requirements-mcp.txt\n")
    assert done.stderr.count("\n") == 1


def test_gradios_host_variable_applies(start):
    chosen = {"GRADIO_SERVER_NAME": "10.0.0.7", "GRADIO_SERVER_PORT": "9000"}

    settings = start({**SPACE, **chosen})

    assert settings.host is None  # Gradio reads its own variable
    assert settings.port == 9000
    assert default_host({**STUDIO, **chosen}) is None
    assert start({**SPACE, **chosen}, "--host", "127.0.0.1").host == "127.0.0.1"


def test_upload_hours_must_be_above_zero(start):
    assert start({"SPEAKER_STUDIO_DEMO_HOURS": "0.5"}).visitors.keep_hours == 0.5
    assert start({}, "--demo-hours", "48").visitors.keep_hours == 48
    for wrong in ("0", "-1", "soon", "inf", "nan"):
        with pytest.raises(SystemExit):
            start({}, "--demo-hours", wrong)


def test_an_invalid_accounts_file_stops_the_start(start, tmp_path, capsys):
    people = tmp_path / "people.txt"
    people.write_text(f"ann:{hash_password('x')}\n", encoding="utf-8")
    assert start({}, "--auth", str(people)).accounts.is_password("ann", "x")
    assert start({"SPEAKER_STUDIO_AUTH": str(people)}).accounts is not None

    people.write_text("ann:x\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        start({}, "--auth", str(people))
    assert "Line 1" in capsys.readouterr().err


def test_a_printed_account_line_allows_a_login(start, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("app.getpass", lambda prompt: "secret")
    with pytest.raises(SystemExit) as ended:
        start({}, "--hash-password", "ann")
    people = tmp_path / "people.txt"
    people.write_text(capsys.readouterr().out, encoding="utf-8")

    assert ended.value.code == 0
    assert start({}, "--auth", str(people)).accounts.is_password("ann", "secret")


def test_a_public_demo_does_not_start_with_private_recordings(services, tmp_path):
    transcribe(services, tmp_path, content=DEMO_AUDIO.read_bytes(), title="demo")
    check_workspace_of_visitors(services)

    transcribe(services, tmp_path, content=b"private", title="own")

    with pytest.raises(PrivateRecordingsError, match="1 private recordings"):
        check_workspace_of_visitors(services)


def test_demo_mode_is_off_by_default():
    assert not wants_demo_mode({"SPEAKER_STUDIO_DEMO": ""})
