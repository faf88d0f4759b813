"""Page form that uploads or records audio and starts its transcription."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple  # Any: Gradio checks its components' values

import gradio as gr
from gradio.i18n import I18nData

from pipeline.core.audio_track import MAX_MIXED, MAX_TRACK, AudioTrack
from pipeline.core.errors import OptionError
from pipeline.core.options import MAX_SPEAKERS, PipelineOptions, SpeakerCount
from storage.db.errors import StorageError
from webui.api.gradio_requests import event_scope
from webui.auth.visitor import visitor_of
from webui.services.access import Visitor
from webui.services.container import Services
from webui.services.runs.limits import UploadRefusedError
from webui.services.runs.transcription import Ticket
from webui.services.runs.upload_probe import MAX_CONCURRENT
from webui.services.runs.uploads import UploadGoneError
from webui.static.responsive_scale import scaled

logger = logging.getLogger(__name__)

_LANGUAGES = ("zh", "en", "yue", "ja", "ko")
LONGEST_HOLD_PAUSE_S = 300.0  # between extensions of the files' expiry
_AUTOMATIC, _FIXED, _RANGE, _MIX = "auto", "fixed", "range", "mix"


def build_new_recording(services: Services, words: gr.I18n, library: gr.HTML) -> None:
    """Build the form, with file upload, microphone, options and start button.

    Args:
        services: answer the form's events.
        words: the page's texts.
        library: the list of recordings; its value becomes {"open": id} or {"notice": text key},
            with the text's "values".
    """
    with gr.Tabs():
        with gr.Tab(words("new.upload")):
            upload = gr.File(
                label=words("new.upload_label"),
                type="filepath",
                height=scaled("150px"),
                elem_id="upload",
            )
        with gr.Tab(words("new.microphone")):
            microphone = gr.Audio(
                label=words("new.microphone_label"),
                sources=["microphone"],
                type="filepath",
                elem_id="microphone",
            )
    track = gr.Dropdown(
        label=words("new.track"),
        info=words("new.track_info"),
        choices=_track_choices(words, 1),
        value=_AUTOMATIC,
        visible=False,
        elem_id="audio-track",
    )
    language = gr.Dropdown(
        label=words("new.language"),
        choices=[
            (words("new.language_auto"), ""),
            *((words(f"new.language_{code}"), code) for code in _LANGUAGES),
        ],
        value="",
        elem_id="language",
    )
    speakers = gr.Radio(
        label=words("new.speakers"),
        choices=[
            (words("new.speakers_auto"), _AUTOMATIC),
            (words("new.speakers_fixed"), _FIXED),
            (words("new.speakers_range"), _RANGE),
        ],
        value=_AUTOMATIC,
        elem_id="speakers",
    )
    with gr.Row():
        low = _speaker_number(words("new.speakers_low"), elem_id="speakers-low")
        high = _speaker_number(words("new.speakers_high"), elem_id="speakers-high")
    hotwords = gr.Textbox(
        label=words("new.hotwords"),
        placeholder=words("new.hotwords_hint"),
        lines=2,
        max_lines=8,
        visible=False,
        elem_id="hotwords",
    )
    no_hotwords = gr.Textbox(
        label=words("new.hotwords"),
        placeholder=words("new.hotwords_away"),
        lines=3,
        interactive=False,
        elem_id="no-hotwords",
    )
    start = gr.Button(words("new.start"), variant="primary", elem_id="start")

    speakers.change(
        lambda choice: (
            gr.Number(visible=choice != _AUTOMATIC),
            gr.Number(visible=choice == _RANGE),
        ),
        speakers,
        [low, high],
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    gr.on(  # on page load and on language change
        None,
        _HotwordField(services),
        language,
        [hotwords, no_hotwords],
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    upload.change(  # also when it is removed or submitted
        _ProbeHandler(services, words).look,
        upload,
        [track, library],
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    prepare = _PreloadHandler(services)
    for chosen in (upload.upload, microphone.start_recording):
        chosen(
            prepare,
            [language, hotwords],
            None,
            queue=False,
            show_progress="hidden",
            api_visibility="private",
        )
    _keep_chosen_files(services, upload, microphone)
    start.click(
        _StartHandler(services),
        [upload, microphone, language, speakers, low, high, hotwords, track],
        [library, upload, microphone],
        concurrency_limit=None,
        show_progress="hidden",
        api_visibility="private",
    )


def _keep_chosen_files(services: Services, upload: gr.File, microphone: gr.Audio) -> None:
    """Extend the expiry of files chosen in an open form, so that they are not deleted."""
    hold_s = min(LONGEST_HOLD_PAUSE_S, services.uploads.keep_s / 4)
    gr.Timer(hold_s).tick(
        _RenewHandler(services),
        [upload, microphone],
        None,
        preprocess=False,  # only the paths are needed
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )


def _speaker_number(label: I18nData, *, elem_id: str) -> gr.Number:
    return gr.Number(
        label=label,
        value=2,
        precision=0,
        minimum=1,
        maximum=MAX_SPEAKERS,
        visible=False,
        min_width=100,
        elem_id=elem_id,
    )


class _HotwordField:
    """Handler that shows the hotword field, or a note if the recogniser does not support hotwords.

    It gets the language and updates both fields.
    """

    __name__ = "hotword_field"

    def __init__(self, services: Services) -> None:
        self._services = services

    def __call__(self, language: str) -> tuple[gr.Textbox, gr.Textbox]:
        accepts = self._services.models.accepts_hotwords(language or None)
        return gr.Textbox(visible=accepts), gr.Textbox(visible=not accepts)


class _ProbeHandler:
    """Handler that reads an upload's audio tracks for the form, or reports why it is unreadable."""

    def __init__(self, services: Services, words: gr.I18n) -> None:
        self._services = services
        self._words = words
        self._executor = ThreadPoolExecutor(MAX_CONCURRENT, thread_name_prefix="look")
        self._message = count(1)  # a value that does not change is not sent again

    async def look(self, upload: str | None) -> tuple[gr.Dropdown, object]:
        """Update the audio track field and the error notice for a new or removed upload."""
        if upload is None:
            return self._field(1), gr.skip()
        see = partial(self._services.transcription.look, Path(upload))
        try:
            seen = await asyncio.get_running_loop().run_in_executor(self._executor, see)
        except UploadRefusedError as error:
            told = {"notice": error.key, "values": error.values, "number": -next(self._message)}
            return self._field(1), told
        return self._field(seen.num_tracks), gr.skip()

    def _field(self, num_tracks: int) -> gr.Dropdown:
        return gr.Dropdown(
            choices=_track_choices(self._words, num_tracks),
            value=_AUTOMATIC,
            visible=num_tracks > 1,
        )


def _track_choices(words: gr.I18n, num_tracks: int) -> list[tuple[str | I18nData, str]]:
    mix = [(words("new.track_mix"), _MIX)] if num_tracks <= MAX_MIXED else []
    numbers = [(str(1 + number), str(1 + number)) for number in range(min(num_tracks, MAX_TRACK))]
    return [(words("new.track_auto"), _AUTOMATIC), *numbers, *mix]


class _PreloadHandler:
    """Handler that preloads the models while the person is still filling in the form."""

    __name__ = "prepare"

    def __init__(self, services: Services) -> None:
        self._services = services

    def __call__(self, language: str, hotwords: str) -> None:
        try:
            asr = self._services.models.asr_options(language or None, hotwords)
        except OptionError:
            return  # reported when the person starts
        self._services.transcription.prepare(PipelineOptions(asr=asr))


class _RenewHandler:
    """Handler that extends the expiry of the uploaded files of an open form."""

    __name__ = "keep"

    def __init__(self, services: Services) -> None:
        self._services = services

    def __call__(self, *chosen: Any) -> None:
        for each in chosen:
            reference = each.get("path") if isinstance(each, dict) else None
            path = self._services.uploads.find(reference)
            if path is not None:
                self._services.uploads.renew(path)


class _Form(NamedTuple):
    """Values of the form fields, in the order of the components."""

    upload: str | None
    microphone: str | None
    language: str
    speakers: str
    low: float | None
    high: float | None
    hotwords: str
    track: str | None


class _StartHandler:
    """Handler of the start button, which starts the transcription."""

    __name__ = "start"

    def __init__(self, services: Services) -> None:
        self._services = services
        self._message = count(1)  # a value that does not change is not sent again

    def __call__(self, request: gr.Request, *chosen: Any) -> tuple[dict[str, Any], object, object]:
        form = _Form(*chosen)
        sent = form.upload or form.microphone
        if sent is None:
            return self._say(notice="notice.choose_file"), gr.skip(), gr.skip()
        try:
            count = _speaker_count(form.speakers, form.low, form.high)
        except OptionError:
            return self._say(notice="notice.speaker_range"), gr.skip(), gr.skip()
        try:
            asr = self._services.models.asr_options(form.language or None, form.hotwords)
        except OptionError:
            return self._say(notice="notice.hotwords"), gr.skip(), gr.skip()
        track = AudioTrack.parse(form.track or _AUTOMATIC)
        options = PipelineOptions(speakers=count, asr=asr, track=track)
        return self._start(Path(sent), options, visitor_of(event_scope(request)))

    def _start(
        self, source: Path, options: PipelineOptions, visitor: Visitor
    ) -> tuple[dict[str, Any], object, object]:
        try:
            with self._services.uploads.claimed(source):
                ticket = self._services.transcription.start(
                    source,
                    title=source.stem,
                    options=options,
                    owner=visitor.owner,
                    address=visitor.address,
                )
        except UploadGoneError:
            return self._say(notice="notice.upload_gone"), None, None
        except UploadRefusedError as error:
            return self._say(notice=error.key, values=error.values), gr.skip(), gr.skip()
        except StorageError:
            logger.exception("an upload could not be stored")
            return self._say(notice="notice.not_started"), gr.skip(), gr.skip()
        return self._opened(ticket, source.stem), None, None

    def _opened(self, ticket: Ticket, title: str) -> dict[str, Any]:
        if ticket.is_new:
            return self._say(open=ticket.recording_id)
        stored = self._services.recordings.title(ticket.recording_id)
        values = {"title": title, "stored": stored}
        return self._say(open=ticket.recording_id, notice="notice.already_there", values=values)

    def _say(self, **message: str | dict[str, str]) -> dict[str, Any]:
        return {**message, "number": next(self._message)}


def _speaker_count(choice: str, low: float | None, high: float | None) -> SpeakerCount:
    """Convert the form's speaker fields to a SpeakerCount.

    Raises:
        OptionError: if a number is missing or out of range.
    """
    if choice == _AUTOMATIC:
        return SpeakerCount()
    if low is None or (choice == _RANGE and high is None):
        raise OptionError("The number of speakers is missing.")
    return SpeakerCount(int(low), int(low if choice == _FIXED or high is None else high))
