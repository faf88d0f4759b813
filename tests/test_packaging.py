"""The distribution: contents of the wheel, its commands, and the pinned requirements."""

import re
import subprocess
import sys
import zipfile
from importlib.metadata import PathDistribution
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio.from_array import audio_from_array
from pipeline.core.provenance import SOFTWARE_VERSION

ROOT = Path(__file__).resolve().parents[1]
PACKAGED = ("app.py", "pipeline", "storage", "webui", "assets", "pyproject.toml", "README.md")
COMMANDS = {
    "speaker-studio": "usage: app.py",
    "speaker-studio-transcribe": "usage: python -m pipeline transcribe",
    "speaker-studio-convert": "usage: python -m pipeline convert",
    "speaker-studio-models": "usage: python -m pipeline.models",
    "speaker-studio-workspace": "usage: python -m storage",
    "speaker-studio-training": "usage: python -m storage.export_training",
    "speaker-studio-language-model": "usage: python -m storage.language_model",
}
# Imported under another name than the package's, or without an import of ours.
IMPORT_NAMES = {
    "scikit-learn": "sklearn",
    "umap-learn": "umap",
    "pyyaml": "yaml",
    "python-docx": "docx",
}
FOR_PROGRAMS_OF_USERS = {"librosa"}
HELD_BACK = {"python-dateutil"}  # indirect requirements whose version is limited


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the unpacked wheel, as an installation lays it out."""
    sources, built = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in (
        *PACKAGED,
        "LICENSE",
        "requirements.in",
        "requirements-mcp.in",
        "requirements-ray.in",
        "requirements-sherpa.in",
    ):
        (sources / name).symlink_to(ROOT / name)
    build = f"from setuptools.build_meta import build_wheel; build_wheel({str(built)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=sources, check=True, capture_output=True)
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(built / "site")
    return built / "site"


@pytest.fixture(scope="module")
def distribution(installed):
    (folder,) = installed.glob("*.dist-info")
    return PathDistribution(folder)


def tracked(*folders):
    listed = subprocess.run(
        ["git", "ls-files", *folders], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return set(listed.stdout.splitlines())


def test_the_wheel_holds_every_module_and_every_asset(installed):
    packed = {str(each.relative_to(installed)) for each in installed.rglob("*") if each.is_file()}

    wanted = tracked("app.py", "pipeline", "storage", "webui", "assets")
    assert {each for each in wanted - packed if not each.endswith(".gitattributes")} == set()


def test_the_wheel_states_version_licence_and_dependencies(distribution):
    metadata = distribution.metadata

    assert metadata["Version"] == SOFTWARE_VERSION
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Description-Content-Type"] == "text/markdown"
    named = {re.split(r"[^\w-]", each)[0] for each in distribution.requires}
    parts = ("", "-mcp", "-ray", "-sherpa")
    assert named == set().union(*(names_in(f"requirements{part}.in") for part in parts))


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_of_the_wheel_runs(installed, distribution, tmp_path, command):
    (entry,) = (each for each in distribution.entry_points if each.name == command)
    script = f"import sys; from {entry.module} import {entry.attr}; sys.exit({entry.attr}())"

    done = subprocess.run(
        [sys.executable, "-c", script, "--help"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed), "PATH": "", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith(COMMANDS[command])


def test_the_wheel_names_no_other_command(distribution):
    assert {each.name for each in distribution.entry_points} == set(COMMANDS)


def test_an_installed_program_finds_its_embedded_models(installed, tmp_path):
    script = "from pipeline.models.__main__ import run; raise SystemExit(run())"

    done = subprocess.run(
        [sys.executable, "-c", script, "verify", "fsmn-vad"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def names_in(file):
    lines = (ROOT / file).read_text("utf-8").splitlines()
    return {re.split(r"[^\w-]", line)[0] for line in lines if line and line[0] not in "#-"}


def test_every_required_package_is_imported():
    found = "\n".join(
        (ROOT / each).read_text("utf-8")
        for each in tracked("app.py", "pipeline", "storage", "webui")
        if each.endswith(".py")
    )

    for name in names_in("requirements.in") - FOR_PROGRAMS_OF_USERS - HELD_BACK:
        module = IMPORT_NAMES.get(name, name.replace("-", "_"))
        assert re.search(
            rf"^\s*(import|from) {module}\b|[(]\"{module}[.\"]", found, re.MULTILINE
        ), name


def test_samples_that_librosa_loads_are_taken_as_they_are():
    import librosa

    path = ROOT / "assets" / "demo" / "demo.flac"
    samples, rate_hz = librosa.load(path, sr=None, duration=2.0)

    audio = audio_from_array(samples, int(rate_hz))

    assert audio.num_samples == 32_000
    assert np.abs(audio.pcm).max() > 0


@pytest.mark.parametrize(
    "file",
    [f"requirements{part}" for part in ("", "-mcp", "-ray", "-sherpa", "-dev")],
)
def test_every_pinned_package_has_hashes_and_no_file_names_a_host(file):
    text = (ROOT / f"{file}.txt").read_text("utf-8")
    requirements = re.split(r"\n(?=\w)", text.strip())

    assert all("==" in each and "--hash=sha256:" in each for each in requirements)
    assert "://" not in text
    assert "--index-url" not in text
