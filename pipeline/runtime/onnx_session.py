"""ONNX inference sessions with checks of graph inputs and outputs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from pipeline.core.errors import ModelContractError, ModelIntegrityError, ModelUnavailableError
from pipeline.core.options import RuntimeOptions

MAX_AUTOMATIC_THREADS = 8  # the graphs are small: more threads wait for each other

_ONLY_FATAL = 4  # log severity: errors are raised as exceptions, warnings concern containers
_ELEMENTS = {
    "float32": "tensor(float)",
    "int32": "tensor(int32)",
    "int64": "tensor(int64)",
}
_LOAD_ERRORS = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoModel,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
    RuntimeError,
)
RUN_ERRORS = (ort_errors.Fail, ort_errors.InvalidArgument, ort_errors.RuntimeException)
"""The exceptions raised by a run on inputs that do not match the graph."""


@dataclass(frozen=True, slots=True)
class TensorContract:
    """The required shape and element type of one input or output, regardless of its name.

    Attributes:
        shape: sizes, None for any size or a symbolic one.
        element: "float32", "int32" or "int64"; None if any is allowed, since exporters differ.
    """

    shape: tuple[int | None, ...]
    element: str | None = "float32"

    def __post_init__(self) -> None:
        if self.element is not None and self.element not in _ELEMENTS:
            raise ValueError(f"TensorContract.element must be one of {sorted(_ELEMENTS)}")

    def admits(self, element: str, shape: Sequence[object]) -> bool:
        """Return whether a tensor of a graph has the required type, rank and fixed sizes."""
        return (
            (self.element is None or element == _ELEMENTS[self.element])
            and len(shape) == len(self.shape)
            and all(
                expected is None or not isinstance(found, int) or expected == found
                for expected, found in zip(self.shape, shape, strict=True)
            )
        )

    def __str__(self) -> str:
        element = "any tensor" if self.element is None else _ELEMENTS[self.element]
        return f"{element}{['?' if n is None else n for n in self.shape]}"


@dataclass(frozen=True, slots=True)
class GraphContract:
    """The inputs and outputs that a graph must have, in order; further outputs are allowed.

    Attributes:
        role: purpose of the graph, for error messages.
        inputs: one per input of the graph.
        outputs: the first outputs of the graph.
        further_inputs: contract of each additional input, of any number; None if none is allowed.
    """

    role: str
    inputs: tuple[TensorContract, ...]
    outputs: tuple[TensorContract, ...]
    further_inputs: TensorContract | None = None


class OnnxSession:
    """A loaded ONNX graph whose inputs are passed by position, since their names vary."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        """Store an onnxruntime session; callers use `open_session`, which checks the graph."""
        self._session = session
        self.input_names: tuple[str, ...] = tuple(each.name for each in session.get_inputs())
        self.input_shapes: tuple[tuple[object, ...], ...] = tuple(
            tuple(each.shape) for each in session.get_inputs()
        )
        self.output_names: tuple[str, ...] = tuple(each.name for each in session.get_outputs())

    @property
    def metadata(self) -> dict[str, str]:
        """Metadata that the exporter wrote into the graph, by name."""
        return dict(self._session.get_modelmeta().custom_metadata_map)

    def run(self, *inputs: NDArray[Any]) -> tuple[NDArray[np.float32], ...]:  # Any: int ids too
        """Run the graph on inputs in order; return all outputs in the graph's order.

        The outputs are float32 unless a contract allows any element type; `open_session` has
        checked those that its contract names.
        """
        fed = dict(zip(self.input_names, inputs, strict=True))
        return tuple(self._session.run(None, fed))


def open_session(
    path: Path,
    *,
    contract: GraphContract,
    runtime: RuntimeOptions,
    alternative: GraphContract | None = None,
) -> OnnxSession:
    """Load an ONNX graph on the CPU and check its inputs and outputs.

    Args:
        path: the `.onnx` file.
        contract: required inputs and outputs.
        runtime: number of threads.
        alternative: a second accepted contract.

    Raises:
        ModelUnavailableError: the file does not exist.
        ModelIntegrityError: the file is damaged or not an ONNX graph.
        ModelContractError: the graph has other inputs or outputs.
    """
    if not path.is_file():
        raise ModelUnavailableError(
            f"The model file '{path}' is missing. Run: python -m pipeline.models fetch"
        )
    try:
        session = onnxruntime.InferenceSession(
            str(path),
            _session_options(runtime),
            providers=["CPUExecutionProvider"],
        )
    except _LOAD_ERRORS as error:
        raise ModelIntegrityError(
            f"The model file '{path}' cannot be loaded: it is not ONNX, or it is damaged. "
            "Delete it and run: python -m pipeline.models fetch"
        ) from error
    if alternative is None or _difference(session, alternative) is not None:
        _require(path, session, contract)
    return OnnxSession(session)


def choose_num_threads(runtime: RuntimeOptions, *, num_logical_cores: int | None) -> int:
    """Return the number of threads for one graph; 0 lets onnxruntime use one per physical core."""
    if runtime.num_threads > 0:
        return runtime.num_threads
    is_large = num_logical_cores is not None and num_logical_cores > MAX_AUTOMATIC_THREADS
    return MAX_AUTOMATIC_THREADS if is_large else 0


def _session_options(runtime: RuntimeOptions) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = choose_num_threads(runtime, num_logical_cores=os.cpu_count())
    options.inter_op_num_threads = 1
    options.log_severity_level = _ONLY_FATAL
    # Measured on 150 inputs of 1 to 60 s and on batches of 8 to 64 windows: time and peak memory
    # were lowest with the arena and without memory patterns. Without the arena a batch of 64 takes
    # 10 % longer and half as much memory again.
    options.enable_mem_pattern = False
    # Threads that spin while waiting take the cores from the other graphs of the pipeline, which
    # run in parallel.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _require(path: Path, session: onnxruntime.InferenceSession, contract: GraphContract) -> None:
    difference = _difference(session, contract)
    if difference is not None:
        raise ModelContractError(f"'{path}' is not a model for {contract.role}: {difference}")


def _difference(session: onnxruntime.InferenceSession, contract: GraphContract) -> str | None:
    """Describe the first difference between a graph and a contract; return None without any."""
    inputs, outputs = session.get_inputs(), session.get_outputs()
    num_further = len(inputs) - len(contract.inputs)
    if num_further < 0 or (num_further > 0 and contract.further_inputs is None):
        return f"it has {len(inputs)} inputs instead of {len(contract.inputs)}"
    if len(outputs) < len(contract.outputs):
        return f"it has {len(outputs)} outputs instead of {len(contract.outputs)}"
    further = [each for each in (contract.further_inputs,) * num_further if each is not None]
    contracts = (*contract.inputs, *further, *contract.outputs)
    for tensor, expected in zip((*inputs, *outputs), contracts, strict=False):
        if not expected.admits(tensor.type, tensor.shape):
            return f"'{tensor.name}' is {tensor.type}{tensor.shape} instead of {expected}"
    return None
