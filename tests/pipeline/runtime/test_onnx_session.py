from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx.parser
import pytest

from pipeline.core.errors import ModelContractError, ModelIntegrityError, ModelUnavailableError
from pipeline.core.options import RuntimeOptions
from pipeline.runtime.onnx_session import (
    MAX_AUTOMATIC_THREADS,
    GraphContract,
    TensorContract,
    choose_num_threads,
    open_session,
)

ADD_IDS = """
<ir_version: 8, opset_import: ["" : 14]>
add_ids (float[N, 3] features, int64[N, 3] ids) => (float[N, 3] total, float[N, 3] twice)
{
    numbers = Cast<to = 1>(ids)
    total = Add(features, numbers)
    twice = Add(total, total)
}
"""
FEATURES = TensorContract((None, 3))
IDS = TensorContract((None, 3), "int64")
ADDING = GraphContract("adding", inputs=(FEATURES, IDS), outputs=(FEATURES,))
RUNTIME = RuntimeOptions(num_threads=1)


@pytest.fixture(name="graph")
def _graph(tmp_path: Path) -> Path:
    path = tmp_path / "模型 add.onnx"
    path.write_bytes(onnx.parser.parse_model(ADD_IDS).SerializeToString())
    return path


def test_inputs_are_fed_by_position_and_all_outputs_come_back(graph: Path) -> None:
    session = open_session(graph, contract=ADDING, runtime=RUNTIME)

    total, twice = session.run(
        np.ones((2, 3), dtype=np.float32), np.arange(6, dtype=np.int64).reshape(2, 3)
    )

    np.testing.assert_array_equal(total, [[1, 2, 3], [4, 5, 6]])
    np.testing.assert_array_equal(twice, [[2, 4, 6], [8, 10, 12]])


def test_names_are_those_of_the_graph(graph: Path) -> None:
    session = open_session(graph, contract=ADDING, runtime=RUNTIME)

    assert session.input_names == ("features", "ids")
    assert session.output_names == ("total", "twice")


def test_a_wrong_number_of_inputs_at_run_is_refused(graph: Path) -> None:
    session = open_session(graph, contract=ADDING, runtime=RUNTIME)

    with pytest.raises(ValueError, match="shorter"):
        session.run(np.ones((2, 3), dtype=np.float32))


@pytest.mark.parametrize(
    ("inputs", "outputs", "complaint"),
    [
        ((FEATURES,), (FEATURES,), "2 inputs instead of 1"),
        ((FEATURES, IDS), (FEATURES,) * 3, "2 outputs instead of 3"),
        ((FEATURES, FEATURES), (FEATURES,), r"'ids' is tensor\(int64\)"),
        ((TensorContract((None, None, 3)), IDS), (FEATURES,), "'features' is"),
        ((FEATURES, IDS), (TensorContract((None, 80)),), "'total' is"),
    ],
)
def test_a_graph_for_something_else_is_refused_with_what_differs(
    graph: Path,
    inputs: tuple[TensorContract, ...],
    outputs: tuple[TensorContract, ...],
    complaint: str,
) -> None:
    contract = GraphContract("tests", inputs, outputs)

    with pytest.raises(ModelContractError, match=complaint) as caught:
        open_session(graph, contract=contract, runtime=RUNTIME)
    assert "is not a model for tests" in str(caught.value)


def test_a_graph_that_fits_the_alternative_is_taken(graph: Path) -> None:
    other = GraphContract("one input", inputs=(FEATURES,), outputs=(FEATURES,))

    session = open_session(graph, contract=other, alternative=ADDING, runtime=RUNTIME)

    assert session.input_names == ("features", "ids")


def test_a_size_the_graph_leaves_open_may_be_any_number(graph: Path) -> None:
    five_rows = TensorContract((5, 3))
    contract = GraphContract("five rows", (five_rows, IDS), (five_rows,))

    session = open_session(graph, contract=contract, runtime=RUNTIME)

    assert session.input_names == ("features", "ids")


@pytest.mark.parametrize("content", [b"", b"hello", b"<html>404</html>" * 100])
def test_a_file_that_is_not_onnx_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)

    with pytest.raises(ModelIntegrityError, match=r"model\.onnx' cannot be loaded"):
        open_session(path, contract=ADDING, runtime=RUNTIME)


def test_a_graph_cut_in_half_is_refused(graph: Path) -> None:
    graph.write_bytes(graph.read_bytes()[:-20])

    with pytest.raises(ModelIntegrityError):
        open_session(graph, contract=ADDING, runtime=RUNTIME)


def test_a_missing_file_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"python -m pipeline\.models fetch"):
        open_session(tmp_path / "model.onnx", contract=ADDING, runtime=RUNTIME)


@pytest.mark.parametrize(
    ("asked", "num_logical_cores", "given"),
    [(3, 2, 3), (0, 2, 0), (0, None, 0), (0, 64, MAX_AUTOMATIC_THREADS), (12, 64, 12)],
)
def test_threads_are_those_asked_for_or_bounded(
    asked: int, num_logical_cores: int | None, given: int
) -> None:
    runtime = RuntimeOptions(num_threads=asked)

    assert choose_num_threads(runtime, num_logical_cores=num_logical_cores) == given


def test_a_contract_for_an_unknown_element_type_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="element"):
        TensorContract((None,), "float16")
