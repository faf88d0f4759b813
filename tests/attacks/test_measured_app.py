"""What tests of attacks measure of the app is what its process does."""

from __future__ import annotations

from tests.attacks.measured_app import MeasuredApp
from tests.conditions import eventually


def test_memory_handles_and_waits_of_a_quiet_app_are_measured(attacked: MeasuredApp) -> None:
    with attacked.waits_of_another_visitor() as waits:
        attacked.forget_peak()
        eventually(lambda: len(waits) >= 5)

    assert 50 < attacked.memory_mb() <= attacked.peak_memory_mb() < 400
    assert attacked.num_handles() > 3
    assert "Traceback" not in attacked.log_text()
