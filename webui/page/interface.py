"""Layout and theme of the Gradio page."""

from __future__ import annotations

import gradio as gr

from webui.api.gradio_endpoints import build_api
from webui.api.open_calls import OpenCalls
from webui.page.new_recording import build_new_recording
from webui.services.container import Services
from webui.static.assets import studio_address
from webui.static.style_sheets import scaled
from webui.texts.catalogue import texts_for

# No outside text may enter this template: Gradio runs `${...}` in it as code.
_MOUNT_POINT = '<div class="ss-mount"></div>'
# The page's five text sizes, by Gradio's names.
_TEXT_SIZES = {
    "xxs": "12px",
    "xs": "12px",
    "sm": "13px",
    "md": "14px",
    "lg": "16px",
    "xl": "20px",
    "xxl": "20px",
}
_FONT = [
    "Inter SS",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "system-ui",
    "sans-serif",
]


def create_theme() -> gr.themes.Base:
    """Return a Gradio theme in the tokens of assets/web/styles/tokens.css."""
    sizes = {name: scaled(length) for name, length in _TEXT_SIZES.items()}
    radii = {name: "var(--r6)" for name in _TEXT_SIZES}
    both = {
        "body_background_fill": "var(--surface)",
        "body_text_color": "var(--ink)",
        "body_text_color_subdued": "var(--ink3)",
        "background_fill_primary": "var(--surface)",
        "background_fill_secondary": "var(--sunken)",
        "border_color_primary": "var(--line)",
        "border_color_accent": "var(--accent)",
        "color_accent": "var(--accent)",
        "color_accent_soft": "var(--accent-tint)",
        "link_text_color": "var(--accent)",
        "block_background_fill": "transparent",
        "block_border_width": "0px",
        "block_shadow": "none",
        "block_label_background_fill": "transparent",
        "block_label_text_color": "var(--ink2)",
        "block_title_text_color": "var(--ink2)",
        "block_info_text_color": "var(--ink3)",
        "input_background_fill": "var(--surface)",
        "input_border_color": "var(--field)",
        "input_border_color_focus": "var(--accent)",
        "input_placeholder_color": "var(--ink3)",
        "input_shadow": "none",
        "input_shadow_focus": "none",
        "checkbox_background_color": "var(--surface)",
        "checkbox_background_color_selected": "var(--accent)",
        "checkbox_border_color": "var(--field)",
        "checkbox_border_color_selected": "var(--accent)",
        "checkbox_label_background_fill": "transparent",
        "checkbox_label_background_fill_selected": "var(--accent-tint)",
        "checkbox_label_text_color": "var(--ink)",
        "checkbox_label_text_color_selected": "var(--ink)",
        "button_primary_background_fill": "var(--accent)",
        "button_primary_background_fill_hover": "var(--accent-hover)",
        "button_primary_text_color": "var(--accent-on)",
        "button_primary_border_color": "var(--accent)",
        "button_secondary_background_fill": "var(--surface)",
        "button_secondary_background_fill_hover": "var(--hover)",
        "button_secondary_text_color": "var(--ink)",
        "button_secondary_border_color": "var(--line2)",
        "error_background_fill": "var(--rec-tint)",
        "error_text_color": "var(--rec-ink)",
    }
    theme = gr.themes.Base(
        font=_FONT,
        font_mono=["ui-monospace", "monospace"],
        radius_size=gr.themes.sizes.Size(**radii, name="studio_radius"),
        text_size=gr.themes.sizes.Size(**sizes, name="studio_text"),
        spacing_size=_grown_size(gr.themes.sizes.spacing_md),
    )
    dark = {f"{name}_dark": value for name, value in both.items() if hasattr(theme, f"{name}_dark")}
    return theme.set(**both, **dark)


def _grown_size(size: gr.themes.sizes.Size) -> gr.themes.sizes.Size:
    lengths = {name: scaled(getattr(size, name)) for name in _TEXT_SIZES}
    return gr.themes.sizes.Size(**lengths, name=f"grown_{size.name}")


def create_interface(services: Services, calls: OpenCalls) -> gr.Blocks:
    """Build the Gradio page with all its parts.

    Args:
        services: services of the app.
        calls: registers each transcription that a program waits for.
    """
    words = page_words()
    page: gr.Blocks
    with gr.Blocks(
        title="Speaker Studio",
        analytics_enabled=False,
        fill_width=True,
    ) as page:
        with gr.Row(elem_id="studio"):
            _build_studio_part("mountSidebar", elem_id="library")
            with gr.Column(elem_id="pages"):
                _build_studio_part("mountBars", elem_id="bars")
                _build_studio_part("mountWorkspace", elem_id="workspace")
                _build_studio_part("mountWork", elem_id="work")
                _build_studio_part("mountWords", elem_id="words")
                _build_studio_part("mountVoices", elem_id="voices")
                _build_studio_part("mountModels", elem_id="models")
                _build_studio_part("mountTrainingData", elem_id="training")
            with gr.Column(elem_id="new-recording"):
                _build_studio_part("mountNewFiles", elem_id="new-files")
                build_new_recording(services, words)
        build_api(services, calls)
    return page


def _build_studio_part(mount: str, *, elem_id: str) -> gr.HTML:
    """Create an HTML component that is filled by a function of assets/web/studio.js.

    The function is declared as `async function <mount>({element, props, watch})`.

    The value is a small dictionary of ids that the module watches; transcripts, names and other
    text reach the module through the app's own routes only. (A function, not a subclass: Gradio
    writes a stub file beside the source of every subclass of its components.)

    Args:
        mount: name of the function that assets/web/studio.js exports.
        elem_id: id of the element in the page.
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
        container=False,
        padding=False,
    )


def page_words() -> gr.I18n:
    """Return the texts in Chinese and English by the language tags that browsers send."""
    chinese, english = dict(texts_for("zh")), dict(texts_for("en"))
    return gr.I18n(**{"zh-CN": chinese, "zh-TW": chinese, "zh": chinese, "en": english})
