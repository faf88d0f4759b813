"""A recognition with scripted events, and a client without a network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from pipeline.core.transcript import Token
from pipeline.live.events import FinalText, LiveEvent, LiveSentence, PassingText
from pipeline.live.two_pass.answers import Answer
from pipeline.live.two_pass.conversation import Conversation
from tests.conditions import run_in_new_loop


def passing(text: str, num_firm: int, segment: int = 0) -> PassingText:
    return PassingText(segment, 0, text, num_firm, None, 0)


def final(*sentences: LiveSentence, segment: int = 0) -> FinalText:
    return FinalText(segment, sentences)


def sentence(
    text: str,
    *words: tuple[int, int, str],
    speaker: int | None = None,
    likeness: float | None = None,
) -> LiveSentence:
    tokens = tuple(Token(start, end, word) for start, end, word in words)
    start, end = (words[0][0], words[-1][1]) if words else (0, 1_000)
    return LiveSentence(0, start, end, text, speaker, tokens, likeness)


HELLO = sentence(
    "你好吗？", (620, 760, "你"), (760, 900, "好"), (900, 1_080, "吗"), speaker=0, likeness=0.71
)


class ScriptedSession:
    """A session that answers the n-th call of `feed` with the n-th events of a script."""

    def __init__(
        self, fed: Sequence[Sequence[LiveEvent]] = (), finished: Sequence[LiveEvent] = ()
    ) -> None:
        self._fed = list(fed)
        self._finished = finished
        self.samples = np.zeros(0, dtype=np.int16)

    def feed(self, samples):
        self.samples = np.concatenate([self.samples, samples])
        return list(self._fed.pop(0)) if self._fed else []

    def finish(self):
        return list(self._finished)


class Client:
    """A client that has sent all its messages before it reads the answers."""

    def __init__(self, *sessions: ScriptedSession) -> None:
        self._sessions = list(sessions)
        self.settings = []  # of the utterances that began

    def exchange(self, *messages: dict | bytes | str) -> list[Answer]:
        return run_in_new_loop(self._exchange(messages))

    async def _exchange(self, messages) -> list[Answer]:
        answers: list[Answer] = []

        async def send(answer: Answer) -> None:
            answers.append(json.loads(json.dumps(answer)))

        async def sent():
            for each in messages:
                yield json.dumps(each) if isinstance(each, dict) else each

        with ThreadPoolExecutor(1) as executor:
            await Conversation(self._open, executor, send).run(sent())
        return answers

    def _open(self, settings, waiting_ms):
        self.settings.append(settings)
        return self._sessions.pop(0)
