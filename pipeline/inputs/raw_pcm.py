"""Reading of headerless samples: 16-bit, one channel, little-endian."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from pipeline.audio.resample import PcmResampler, check_sample_rate
from pipeline.audio.samples import PCM_16_SCALE, Audio
from pipeline.audio.spool import PcmSpool
from pipeline.core.errors import AudioError, EmptyFileError, WorkingFileError
from pipeline.core.progress import Report
from pipeline.inputs.named_input import printable

PCM_SUFFIX = ".pcm"
BLOCK_BYTES = 1 << 20
BYTES_PER_SAMPLE = 2


def audio_from_pcm(content: bytes, sample_rate_hz: int) -> Audio:
    """Convert headerless sample bytes to `Audio`; an incomplete last sample is dropped.

    Raises:
        AudioError: there are no samples, or the rate is invalid.
    """
    blocks = (content[start : start + BLOCK_BYTES] for start in range(0, len(content), BLOCK_BYTES))
    return _gather(blocks, sample_rate_hz)


def read_pcm_file(path: Path, sample_rate_hz: int, *, report: Report) -> Audio:
    """Read the headerless samples of a file block by block.

    Raises:
        AudioError: the file is missing, empty or too long, or the rate is invalid; the message
            names the file.
        WorkingFileError: the disk has no space for the samples.
    """
    name = printable(path.name)
    if not path.is_file():
        raise AudioError(f"{name}: There is no such file. Check the name and the folder")
    try:
        return _gather(_blocks_of(path, report), sample_rate_hz)
    except AudioError as error:
        raise type(error)(f"{name}: {error}") from error
    except WorkingFileError:
        raise
    except OSError as error:
        raise AudioError(f"{name}: The file cannot be opened ({error.strerror})") from error


def _blocks_of(path: Path, report: Report) -> Iterator[bytes]:
    total = path.stat().st_size
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block
            report(file.tell(), max(total, file.tell()))


def _gather(blocks: Iterable[bytes], sample_rate_hz: int) -> Audio:
    check_sample_rate(sample_rate_hz)
    spool = PcmSpool()
    gatherer = PcmResampler(spool)
    for block in blocks:
        whole = len(block) - len(block) % BYTES_PER_SAMPLE
        pcm = np.frombuffer(block[:whole], dtype="<i2")
        gatherer.add(pcm.astype(np.float32) / np.float32(PCM_16_SCALE), sample_rate_hz)
    gatherer.finish()
    spool.finish()
    if not spool.num_written:
        raise EmptyFileError("There are no samples to transcribe. Record or copy it again")
    return spool.as_audio()
