"""Mixing of a file's channels to one, with the result in a temporary file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from pipeline.audio.decoders.block import Blocks, DecodedBlock, DecodingStoppedError
from pipeline.audio.downmix import UNCHANGED_MONO, ChannelMix, ChannelStatistics, choose_mix
from pipeline.audio.resample import PcmResampler
from pipeline.audio.spool import PcmSpool
from pipeline.core.errors import AudioError, NotANumberError
from pipeline.core.progress import Report

REPORT_TOTAL = 1000  # progress is reported in thousandths of the work
SURVEY_SHARE = 0.5  # share of the work that a survey takes, if one is needed

MixFor = Callable[[DecodedBlock], ChannelMix]
NewSpool = Callable[[], PcmSpool]
OnFraction = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Mixdown:
    """The mono samples from one decoder, with a flag for whether it reached the end of the file."""

    spool: PcmSpool
    is_complete: bool


class _SurveyNeededError(Exception):
    """Internal signal that the mix requires a first pass over the whole file."""


def mix_down(open_blocks: Callable[[], Blocks], new_spool: NewSpool, report: Report) -> Mixdown:
    """Decode a file, mix its channels to one and write the samples to a temporary file.

    Mono within full scale takes one pass. Several channels, or samples beyond full scale, take a
    first pass that chooses the mix for the whole file, and a second one that applies it.

    Args:
        open_blocks: starts decoding from the beginning; called up to three times.
        new_spool: creates the spool for the samples. A second one is created if a mix turns out
            to be needed after samples were written to the first. The returned spool is not
            finished, because a better decoding may follow.
        report: called after each block with the work done, in thousandths.

    Raises:
        AudioError: a sample is NaN or infinite, the sample rate is invalid, or the recording is
            longer than a day.
        WorkingFileError: the disk has no space for the samples.
    """
    spool = new_spool()
    try:
        return _gather(open_blocks(), spool, _unchanged, _share_of(report, 0.0, 1.0))
    except _SurveyNeededError:
        mixes = _survey(open_blocks(), _share_of(report, 0.0, SURVEY_SHARE))
    fresh = new_spool() if spool.num_written else spool
    on_fraction = _share_of(report, SURVEY_SHARE, 1.0)
    return _gather(open_blocks(), fresh, _looked_up_in(mixes), on_fraction)


def _gather(blocks: Blocks, spool: PcmSpool, mix_for: MixFor, on_fraction: OnFraction) -> Mixdown:
    gatherer = PcmResampler(spool)
    is_complete = True
    with closing(blocks):
        try:
            for block in blocks:
                _check_finite(block)
                gatherer.add(mix_for(block).apply(block.samples), block.sample_rate_hz)
                spool.set_fraction(block.fraction)
                on_fraction(block.fraction)
        except DecodingStoppedError:
            is_complete = False
    gatherer.finish()
    return Mixdown(spool, is_complete)


def _survey(blocks: Blocks, on_fraction: OnFraction) -> dict[int, ChannelMix]:
    """Choose the mix for each number of channels that occurs in the file."""
    statistics: dict[int, ChannelStatistics] = {}
    with closing(blocks):
        try:
            for block in blocks:
                _check_finite(block)
                seen = ChannelStatistics.of(block.samples)
                before = statistics.get(block.num_channels)
                statistics[block.num_channels] = seen if before is None else before + seen
                on_fraction(block.fraction)
        except DecodingStoppedError:
            pass  # the mix of the readable part: the second pass stops at the same place
    return {num: choose_mix(seen) for num, seen in statistics.items()}


def _unchanged(block: DecodedBlock) -> ChannelMix:
    if block.num_channels > 1 or np.abs(block.samples).max(initial=0.0) > 1.0:
        raise _SurveyNeededError
    return UNCHANGED_MONO


def _looked_up_in(mixes: Mapping[int, ChannelMix]) -> MixFor:
    def look_up(block: DecodedBlock) -> ChannelMix:
        if block.num_channels not in mixes:
            raise AudioError("The file changes while it is read. Wait until it is complete")
        return mixes[block.num_channels]

    return look_up


def _check_finite(block: DecodedBlock) -> None:
    if not np.isfinite(block.samples).all():
        raise NotANumberError("The file contains samples that are NaN. Export it again")


def _share_of(report: Report, start: float, end: float) -> OnFraction:
    def on_fraction(fraction: float) -> None:
        report(round(REPORT_TOTAL * (start + fraction * (end - start))), REPORT_TOTAL)

    return on_fraction
