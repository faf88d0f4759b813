"""The files of the container image name what is there."""

from __future__ import annotations

import re

import yaml

from app import KERNELS_VARIABLE
from pipeline.models.flags import CACHE_VARIABLE
from tests.dev_data import REPOSITORY
from webui.config.hosting import PROXY_VARIABLE
from webui.config.protection_flags import HOSTS_VARIABLE

DOCKERFILE = (REPOSITORY / "Dockerfile").read_text("utf-8")
KNOWN = {
    CACHE_VARIABLE,
    HOSTS_VARIABLE,
    KERNELS_VARIABLE,
    PROXY_VARIABLE,
    "SPEAKER_STUDIO_WORKSPACE",
    "PATH",
    "PYTHONUNBUFFERED",
}


def test_every_copied_path_is_there_and_not_ignored() -> None:
    ignored = (REPOSITORY / ".dockerignore").read_text("utf-8").splitlines()
    copied = [
        path
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for path in line.split()[:-1]
    ]

    assert copied
    assert all((REPOSITORY / path).exists() for path in copied)
    assert all(f"!{path.split('/')[0]}" in ignored for path in copied)


def test_the_image_sets_only_variables_that_the_app_reads() -> None:
    names = set(re.findall(r"(?:^ENV |^    )([A-Z_]+)=", DOCKERFILE, re.MULTILINE))
    compose = yaml.safe_load((REPOSITORY / "compose.yaml").read_text("utf-8"))

    assert names | set(compose["services"]["app"]["environment"]) == KNOWN


def test_the_image_does_not_run_as_root() -> None:
    assert re.search(r"^USER 10001$", DOCKERFILE, re.MULTILINE)
