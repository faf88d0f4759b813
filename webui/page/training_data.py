"""The page of the training data."""

from __future__ import annotations

from webui.page.studio_part import build_studio_part


def build_training_data() -> None:
    """Place the part that exports training data; masthead and address decide when it is seen."""
    build_studio_part("mountTrainingData", elem_id="training")
