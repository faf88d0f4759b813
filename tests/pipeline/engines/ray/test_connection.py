"""Connection to a Ray cluster, with a module in Ray's place that needs no cluster."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from pipeline.core.errors import OptionError
from pipeline.engines.ray.connection import RayError, connect
from pipeline.engines.ray.options import RayOptions
from tests.dev_data import REPOSITORY

USAGE_STATISTICS = "RAY_USAGE_STATS_ENABLED"
RECORDING_RAY = f"""
import os
from types import SimpleNamespace
print("imported with", os.environ.get("{USAGE_STATISTICS}"))
exceptions = SimpleNamespace(RayError=Exception, AuthenticationError=PermissionError)
def init(*arguments, **settings):
    raise ConnectionError("no cluster")
"""


def install_ray(monkeypatch, init) -> None:
    ray = ModuleType("ray")
    ray.init = init
    ray.put = ray.get = lambda value: value
    ray.exceptions = SimpleNamespace(RayError=RuntimeError, AuthenticationError=PermissionError)
    monkeypatch.setitem(sys.modules, "ray", ray)


def refusal(monkeypatch, error: Exception, address: str = "auto") -> str:
    def init(*arguments, **settings):
        raise error

    install_ray(monkeypatch, init)
    with pytest.raises(RayError) as raised:
        connect(RayOptions(address))
    return str(raised.value)


@pytest.fixture
def closed_port():
    with socket.socket() as taken:  # bound, but it accepts no connection
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_an_address_where_nothing_listens_is_named_with_the_remedy(
    monkeypatch, closed_port, scheme
):
    monkeypatch.setitem(sys.modules, "ray", None)  # not even imported

    with pytest.raises(RayError) as raised:
        connect(RayOptions(f"{scheme}127.0.0.1:{closed_port}"))

    assert str(raised.value) == (
        f"There is no Ray cluster at {scheme}127.0.0.1:{closed_port}. Start one with `ray start "
        "--head --disable-usage-stats`, or leave out --engine ray"
    )


@pytest.mark.parametrize("address", ["", "local", "host", "host:", ":6379", "host:port", "ray://x"])
def test_an_address_that_would_start_a_cluster_is_refused(monkeypatch, address):
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(RayError, match="must be auto, HOST:PORT or ray://HOST:PORT"):
        connect(RayOptions(address))


def test_a_missing_package_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(RayError) as raised:
        connect(RayOptions())

    assert str(raised.value) == (
        "Ray is not installed. Run: python -m pip install -r requirements-ray.txt"
    )


def test_other_versions_are_named(monkeypatch):
    error = RuntimeError(
        "Version mismatch: The cluster was started with:\n    Ray: 2.58.0\n    Python: 3.12.1\n"
        "This process on node 10.0.0.2 was started with:\n    Ray: 2.60.0\n    Python: 3.11.2\n"
    )

    message = refusal(monkeypatch, error)

    assert "Ray: 2.58.0 Python: 3.12.1" in message
    assert "Ray: 2.60.0 Python: 3.11.2" in message
    assert message.endswith("Use the same versions on both sides")


def test_a_machine_without_a_cluster_and_a_wrong_token_are_told_apart(monkeypatch):
    assert refusal(monkeypatch, ConnectionError("x")).startswith("This machine belongs to no Ray")
    assert "refuses the token" in refusal(monkeypatch, PermissionError("x"))


def test_the_programs_handler_of_sigterm_stays(monkeypatch):
    former = signal.getsignal(signal.SIGTERM)
    install_ray(monkeypatch, lambda *_, **__: signal.signal(signal.SIGTERM, signal.SIG_IGN))

    try:
        connect(RayOptions())
        assert signal.getsignal(signal.SIGTERM) == former
    finally:
        signal.signal(signal.SIGTERM, former)


@pytest.mark.parametrize("field", ["workers", "cpus", "memory_mb", "gpus"])
def test_sizes_of_workers_below_the_least_are_refused(field):
    with pytest.raises(OptionError, match="-worker"):
        RayOptions(**{field: -1})


def run_with_ray(folder: Path, script: str) -> str:
    """Run a script where `import ray` finds the recording module."""
    (folder / "ray.py").write_text(RECORDING_RAY)
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(folder), USAGE_STATISTICS: "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_usage_statistics_are_off_before_ray_is_imported(tmp_path):
    script = (
        "from pipeline.engines.choice import EngineChoice, EngineKind, make_engine\n"
        "try: make_engine(EngineChoice(EngineKind.RAY), print)\n"
        "except Exception as error: print(error)"
    )

    told, refused = run_with_ray(tmp_path, script).splitlines()

    assert told == "imported with 0"
    assert refused.startswith("This machine belongs to no Ray cluster")


def test_nothing_of_ray_is_imported_without_being_asked_for(tmp_path):
    script = (
        "import sys, app, pipeline.cli.transcribe\n"
        "from pipeline.engines.choice import EngineChoice, EngineKind, make_engine\n"
        "app.read_settings([])\n"
        "for kind in (EngineKind.INLINE, EngineKind.PROCESS):\n"
        "    make_engine(EngineChoice(kind), print).close()\n"
        "print([name for name in sys.modules if name.startswith(('ray', 'pipeline.engines.ray.'))])"
    )

    assert run_with_ray(tmp_path, script) == "['pipeline.engines.ray.options']\n"
