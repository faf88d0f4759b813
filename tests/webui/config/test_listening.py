"""Tests of the early check of the address to listen on."""

import socket
import subprocess
import sys

import pytest

from app import read_settings
from pipeline.core.errors import OptionError
from tests.dev_data import REPOSITORY
from webui.config.listening import check_address


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("host", [None, "127.0.0.1", "localhost", "0.0.0.0"])
def test_a_used_port_is_refused_with_its_number_and_the_flag_to_change_it(monkeypatch, taken, host):
    monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)

    with pytest.raises(OptionError, match=rf"Port {taken} is taken.*--port {taken + 1}\.$"):
        check_address(host, taken)


@pytest.mark.parametrize("host", [None, "127.0.0.1", "localhost", "0.0.0.0"])
def test_a_free_port_is_accepted_also_right_after_a_server_closed_it(monkeypatch, host):
    monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)
    port = free_port()
    with (
        socket.create_server(("127.0.0.1", port)) as server,
        socket.create_connection(("127.0.0.1", port)),
    ):
        server.accept()[0].close()  # this end waits for late packets: TIME_WAIT

    check_address(host, port)


@pytest.mark.parametrize("host", ["203.0.113.7", "no-such-host.invalid"])
def test_a_host_of_another_machine_is_named_in_the_error(host):
    with pytest.raises(OptionError, match=rf"'{host}' is not an address.*--host"):
        check_address(host, free_port())


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_an_invalid_port_is_refused_when_flags_are_read(monkeypatch, capsys, port):
    monkeypatch.setenv("GRADIO_SERVER_PORT", port)

    with pytest.raises(SystemExit) as ended:
        read_settings([])

    assert ended.value.code == 2
    assert "--port" in capsys.readouterr().err


def test_the_app_exits_with_one_message_before_it_creates_a_workspace(taken, tmp_path):
    workspace = tmp_path / "workspace"
    command = [sys.executable, "app.py", "--port", str(taken), "--workspace", str(workspace)]

    ended = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60
    )

    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert f"Port {taken} is taken" in line
    assert not workspace.exists()
