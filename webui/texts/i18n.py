"""The page's words as Gradio takes them."""

from __future__ import annotations

import gradio as gr

from webui.texts.catalogue import texts_for


def page_words() -> gr.I18n:
    """All texts, under every name by which browsers ask for Chinese or English."""
    chinese, english = dict(texts_for("zh")), dict(texts_for("en"))
    return gr.I18n(**{"zh-CN": chinese, "zh-TW": chinese, "zh": chinese, "en": english})
