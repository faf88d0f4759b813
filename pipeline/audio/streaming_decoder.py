"""A recording that is worked on while it is still being decoded."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Protocol

from pipeline.audio.decode import decode_file
from pipeline.audio.decoders.mixdown import NewSpool
from pipeline.audio.samples import SAMPLES_PER_MS, Audio
from pipeline.audio.spool import PcmSpool, SamplesReplacedError
from pipeline.core.progress import Report


class Decode(Protocol):
    """Decodes a file; `decode_file` does."""

    def __call__(self, path: Path, new_spool: NewSpool, *, report: Report) -> PcmSpool:
        """The best of the spools that it asked for and filled, finished."""
        ...


class StreamingDecoder:
    """Decodes a file in a thread of its own; its samples can be read as soon as they are there.

    Now and then samples have gone out that are not the recording: a file was damaged and another
    decoder makes more of it, or a late sample beyond full scale changes the level of the whole.
    Whoever reads then gets SamplesReplacedError, and finds the recording in `audio` again.
    """

    def __init__(
        self,
        path: Path,
        *,
        spool_dir: Path | None = None,
        max_samples: int | None = None,
        hold_at_ms: int | None = None,
        decode: Decode = decode_file,
    ) -> None:
        """Begin to decode.

        Args:
            path: a file on this machine.
            spool_dir: on whose disk the samples lie; None for the system's temporary files.
            max_samples: a longer recording is refused; None for no limit.
            hold_at_ms: here decoding waits for `hurry`, or for somebody who wants to read on: the
                processor is needed for the beginning.
            decode: what fills spools.
        """
        self._path = path
        self._decode_file = decode
        self._new_spool = partial(PcmSpool, spool_dir, max_samples=max_samples)
        self._is_cancelled = False
        self._current = self._new_spool()
        if hold_at_ms is not None:
            self._current.hold_at(hold_at_ms * SAMPLES_PER_MS)
        self._thread = threading.Thread(target=self._decode, name="decode", daemon=True)
        self._thread.start()

    @property
    def audio(self) -> Audio:
        """The recording as it is known now."""
        return self._current.as_audio()

    def hurry(self) -> None:
        """Decode to the end without waiting."""
        self._current.release()

    def close(self) -> None:
        """Stop decoding, and wait until the file is closed."""
        self._is_cancelled = True
        self.hurry()
        self._thread.join()

    def _decode(self) -> None:
        first = self._current

        def new_spool() -> PcmSpool:
            # decoders that cannot read the file leave nothing in it
            return self._new_spool() if first.num_written else first

        try:
            best = self._decode_file(self._path, new_spool, report=self._check_cancelled)
        except BaseException as error:  # goes on to whoever reads, in another thread
            first.fail(error)
            return
        if best is not first:
            self._current = best
            first.fail(SamplesReplacedError())

    def _check_cancelled(self, *_progress: int) -> None:
        if self._is_cancelled:
            raise _CancelledError


class _CancelledError(Exception):
    """Nobody wants the recording any more."""
