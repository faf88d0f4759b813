"""Page form with the options of new transcriptions.

The files and the microphone are parts of assets/web/pages/new_recording/new_recording.js, which
also starts the transcriptions through webui/routes/runs/transcriptions.py.
"""

from __future__ import annotations

import gradio as gr

from webui.services.container import Services

_LANGUAGES = ("zh", "en", "yue", "ja", "ko")
_AUTOMATIC, _OTHER = "auto", "other"
_OFFERED_COUNTS = ("2", "3", "4", "5", "6")
_PREPARE = "(language) => { window.speakerStudio?.prepare(language); return []; }"
_START = "(...values) => { window.speakerStudio.start(values); return []; }"


def build_new_recording(services: Services, words: gr.I18n) -> None:
    """Build the form, with options and start button.

    Args:
        services: services of the app.
        words: the page's texts.
    """
    with gr.Row(elem_id="options", equal_height=False):
        language = gr.Dropdown(
            label=words("new.language"),
            choices=[
                (words("new.language_auto"), ""),
                *((words(f"new.language_{code}"), code) for code in _LANGUAGES),
            ],
            value="",
            min_width=160,
            elem_id="language",
        )
        speakers = gr.Radio(
            label=words("new.speakers"),
            choices=[
                (words("new.speakers_auto"), _AUTOMATIC),
                *((count, count) for count in _OFFERED_COUNTS),
                (words("new.speakers_other"), _OTHER),
            ],
            value=_AUTOMATIC,
            min_width=280,
            elem_id="speakers",
        )
    count = gr.Textbox(
        label=words("new.speakers_count"),
        placeholder=words("new.speakers_count_hint"),
        max_lines=1,
        visible=False,
        elem_id="speaker-count",
    )
    with gr.Accordion(
        words("new.advanced"), open=False, visible=False, elem_id="advanced"
    ) as advanced:
        hotwords = gr.Textbox(
            label=words("new.hotwords"),
            placeholder=words("new.hotwords_hint"),
            lines=3,
            max_lines=8,
            elem_id="hotwords",
        )
    start = gr.Button(words("new.start"), variant="primary", elem_id="start")

    speakers.change(
        lambda choice: gr.Textbox(visible=choice == _OTHER),
        speakers,
        count,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    gr.on(  # on page load and on language change
        None,
        _HotwordField(services),
        language,
        advanced,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    language.change(None, language, None, js=_PREPARE, api_visibility="private")
    start.click(
        None, [language, speakers, count, hotwords], None, js=_START, api_visibility="private"
    )


class _HotwordField:
    """Handler that shows the advanced options if the recogniser supports hotwords."""

    __name__ = "hotword_field"

    def __init__(self, services: Services) -> None:
        self._services = services

    def __call__(self, language: str) -> gr.Accordion:
        return gr.Accordion(visible=self._services.models.accepts_hotwords(language or None))
