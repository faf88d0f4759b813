"""Recognition of one utterance of a client of FunASR's protocol."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.live.events import FinalText, LiveEvent, LiveSentence, PassingText
from pipeline.live.recognition.firm_text import best_match
from pipeline.live.two_pass.answers import (
    Answer,
    final_answer,
    final_text,
    passing_answer,
    text_answer,
)
from pipeline.live.two_pass.audio_inputs import AudioInput, FileInput, PcmInput
from pipeline.live.two_pass.settings import PCM, Mode, StreamSettings


class Session(Protocol):
    """The recognition of an utterance; see `pipeline.live.session.LiveSession`."""

    def feed(self, samples: NDArray[np.int16]) -> list[LiveEvent]:
        """Add samples and return the resulting events."""
        ...

    def finish(self) -> list[LiveEvent]:
        """End the recording; return the last events."""
        ...


OpenSession = Callable[[StreamSettings], Session]
"""A function that starts the recognition of an utterance with the given settings."""


class Utterance:
    """The recognition of one utterance, with answers in the order in which they are sent."""

    def __init__(self, settings: StreamSettings, open_session: OpenSession) -> None:
        """Create the recognition of a new utterance.

        Args:
            settings: settings of the utterance.
            open_session: starts the recognition.

        Raises:
            OptionError: the recogniser does not support the settings.
        """
        self.settings = settings
        self._session = open_session(settings)
        self._input = _input_of(settings)
        self._passing = PassingText(-1, 0, "", 0, None, 0)
        self._sent = ""  # of the interim text
        self._sentences: list[LiveSentence] = []  # of the mode offline

    def change(self, settings: StreamSettings) -> None:
        """Change the mode, name and sample rate of the following samples."""
        self.settings = settings
        if isinstance(self._input, PcmInput):
            self._input.sample_rate_hz = settings.sample_rate_hz

    def feed(self, data: bytes) -> list[Answer]:
        """Add audio bytes and return the resulting answers.

        Raises:
            AudioError: the bytes are no audio, or the recording is too long.
        """
        return self._answers(self._session.feed(self._input.add(data)))

    def finish(self) -> list[Answer]:
        """End the utterance; return the last answers, the last of which is marked as final.

        Raises:
            AudioError: the audio cannot be read.
        """
        answers: list[Answer] = []
        for samples in self._input.finish():
            answers += self._answers(self._session.feed(samples))
        answers += self._answers(self._session.finish())
        if self.settings.mode is Mode.OFFLINE:
            answers = [final_answer(self.settings, self._sentences)]
        return _closed(answers, self.settings)

    def finish_with_passing(self) -> list[Answer]:
        """Return the last answers with the interim text in place of a delayed final text."""
        text = self._passing.text
        if self.settings.mode is Mode.ONLINE:
            text = text[len(self._sent) :]
        return _closed([text_answer(self.settings, text)], self.settings)

    def close(self) -> None:
        """Release the memory and files of the utterance."""
        self._input.close()

    def _answers(self, events: Iterable[LiveEvent]) -> list[Answer]:
        answers: list[Answer | None] = []
        for event in events:
            if isinstance(event, PassingText):
                answers.append(self._passing_answer(event))
            elif isinstance(event, FinalText):
                answers.append(self._final_answer(event))
        return [each for each in answers if each is not None]

    def _passing_answer(self, event: PassingText) -> Answer | None:
        """Return the answer with new stable text; None if there is none, or in offline mode."""
        if event.segment != self._passing.segment:
            self._sent = ""
        self._passing = event
        grown = event.text[len(self._sent) : event.num_firm]
        if not grown or self.settings.mode is Mode.OFFLINE:
            return None
        self._sent += grown
        return passing_answer(self.settings, grown)

    def _final_answer(self, event: FinalText) -> Answer | None:
        sent, self._sent = self._sent, ""
        self._passing = PassingText(event.segment, 0, "", 0, None, 0)
        text = final_text(event.sentences)
        if self.settings.mode is Mode.OFFLINE:
            self._sentences += event.sentences
        elif self.settings.mode is Mode.ONLINE:
            rest = text[best_match(sent, text).length :]
            return passing_answer(self.settings, rest) if rest else None
        elif text or sent:
            return final_answer(self.settings, event.sentences)
        return None


def _input_of(settings: StreamSettings) -> AudioInput:
    return PcmInput(settings.sample_rate_hz) if settings.wav_format == PCM else FileInput()


def _closed(answers: list[Answer], settings: StreamSettings) -> list[Answer]:
    """Mark the last answer as final; add an empty one if it is interim text or missing."""
    is_passing = not answers or answers[-1]["mode"] == "2pass-online"
    last = text_answer(settings, "") if is_passing else answers.pop()
    return [*answers, {**last, "is_final": True}]
