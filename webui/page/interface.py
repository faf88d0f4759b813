"""Layout and theme of the Gradio page."""

from __future__ import annotations

import gradio as gr

from webui.api.gradio_endpoints import build_api
from webui.api.open_calls import OpenCalls
from webui.page.new_recording import build_new_recording
from webui.services.container import Services
from webui.static.assets import studio_address
from webui.static.responsive_scale import scaled
from webui.texts.i18n import page_words

# No outside text may enter this template: Gradio runs `${...}` in it as code.
_MOUNT_POINT = '<div class="ss-mount"></div>'
# System fonts only: nothing is downloaded from other sites.
_SANS = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]


def create_theme() -> gr.themes.Base:
    """Return a Gradio theme in the colours of assets/web/styles/base.css."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.zinc,
        font=_SANS,
        font_mono=["ui-monospace", "monospace"],
        radius_size=gr.themes.sizes.radius_md,
        text_size=_grown_size(gr.themes.sizes.text_md),
        spacing_size=_grown_size(gr.themes.sizes.spacing_md),
    ).set(
        body_background_fill="#ffffff",
        body_background_fill_dark="#171a1e",
        body_text_color_subdued="#5a626d",
        body_text_color_subdued_dark="#a3abb5",
        button_primary_background_fill="#0b6b63",
        button_primary_background_fill_hover="#095a53",
        button_primary_background_fill_dark="#4fc3b5",
        button_primary_background_fill_hover_dark="#6fd3c7",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#10201e",
    )


def _grown_size(size: gr.themes.sizes.Size) -> gr.themes.sizes.Size:
    names = ("xxs", "xs", "sm", "md", "lg", "xl", "xxl")
    lengths = {name: scaled(getattr(size, name)) for name in names}
    return gr.themes.sizes.Size(**lengths, name=f"grown_{size.name}")


def create_interface(services: Services, calls: OpenCalls) -> gr.Blocks:
    """Build the whole Gradio page.

    Args:
        services: answer the page's events.
        calls: registers each transcription that a program waits for.
    """
    words = page_words()
    page: gr.Blocks
    with gr.Blocks(
        title="Speaker Studio",
        analytics_enabled=False,
        fill_width=True,
    ) as page:
        _build_studio_part("mountMasthead", elem_id="masthead")
        with gr.Row(elem_id="studio"):
            with gr.Column(scale=1, min_width=300, elem_id="new-recording"):
                library = _build_studio_part("mountLibrary", elem_id="library", render=False)
                build_new_recording(services, words, library)
                library.render()  # type: ignore[no-untyped-call]  # Gradio has no type for it
            with gr.Column(scale=4, min_width=480):
                _build_studio_part("mountWorkspace", elem_id="workspace")
        _build_studio_part("mountModels", elem_id="models")
        _build_studio_part("mountTrainingData", elem_id="training")
        build_api(services, calls)
    return page


def _build_studio_part(mount: str, *, elem_id: str, render: bool = True) -> gr.HTML:
    """Create an HTML component that is filled by a function of assets/web/studio.js.

    The function is declared as `async function <mount>({element, props, watch})`.

    The value is a small dictionary of ids that the module watches; transcripts, names and other
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
