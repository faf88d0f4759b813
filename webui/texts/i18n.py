"""The catalogue as Gradio's I18n."""

from __future__ import annotations

import gradio as gr

from webui.texts.catalogue import texts_for


def page_words() -> gr.I18n:
    """Return all texts, under every language tag that browsers use for Chinese or English."""
    chinese, english = dict(texts_for("zh")), dict(texts_for("en"))
    return gr.I18n(**{"zh-CN": chinese, "zh-TW": chinese, "zh": chinese, "en": english})
