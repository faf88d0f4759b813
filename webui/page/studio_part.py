"""A part of the page that our ES module draws inside a gr.HTML."""

from __future__ import annotations

import gradio as gr

from webui.static.assets import studio_address

# No outside text may enter this template: Gradio runs `${...}` in it as code.
_MOUNT_POINT = '<div class="ss-mount"></div>'


def build_studio_part(mount: str, *, elem_id: str, render: bool = True) -> gr.HTML:
    """Place a mount point for `async function <mount>({element, props, watch})`.

    Its value is a small dictionary of ids that the module watches; transcripts, names and other
    text reach the module through the app's own routes only. (A function, not a subclass: Gradio
    writes a stub file beside the source of every subclass of its components.)

    Args:
        mount: name of the function that assets/web/studio.js exports.
        elem_id: id of the element in the page.
        render: False to place it later with `.render()`.
    """
    # The version is part of the address, so browsers never mix two versions of a module.
    return gr.HTML(
        html_template=_MOUNT_POINT,
        apply_default_css=False,
        js_on_load=(
            f'import((window.gradio_config?.root ?? "") + "/{studio_address()}")'
            f".then((part) => part.{mount}({{ element, props, watch }}));"
        ),
        elem_id=elem_id,
        render=render,
        container=False,
        padding=False,
    )
