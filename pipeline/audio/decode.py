"""Decoding of audio and video files to 16 kHz mono."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from pipeline.audio.decoders.block import Decoder, DecodingStoppedError
from pipeline.audio.decoders.ffmpeg import decode_with_ffmpeg
from pipeline.audio.decoders.libsndfile import decode_with_libsndfile
from pipeline.audio.decoders.mixdown import REPORT_TOTAL, Mixdown, NewSpool, mix_down
from pipeline.audio.decoders.pyav import decode_with_pyav
from pipeline.audio.decoders.refusals import printable_name, refuse_foreign, unreadable
from pipeline.audio.decoders.track_choice import choose_tracks, count_tracks
from pipeline.audio.samples import Audio
from pipeline.audio.spool import PcmSpool
from pipeline.core.audio_track import ANY_TRACK, MAX_MIXED, AudioTrack, TracksRead
from pipeline.core.errors import AudioError, WorkingFileError
from pipeline.core.progress import Report, ignore_report

# Tried in this order: exact and fast, nearly every format, only if installed.
DECODERS: tuple[Decoder, ...] = (decode_with_libsndfile, decode_with_pyav, decode_with_ffmpeg)


def read_audio(
    path: Path, *, track: AudioTrack = ANY_TRACK, report: Report = ignore_report
) -> Audio:
    """Decode a file of any format, sample rate and number of channels to 16 kHz mono.

    The format is detected from the content, not the name. A damaged or truncated file is decoded
    as far as possible. The samples are kept in an unnamed file; at most one block is in memory.

    Args:
        path: a file on this machine.
        track: the sound track to decode if the file has several.
        report: called after each block with the work done, in thousandths.

    Raises:
        AudioError: the file is missing, empty, not audio, without a sound track, longer than 24
            hours, or has NaN samples; the message names the file and the remedy.
        WorkingFileError: the disk has no space for the samples.
    """
    return decode_file(path, PcmSpool, track=track, report=report).as_audio()


def decode_file(
    path: Path,
    new_spool: NewSpool,
    *,
    track: AudioTrack = ANY_TRACK,
    report: Report = ignore_report,
) -> PcmSpool:
    """Decode a file with the decoder that yields the most samples; see `read_audio`.

    Args:
        path: a file on this machine.
        new_spool: called once for each decoder that is tried.
        track: the sound track to decode if the file has several.
        report: called after each block with the work done, in thousandths.

    Returns:
        The spool with the most samples, finished.

    Raises:
        AudioError: as from `read_audio`.
        WorkingFileError: the disk has no space for the samples.
    """
    with _prefix_file_name(path):
        tracks = _choose_tracks(path, track, report)
        spool = _longest_mixdown(path, tracks, new_spool, report).spool
    spool.finish(tracks)
    return spool


def check_beginning(path: Path) -> int:
    """Decode only the first samples of a file, to detect an unreadable file early.

    Returns:
        Number of sound tracks of the file.

    Raises:
        AudioError: as from `read_audio`, for a problem at the beginning of the file.
    """
    with _prefix_file_name(path):
        _check_file(path)
        total = count_tracks(path)
        for number in range(1, min(total, MAX_MIXED) + 1):
            for decoder in DECODERS:
                with (
                    closing(decoder(path, TracksRead((number,), total))) as blocks,
                    suppress(DecodingStoppedError),
                ):
                    if next(blocks, None) is not None:
                        return total
        raise unreadable(path)


@contextmanager
def _prefix_file_name(path: Path) -> Iterator[None]:
    """Prefix the message of AudioError with the file's name, and convert OSError to AudioError.

    Raises:
        AudioError: the block raised it, or an OSError other than WorkingFileError.
    """
    try:
        yield
    except AudioError as error:
        raise type(error)(f"{printable_name(path)}: {error}") from error
    except WorkingFileError:
        raise
    except OSError as error:
        sentence = f"The file cannot be opened ({error.strerror}). Check it and try again"
        raise AudioError(f"{printable_name(path)}: {sentence}") from error


def _choose_tracks(path: Path, track: AudioTrack, report: Report) -> TracksRead:
    _check_file(path)
    return choose_tracks(path, track, lambda: report(0, REPORT_TOTAL))


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise AudioError("There is no such file. Check the name and the folder")
    refuse_foreign(path)


def _longest_mixdown(
    path: Path, tracks: TracksRead, new_spool: NewSpool, report: Report
) -> Mixdown:
    """Run the decoders in turn; return the first complete result, otherwise the longest.

    Raises:
        AudioError: no decoder produced a sample.
    """
    found: list[Mixdown] = []
    for decoder in DECODERS:
        found.append(mix_down(partial(decoder, path, tracks), new_spool, report))
        if found[-1].is_complete and found[-1].spool.num_written:
            break
    longest = max(found, key=lambda each: each.spool.num_written)
    if not longest.spool.num_written:
        raise unreadable(path)
    return longest
