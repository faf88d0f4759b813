"""Builder of ONNX graphs that can store large constants in half precision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8  # oldest version for this opset, because old runtimes refuse newer ones
HALF_FROM_SIZE = 1024  # smaller constants, such as biases, stay in single precision

Attribute = int | float | str | Sequence[int]
Shape = Sequence[int | str]


class GraphBuilder:
    """Builder of an ONNX graph; its methods return names of values to pass to further nodes."""

    def __init__(self, *, half_constants: bool = True) -> None:
        self._half_constants = half_constants
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, values: NDArray[np.generic]) -> str:
        """Add a constant and return its name; store large float32 arrays in half precision.

        A Cast to float32 follows a constant in half precision.

        onnxruntime computes such a Cast once, when it loads the graph.
        """
        name = f"constant_{len(self._constants)}"
        as_half = (
            self._half_constants and values.dtype == np.float32 and values.size >= HALF_FROM_SIZE
        )
        stored = np.ascontiguousarray(values.astype(np.float16) if as_half else values)
        self._constants.append(numpy_helper.from_array(stored, name))
        return self.add("Cast", name, to=TensorProto.FLOAT) if as_half else name

    def scalar(self, value: np.generic) -> str:
        """Add a constant without axes; return its name."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.array(value), name))
        return name

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Attribute) -> str:
        """Append a node with one output, and return the output's name."""
        name = output or f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def build(
        self,
        name: str,
        *,
        inputs: Mapping[str, Shape],
        outputs: Mapping[str, Shape],
        integers: Collection[str] = (),
    ) -> onnx.ModelProto:
        """Build the ONNX model and validate it; named axes are dynamic.

        Args:
            name: name of the graph.
            inputs: shapes of the inputs by name.
            outputs: shapes of the outputs by name.
            integers: names of int64 inputs and outputs; all others are float32.
        """
        borders = [
            [
                helper.make_tensor_value_info(
                    key, TensorProto.INT64 if key in integers else TensorProto.FLOAT, shape
                )
                for key, shape in side
            ]
            for side in (inputs.items(), outputs.items())
        ]
        graph = helper.make_graph(self._nodes, name, *borders, self._constants)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )
        onnx.checker.check_model(model, full_check=True)
        return model
