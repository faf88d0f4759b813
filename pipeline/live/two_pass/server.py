"""WebSocket server of FunASR's 2pass protocol."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from pipeline.audio.samples import SAMPLES_PER_MS
from pipeline.core.errors import OptionError
from pipeline.live.events import LiveEvent
from pipeline.live.models import LiveModels
from pipeline.live.options import LiveOptions
from pipeline.live.session import LiveSession
from pipeline.live.two_pass.answers import Answer, error_answer
from pipeline.live.two_pass.conversation import Conversation, WaitingTime
from pipeline.live.two_pass.settings import StreamSettings
from pipeline.live.two_pass.utterance import Session

IDLE_S = 300.0  # without a message
MAX_MESSAGE_BYTES = 1 << 20
_BINARY = Subprotocol("binary")  # offered by FunASR's clients
_TRY_AGAIN_LATER = 1013
_FULL = "All places are taken. Try again later."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The address and limits of the server.

    Attributes:
        host: address to listen on.
        port: TCP port; 0 for a free one.
        certificate: PEM files of the certificate and of its key; None for no encryption.
        max_sessions: maximum number of simultaneous connections.
        allowed_origins: origins of web pages that may connect; other programs send none.
        idle_s: seconds without a message after which a connection is closed.
    """

    host: str = "127.0.0.1"
    port: int = 10_095
    certificate: tuple[Path, Path] | None = None
    max_sessions: int = 4
    allowed_origins: Sequence[str] = ()
    idle_s: float = IDLE_S


class SessionOpener:
    """A factory of recognition sessions that share the loaded models."""

    def __init__(self, models: LiveModels, options: LiveOptions) -> None:
        """Store the models and the default options.

        Args:
            models: used by one thread at a time.
            options: options of all utterances; a message may add language and hotwords.
        """
        self._models = models
        self._options = options
        self._has_warned = False

    def __call__(self, settings: StreamSettings, waiting_ms: WaitingTime) -> Session:
        """Create the recognition of an utterance; see `OpenSession`.

        Hotwords are ignored if the recogniser does not accept them.

        Raises:
            OptionError: the recogniser does not support the language.
        """
        options = replace(self._options, language=settings.language or self._options.language)
        if settings.hotwords:
            try:
                return _Recognition(
                    self._models, replace(options, hotwords=settings.hotwords), waiting_ms
                )
            except OptionError as error:
                self._warn(error)
        return _Recognition(self._models, options, waiting_ms)

    def _warn(self, error: OptionError) -> None:
        if not self._has_warned:
            _log.warning("The hotwords of clients are ignored: %s", error)
            self._has_warned = True


class _Recognition:
    """A live session whose lag is the duration of its unprocessed audio."""

    def __init__(self, models: LiveModels, options: LiveOptions, waiting_ms: WaitingTime) -> None:
        self._waiting_ms = waiting_ms
        self._num_samples = 0
        self._session = LiveSession(models, options, clock=self._received_ms)

    def feed(self, samples: NDArray[np.int16]) -> list[LiveEvent]:
        self._num_samples += len(samples)
        return self._session.feed(samples)

    def finish(self) -> list[LiveEvent]:
        return self._session.finish()

    def _received_ms(self) -> int:
        return self._num_samples // SAMPLES_PER_MS + self._waiting_ms()


class TwoPassServer:
    """A server for several clients, whose audio is recognised in turn by one thread."""

    def __init__(
        self,
        open_session: Callable[[StreamSettings, WaitingTime], Session],
        settings: ServerSettings,
    ) -> None:
        """Store the session factory and the settings.

        Args:
            open_session: creates the recognition of an utterance.
            settings: address and limits.
        """
        self._open_session = open_session
        self._settings = settings
        self._num_open = 0

    async def run(self, on_start: Callable[[str], None]) -> None:
        """Serve until the task is cancelled.

        Args:
            on_start: is called with the address once connections are accepted.

        Raises:
            OSError: the address is not available.
            OptionError: the certificate cannot be read.
        """
        settings = self._settings
        security = None if settings.certificate is None else _tls(*settings.certificate)
        with ThreadPoolExecutor(1, thread_name_prefix="recognition") as self._executor:
            async with serve(
                self._serve,
                settings.host,
                settings.port,
                ssl=security,
                origins=[None, *map(Origin, settings.allowed_origins)],
                select_subprotocol=_select_subprotocol,
                max_size=MAX_MESSAGE_BYTES,
                ping_interval=None,  # not every client answers them
                compression=None,
                server_header=None,
            ) as server:
                port = next(iter(server.sockets)).getsockname()[1]
                on_start(f"{'wss' if security else 'ws'}://{settings.host}:{port}")
                await asyncio.Event().wait()

    async def _serve(self, connection: ServerConnection) -> None:
        async def send(answer: Answer) -> None:
            await connection.send(json.dumps(answer, ensure_ascii=False))

        if self._num_open >= self._settings.max_sessions:
            await send(error_answer(StreamSettings(), "busy", _FULL))
            await connection.close(_TRY_AGAIN_LATER, "busy")
            return
        self._num_open += 1
        try:
            messages = self._messages(connection)
            await Conversation(self._open_session, self._executor, send).run(messages)
        except ConnectionClosed:
            _log.debug("a client has left before its answers")
        finally:
            self._num_open -= 1

    async def _messages(self, connection: ServerConnection) -> AsyncIterator[str | bytes]:
        """Yield the messages until the client disconnects or the idle timeout has passed."""
        while True:
            try:
                yield await asyncio.wait_for(connection.recv(), self._settings.idle_s)
            except ConnectionClosed:
                return
            except (TimeoutError, asyncio.TimeoutError):
                await connection.close(reason="idle")
                return


def _select_subprotocol(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return _BINARY if _BINARY in offered else None


def _tls(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise OptionError(
            f"'{certificate.name}' and '{key.name}' are no certificate with its key: {error}"
        ) from error
    return context
