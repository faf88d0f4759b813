"""Selection of the execution engine by flags and environment variables."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from pipeline.core.errors import OptionError
from pipeline.core.options import RuntimeOptions
from pipeline.engines.engine import Engine, LoadRunner, ResultT
from pipeline.engines.ray.options import ANY_CLUSTER, RayFiles, RayOptions
from pipeline.models.locations import ModelLocations, open_model_store

if TYPE_CHECKING:
    from pipeline.engines.transcription_runner import TranscriptionRunner

KindT = TypeVar("KindT", bound=Enum)

ENGINE_VARIABLE = "SPEAKER_STUDIO_ENGINE"
ADDRESS_VARIABLE = "SPEAKER_STUDIO_RAY_ADDRESS"
WORKERS_VARIABLE = "SPEAKER_STUDIO_WORKERS"
CPUS_VARIABLE = "SPEAKER_STUDIO_CPUS_PER_WORKER"
MEMORY_VARIABLE = "SPEAKER_STUDIO_MEMORY_PER_WORKER"
GPUS_VARIABLE = "SPEAKER_STUDIO_GPUS_PER_WORKER"
FILES_VARIABLE = "SPEAKER_STUDIO_RAY_FILES"


class EngineKind(str, Enum):
    """A kind of execution engine."""

    INLINE = "inline"
    PROCESS = "process"
    RAY = "ray"


@dataclass(frozen=True, slots=True)
class RunnerSettings:
    """A picklable function object that creates a job runner.

    Attributes:
        models: locations and sources of the models.
        num_threads: threads inside one graph, 0 for one per core.
    """

    models: ModelLocations
    num_threads: int = 0

    def __call__(self) -> TranscriptionRunner:
        """Create the runner, which loads models when a job first needs them."""
        # Imported only where the work runs: the web process does without onnxruntime.
        from pipeline.engines.transcription_runner import TranscriptionRunner  # noqa: PLC0415
        from pipeline.transcription.loader import PipelineLoader  # noqa: PLC0415

        store = open_model_store(self.models)
        runtime = RuntimeOptions(num_threads=self.num_threads)
        loader = PipelineLoader(store, runtime, folders=self.models.folders)
        return TranscriptionRunner(loader)


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """The chosen execution engine.

    Attributes:
        kind: kind of the engine.
        ray: settings of its workers; used by RAY only.
    """

    kind: EngineKind = EngineKind.PROCESS
    ray: RayOptions = field(default_factory=RayOptions)

    def runner(self, models: ModelLocations, num_threads: int) -> RunnerSettings:
        """Return the factory of the engine's job runner.

        The workers of a cluster open no connections, since each node would fetch the models, and
        use as many threads as they have CPUs.

        Args:
            models: locations of the models, as seen where the jobs run.
            num_threads: threads inside one graph, 0 for the usual number.
        """
        if self.kind is not EngineKind.RAY:
            return RunnerSettings(models, num_threads)
        return RunnerSettings(replace(models, offline=True), num_threads or self.ray.cpus)


def add_engine_flags(
    parser: argparse.ArgumentParser, environment: Mapping[str, str], *, usual: EngineKind
) -> None:
    """Add the flags that select and configure the engine.

    Args:
        parser: the parser to extend.
        environment: provides the defaults.
        usual: the default kind.
    """
    usual_ray = RayOptions()
    add = parser.add_argument
    add(
        "--engine",
        choices=[each.value for each in EngineKind],
        default=environment.get(ENGINE_VARIABLE) or usual.value,
        help="where recordings are transcribed: in this process, in a worker process, or on a Ray "
        f"cluster, with requirements-ray.txt (also {ENGINE_VARIABLE}; default {usual.value})",
    )
    add(
        "--ray-address",
        default=environment.get(ADDRESS_VARIABLE) or ANY_CLUSTER,
        metavar="auto|HOST:6379|ray://HOST:10001",
        help=f"the Ray cluster (also {ADDRESS_VARIABLE}; default: the one of this machine)",
    )
    numbers: tuple[tuple[str, type, str, float, str], ...] = (
        ("--workers", int, WORKERS_VARIABLE, usual_ray.workers,
         "workers on the cluster; 0 for as many as there is room for"),
        ("--cpus-per-worker", int, CPUS_VARIABLE, usual_ray.cpus, "CPUs of a worker"),
        ("--memory-per-worker", int, MEMORY_VARIABLE, usual_ray.memory_mb,
         "memory of a worker in MB"),
        ("--gpus-per-worker", float, GPUS_VARIABLE, usual_ray.gpus, "GPUs of a worker"),
    )  # fmt: skip
    for flag, kind, variable, default, meaning in numbers:
        add(
            flag,
            type=kind,
            default=environment.get(variable) or default,
            metavar="N",
            help=f"{meaning} (also {variable}; default {default:g})",
        )
    add(
        "--ray-files",
        choices=[each.value for each in RayFiles],
        default=environment.get(FILES_VARIABLE) or usual_ray.files.value,
        help="shared: all nodes mount the folders at the same paths; carried: files travel through "
        f"the cluster; auto: find out for each recording (also {FILES_VARIABLE}; default auto)",
    )


def engine_choice(chosen: argparse.Namespace) -> EngineChoice:
    """Return the engine that the flags specify.

    Raises:
        OptionError: a number is out of range, or a variable names no engine.
    """
    return EngineChoice(
        _one_of(EngineKind, chosen.engine, ENGINE_VARIABLE),
        RayOptions(
            address=chosen.ray_address,
            workers=chosen.workers,
            cpus=chosen.cpus_per_worker,
            memory_mb=chosen.memory_per_worker,
            gpus=chosen.gpus_per_worker,
            files=_one_of(RayFiles, chosen.ray_files, FILES_VARIABLE),
        ),
    )


def _one_of(kinds: type[KindT], value: str, variable: str) -> KindT:
    """Return the enum member with a value, which may come from an environment variable.

    Raises:
        OptionError: there is no such member; the message names the variable.
    """
    try:
        return kinds(value)
    except ValueError as error:
        known = ", ".join(each.value for each in kinds)
        raise OptionError(f"{variable} is {value!r}; choose one of: {known}.") from error


def make_engine(choice: EngineChoice, load: LoadRunner[ResultT]) -> Engine[ResultT]:
    """Create the engine; only the modules of the chosen one are imported.

    Args:
        choice: the chosen engine.
        load: creates the Runner; a picklable object.

    Raises:
        RayError: the Ray cluster cannot be used, or Ray is not installed.
    """
    if choice.kind is EngineKind.INLINE:
        from pipeline.engines.inline import InlineEngine  # noqa: PLC0415

        return InlineEngine(load)
    if choice.kind is EngineKind.PROCESS:
        from pipeline.engines.process import ProcessEngine  # noqa: PLC0415

        return ProcessEngine(load)
    from pipeline.engines.ray.connection import connect  # noqa: PLC0415
    from pipeline.engines.ray.engine import RayEngine  # noqa: PLC0415

    return RayEngine(load, connect(choice.ray), choice.ray)
