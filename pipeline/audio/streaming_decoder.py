"""Decoding of a recording in the background while it is already being processed."""

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
    """A function that decodes a file, such as `decode_file`."""

    def __call__(self, path: Path, new_spool: NewSpool, *, report: Report) -> PcmSpool:
        """Decode the file into one or more new spools; return the best one, complete."""
        ...


class StreamingDecoder:
    """A background thread that decodes a file; its samples are readable as soon as they exist.

    Samples that were already read can turn out wrong: another decoder reads more of a damaged
    file, or a late sample beyond full scale changes the level of the whole. Readers then get
    SamplesReplacedError, and `audio` is the new decoding.
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
        """Start decoding in a new thread.

        Args:
            path: a file on this machine.
            spool_dir: folder for the samples; None for the system's temporary folder.
            max_samples: a longer recording is refused; None for no limit.
            hold_at_ms: decoding pauses here until `hurry` is called or a reader needs more, to
                leave the processor to the beginning of the recording.
            decode: fills the spools.
        """
        self._path = path
        self._decode_file = decode
        self._new_spool = partial(PcmSpool, spool_dir, max_samples=max_samples)
        self._is_cancelled = False
        self._current = self._new_spool()
        if hold_at_ms is not None:
            self._current.pause_at(hold_at_ms * SAMPLES_PER_MS)
        self._thread = threading.Thread(target=self._decode, name="decode", daemon=True)
        self._thread.start()

    @property
    def audio(self) -> Audio:
        """The recording as decoded so far."""
        return self._current.as_audio()

    def hurry(self) -> None:
        """Cancel the pause at `hold_at_ms`, so that decoding continues to the end."""
        self._current.release()

    def close(self) -> None:
        """Stop decoding and wait until the file is closed."""
        self._is_cancelled = True
        self.hurry()
        self._thread.join()

    def _decode(self) -> None:
        first = self._current

        def new_spool() -> PcmSpool:
            # a decoder that cannot read the file has written nothing to it
            return self._new_spool() if first.num_written else first

        try:
            best = self._decode_file(self._path, new_spool, report=self._check_cancelled)
        except BaseException as error:  # raised to the readers, in other threads
            first.fail(error)
            return
        if best is not first:
            self._current = best
            first.fail(SamplesReplacedError())

    def _check_cancelled(self, *_progress: int) -> None:
        if self._is_cancelled:
            raise _CancelledError


class _CancelledError(Exception):
    """Internal signal that decoding was stopped because the recording is no longer needed."""
