"""Choice of the engine by environment variables, which argparse does not check."""

from __future__ import annotations

import argparse

import pytest

from pipeline.core.errors import OptionError
from pipeline.engines.choice import (
    ENGINE_VARIABLE,
    FILES_VARIABLE,
    EngineKind,
    add_engine_flags,
    engine_choice,
)


def chosen(environment: dict[str, str]) -> EngineKind:
    parser = argparse.ArgumentParser()
    add_engine_flags(parser, environment, usual=EngineKind.PROCESS)
    return engine_choice(parser.parse_args([])).kind


def test_the_environment_chooses_the_engine() -> None:
    assert chosen({}) is EngineKind.PROCESS
    assert chosen({ENGINE_VARIABLE: "inline"}) is EngineKind.INLINE


@pytest.mark.parametrize("variable", [ENGINE_VARIABLE, FILES_VARIABLE])
def test_a_variable_with_an_unknown_value_is_named_with_the_known_ones(variable: str) -> None:
    with pytest.raises(OptionError, match=f"{variable} is 'rai'; choose one of: "):
        chosen({variable: "rai"})
