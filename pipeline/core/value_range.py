"""A number that a caller chose, checked."""

from __future__ import annotations

from pipeline.core.errors import OptionError


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Let a value through that lies in [low, high].

    Raises:
        OptionError: it does not, or is not a number.
    """
    if not low <= value <= high:  # also refuses NaN
        raise OptionError(f"{name} must lie between {low:g} and {high:g}, got {value}")
