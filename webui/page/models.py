"""The page of the models."""

from __future__ import annotations

from webui.page.studio_part import build_studio_part


def build_models() -> None:
    """Place the part that shows models; masthead and address decide when it is seen."""
    build_studio_part("mountModels", elem_id="models")
