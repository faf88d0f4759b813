"""Conversion of the text catalogue to a Gradio I18n object."""

from __future__ import annotations

import gradio as gr

from webui.texts.catalogue import texts_for


def page_words() -> gr.I18n:
    """Return the texts in Chinese and English by the language tags that browsers send."""
    chinese, english = dict(texts_for("zh")), dict(texts_for("en"))
    return gr.I18n(**{"zh-CN": chinese, "zh-TW": chinese, "zh": chinese, "en": english})
