"""A part of the page that is drawn by an ES module of ours inside a gr.HTML."""

from __future__ import annotations

from typing import Any  # Gradio leaves the type of a component's value open

import gradio as gr

# Nothing from outside ever enters this template: Gradio runs `${...}` in it as code.
_MOUNT_POINT = '<div class="ss-mount"></div>'


class StudioPart(gr.HTML):
    """Mounts `export async function <mount>({element, props, watch})` of one ES module.

    The value is a small dictionary of ids that the module watches; transcripts, names and other
    text reach the module through the app's own routes only.
    """

    def __init__(
        self,
        module: str,
        mount: str,
        *,
        assets_version: str,
        value: dict[str, Any] | None = None,
        elem_id: str,
        render: bool = True,
    ) -> None:
        """Place the part.

        Args:
            module: file name in assets/web.
            mount: name of the function it exports.
            assets_version: changes whenever an asset does, so that no browser keeps an old one.
            value: what the module is told at first.
            elem_id: id of the element in the page.
            render: False to place it later with `.render()`.
        """
        address = f"/studio/assets/{assets_version}/{module}"
        super().__init__(
            value,
            html_template=_MOUNT_POINT,
            apply_default_css=False,
            js_on_load=(
                f'import((window.gradio_config?.root ?? "") + "{address}")'
                f".then((part) => part.{mount}({{ element, props, watch }}));"
            ),
            elem_id=elem_id,
            render=render,
            container=False,
            padding=False,
        )

    def get_block_name(self) -> str:
        """The front end knows this component under its base class's name."""
        return "html"
