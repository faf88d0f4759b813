"""All blocks of a file, mixed to one channel and gathered as Audio."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from pipeline.audio import Audio
from pipeline.channel_mix import UNCHANGED_MONO, ChannelMix, ChannelStatistics, choose_mix
from pipeline.decoding.block import Blocks, DecodedBlock, DecodingStoppedError
from pipeline.errors import AudioError, NotANumberError
from pipeline.pcm_gathering import PcmGatherer
from pipeline.progress import Report

REPORT_TOTAL = 1000  # progress is counted in thousandths of the work
SURVEY_SHARE = 0.5  # of the work, where a survey is needed

MixFor = Callable[[DecodedBlock], ChannelMix]
Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Mixdown:
    """What one decoder made of a file; complete where it reached the end without complaint."""

    audio: Audio
    is_complete: bool


class _SurveyNeededError(Exception):
    """The mix cannot be known before the whole file has been seen."""


def mix_down(open_blocks: Callable[[], Blocks], report: Report) -> Mixdown:
    """Mix and gather a file's blocks.

    Mono within full scale takes one pass. Several channels, or samples beyond full scale, take a
    pass that finds the mix for the whole file, and one that applies it.

    Args:
        open_blocks: starts decoding from the beginning; called up to three times.
        report: called after each block with the work done, in thousandths.

    Raises:
        AudioError: for NaN or infinity, an impossible rate, or a recording of more than a day.
    """
    try:
        return _gather(open_blocks(), _unchanged, _share_of(report, 0.0, 1.0))
    except _SurveyNeededError:
        mixes = _survey(open_blocks(), _share_of(report, 0.0, SURVEY_SHARE))
    return _gather(open_blocks(), _looked_up_in(mixes), _share_of(report, SURVEY_SHARE, 1.0))


def _gather(blocks: Blocks, mix_for: MixFor, tell: Tell) -> Mixdown:
    gatherer = PcmGatherer()
    is_complete = True
    with closing(blocks):
        try:
            for block in blocks:
                _check_finite(block)
                gatherer.add(mix_for(block).apply(block.samples), block.sample_rate_hz)
                tell(block.fraction)
        except DecodingStoppedError:
            is_complete = False
    return Mixdown(gatherer.finish(), is_complete)


def _survey(blocks: Blocks, tell: Tell) -> dict[int, ChannelMix]:
    """The mix for each number of channels that occurs; it seldom changes within a file."""
    statistics: dict[int, ChannelStatistics] = {}
    with closing(blocks):
        try:
            for block in blocks:
                _check_finite(block)
                seen = ChannelStatistics.of(block.samples)
                before = statistics.get(block.num_channels)
                statistics[block.num_channels] = seen if before is None else before + seen
                tell(block.fraction)
        except DecodingStoppedError:
            pass  # the mix of what can be read: the second pass stops at the same place
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
        raise NotANumberError("The file holds samples that are no numbers (NaN). Export it again")


def _share_of(report: Report, start: float, end: float) -> Tell:
    def tell(fraction: float) -> None:
        report(round(REPORT_TOTAL * (start + fraction * (end - start))), REPORT_TOTAL)

    return tell
