"""Server of live recordings by the rules of the wire format, without recognition.

Tests cut its connections, let it refuse them, and look at the samples that it got.
"""

from __future__ import annotations

import json
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any  # values of JSON

import numpy as np
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from pipeline.audio.samples import SAMPLE_RATE_HZ

_HEAD = struct.Struct("<BBHIQ")
_GAP = 2
_PASSING_SAMPLES = SAMPLE_RATE_HZ // 2  # passing text after so much more sound
_SENTENCE_SAMPLES = 2 * SAMPLE_RATE_HZ
_SPEAKERS = (0, 0, 1, 0, 2)
_WORDS = "今天先说一下上线计划然后看看还有什么问题"


@dataclass
class _Session:
    """What the server has of one recording."""

    number: int
    samples: bytearray = field(default_factory=bytearray)
    log: list[dict[str, Any]] = field(default_factory=list)
    socket: ServerConnection | None = None
    num_shown: int = 0

    @property
    def num_samples(self) -> int:
        return len(self.samples) // 2


class LiveStandIn:
    """The server; a context manager that listens on a port of its own."""

    def __init__(self, recording_id: str) -> None:
        """Store the recording that every session claims to be."""
        self.recording_id = recording_id
        self.sessions: list[_Session] = []
        self.hellos: list[dict[str, Any]] = []
        self.stops: list[int] = []
        self.close_code: int | None = None  # with which each connection is refused
        self.is_reachable = True
        self.max_hours = 12.0
        self._server = serve(self._serve, "127.0.0.1", 0, compression=None)
        self.port: int = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> LiveStandIn:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()

    @property
    def page_script(self) -> str:
        """Script by which a page uses this server."""
        return f"""
        const post = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (message, ...rest) {{
          if (message.kind === "start") message.url = "http://127.0.0.1:{self.port}/live";
          return post.call(this, message, ...rest);
        }};
        """

    def samples(self, number: int = 0) -> np.ndarray:
        """Return the samples of a session."""
        return np.frombuffer(bytes(self.sessions[number].samples), dtype="<i2")

    def cut(self) -> None:
        """Close every connection without a word, as a broken network does."""
        for session in self.sessions:
            if session.socket is not None:
                session.socket.socket.close()

    def _serve(self, socket: ServerConnection) -> None:
        with suppress(ConnectionClosed, OSError):
            if not self.is_reachable:
                return socket.socket.close()
            session = self._greet(socket, json.loads(socket.recv()))
            while session is not None:
                message = socket.recv()
                if isinstance(message, bytes):
                    self._take(session, message)
                else:
                    self._hear(session, json.loads(message))
        return None

    def _greet(self, socket: ServerConnection, hello: dict[str, Any]) -> _Session | None:
        self.hellos.append(hello)
        if self.close_code is not None:
            socket.close(self.close_code)
            return None
        if hello["session"] is None:
            session = _Session(len(self.sessions))
            self.sessions.append(session)
        else:
            session = self.sessions[int(hello["session"])]
            if hello["token"] != f"secret-{session.number}":
                socket.close(4010)
                return None
        if session.socket is not None:
            threading.Thread(target=session.socket.close, args=(4009,), daemon=True).start()
        session.socket = socket
        _say(
            socket,
            type="welcome",
            v=1,
            session=str(session.number),
            token=f"secret-{session.number}",
            recording_id=self.recording_id,
            next_sample=session.num_samples,
            rev=len(session.log),
            limits={"max_unacked_s": 30, "max_hours": self.max_hours},
            engine="whisper",
        )
        for message in session.log[hello["last_rev"] :]:
            _say(socket, **message)
        return session

    def _take(self, session: _Session, frame: bytes) -> None:
        _, kind, _, count, first = _HEAD.unpack_from(frame)
        known = session.num_samples
        if first > known:
            return _say(session.socket, type="nack", next_sample=known)
        sound = bytes(2 * count) if kind == _GAP else frame[_HEAD.size :]
        session.samples += sound[2 * (known - first) :]
        self._show(session)
        return _acknowledge(session)

    def _hear(self, session: _Session, message: dict[str, Any]) -> None:
        if message["type"] == "stop":
            self.stops.append(message["samples"])
            _acknowledge(session)
        elif message["type"] == "ping":
            _say(session.socket, type="pong", n=message["n"])

    def _show(self, session: _Session) -> None:
        """Send passing text twice a second, and a final sentence every two seconds."""
        if session.num_samples < session.num_shown + _PASSING_SAMPLES:
            return
        session.num_shown = session.num_samples
        segment = len(session.log)
        start = segment * _SENTENCE_SAMPLES
        heard = session.num_samples - start
        speaker = _SPEAKERS[segment % len(_SPEAKERS)]
        num_words = min(len(_WORDS), max(1, heard * len(_WORDS) // _SENTENCE_SAMPLES))
        if heard < _SENTENCE_SAMPLES:
            _say(
                session.socket,
                type="partial",
                rev=segment,
                segment=segment,
                start_ms=_ms(start),
                text=_WORDS[:num_words],
                firm=num_words // 2,
                speaker=speaker,
                heard_ms=_ms(session.num_samples),
            )
            return
        sentence = {
            "id": segment,
            "start_ms": _ms(start),
            "end_ms": _ms(start + _SENTENCE_SAMPLES),
            "text": f"{_WORDS}。",
            "speaker": speaker,
        }
        final = {"type": "final", "rev": segment + 1, "segment": segment, "sentences": [sentence]}
        session.log.append(final)
        _say(session.socket, **final)


def _acknowledge(session: _Session) -> None:
    number = session.num_samples
    _say(session.socket, type="ack", next_sample=number, durable_sample=number)


def _say(socket: ServerConnection | None, **message: object) -> None:
    if socket is not None:
        socket.send(json.dumps(message))


def _ms(num_samples: int) -> int:
    return num_samples * 1_000 // SAMPLE_RATE_HZ
