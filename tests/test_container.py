"""Tests of the files for containers: the image, Docker Compose and KubeRay."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from app import KERNELS_VARIABLE, read_settings
from pipeline.cli.transcribe import main as transcribe
from pipeline.engines.choice import EngineKind
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
    "PYTHONPATH",
    "PYTHONUNBUFFERED",
    "RAY_USAGE_STATS_ENABLED",
}
NODE_VARIABLES = {"RAY_AUTH_MODE", "RAY_AUTH_TOKEN_PATH", CACHE_VARIABLE}
COMPOSE = yaml.safe_load((REPOSITORY / "compose.yaml").read_text("utf-8"))
KUBERAY = list(yaml.safe_load_all((REPOSITORY / "deploy" / "kuberay.yaml").read_text("utf-8")))


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

    assert names | set(COMPOSE["services"]["app"]["environment"]) == KNOWN


def test_the_image_does_not_run_as_root() -> None:
    assert re.search(r"^USER 10001$", DOCKERFILE, re.MULTILINE)


def of_kind(kind: str) -> dict[str, Any]:
    (found,) = [each for each in KUBERAY if each["kind"] == kind]
    return found


def pods(cluster: dict[str, Any]) -> list[dict[str, Any]]:
    groups = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    return [each["template"]["spec"] for each in groups]


def kuberay_pods() -> list[dict[str, Any]]:
    """Return the pods of all Ray clusters, whose probes the operator adds."""
    clusters = [of_kind("RayCluster")["spec"], of_kind("RayJob")["spec"]["rayClusterSpec"]]
    return [pod for cluster in clusters for pod in pods(cluster)]


def test_compose_starts_a_cluster_only_with_its_profile() -> None:
    services = COMPOSE["services"]

    assert {name for name, each in services.items() if "profiles" not in each} == {"app"}
    assert services["ray-worker"]["deploy"]["replicas"] == 2
    for name in ("ray-head", "ray-worker", "app-on-cluster"):
        assert services[name]["build"]["target"] == "cluster"
        assert set(services[name]["environment"]) >= NODE_VARIABLES
        assert "ports" not in services[name] or name == "app-on-cluster"


def test_the_apps_on_clusters_are_started_with_flags_that_exist() -> None:
    deployment = of_kind("Deployment")["spec"]["template"]["spec"]["containers"][0]
    commands = [COMPOSE["services"]["app-on-cluster"]["command"][-1], deployment["command"][-1]]

    for command in commands:
        assert "ray start --address=" in command
        settings = read_settings(command.partition("app.py ")[2].split())
        assert settings.engine.kind is EngineKind.RAY
        assert settings.engine.ray.address == "auto"


def test_the_batch_job_is_a_command_that_exists(capsys: pytest.CaptureFixture[str]) -> None:
    entrypoint = of_kind("RayJob")["spec"]["entrypoint"].split()
    assert entrypoint[:3] == ["python", "-m", "pipeline"]

    with pytest.raises(SystemExit):  # after all other arguments were read
        transcribe([*entrypoint[3:], "--format", "nosuchformat"], environment={})

    assert "--format takes any of" in capsys.readouterr().err


def test_all_pods_share_the_volume_and_run_without_rights() -> None:
    clusters = [of_kind("RayCluster")["spec"], of_kind("RayJob")["spec"]["rayClusterSpec"]]
    app = of_kind("Deployment")["spec"]["template"]["spec"]

    for pod in [app, *kuberay_pods()]:
        (container,) = pod["containers"]
        assert {"name": "data", "mountPath": "/data"} in container["volumeMounts"]
        assert {"name": CACHE_VARIABLE, "value": "/data/models"} in container["env"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert pod["securityContext"]["runAsUser"] == 10001
    assert all(cluster["authOptions"] == {"mode": "token"} for cluster in clusters)
    assert of_kind("Deployment")["spec"]["replicas"] == 1


def test_the_cluster_has_the_version_of_ray_that_the_image_has() -> None:
    pinned = re.search(
        r"^ray==(\S+)", (REPOSITORY / "requirements-ray.txt").read_text("utf-8"), re.MULTILINE
    )
    assert pinned is not None

    assert of_kind("RayCluster")["spec"]["rayVersion"] == pinned[1]
    assert of_kind("RayJob")["spec"]["rayClusterSpec"]["rayVersion"] == pinned[1]


def test_the_image_of_the_cluster_serves_the_health_checks_of_the_operator() -> None:
    """Ray's node has the endpoint that KubeRay's probes ask only with its extra `default`."""
    pinned = (REPOSITORY / "requirements-ray.txt").read_text("utf-8")
    probed = [container for pod in kuberay_pods() for container in pod["containers"]]

    assert {"livenessProbe", "readinessProbe"}.isdisjoint(key for each in probed for key in each)
    for package in ("aiohttp", "aiohttp-cors", "opencensus"):
        assert re.search(rf"^{package}==", pinned, re.MULTILINE)
