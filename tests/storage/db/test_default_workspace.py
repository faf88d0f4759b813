"""Which folder is the workspace where no flag names one."""

from pathlib import Path

import platformdirs

from storage.db.workspace import default_workspace


def test_the_environment_names_the_workspace(tmp_path):
    environment = {"SPEAKER_STUDIO_WORKSPACE": "elsewhere"}

    assert default_workspace(environment, root=tmp_path) == Path("elsewhere")


def test_a_clone_has_its_workspace_inside(tmp_path):
    (tmp_path / "pyproject.toml").touch()

    assert default_workspace({}, root=tmp_path) == tmp_path / "workspace"


def test_an_installed_package_keeps_its_workspace_outside_of_the_packages(tmp_path):
    folder = default_workspace({}, root=tmp_path)

    assert folder.is_relative_to(platformdirs.user_data_path())
    assert not folder.is_relative_to(tmp_path)
