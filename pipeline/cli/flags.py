"""Command-line flags shared by several commands, and parsing of format lists."""

from __future__ import annotations

import argparse
from collections.abc import Collection

from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.core.errors import OptionError
from pipeline.core.options import Profile

FORMAT_FLAG = "--format"


def add_format_flag(
    parser: argparse.ArgumentParser,
    *names: str,
    known: Collection[str],
    default: str,
    condition: str = "",
) -> None:
    """Add the flag for the formats of transcripts, whose value `chosen_formats` checks.

    Args:
        parser: the parser to extend.
        names: the flag and its older names; `--format` if empty.
        known: names of the formats.
        default: formats without the flag.
        condition: beginning of the help, such as "with --out, ".
    """
    parser.add_argument(
        *(names or (FORMAT_FLAG,)),
        dest="format",
        default=default,
        metavar="LIST",
        help=f"{condition}any of {','.join(known)} (default: {default})",
    )


def chosen_formats(
    value: str, known: Collection[str], *, flag: str = FORMAT_FLAG
) -> tuple[str, ...]:
    """Parse a comma-separated list of format names, without duplicates.

    Raises:
        OptionError: the list is empty or has an unknown name.
    """
    chosen = tuple(dict.fromkeys(name.strip().lower() for name in value.split(",") if name.strip()))
    if not chosen or not set(chosen) <= set(known):
        raise OptionError(f"{flag} takes any of {', '.join(known)}, got {value!r}")
    return chosen


def add_speaker_flag(parser: argparse.ArgumentParser) -> None:
    """Add the flag for the number of speakers, whose value `SpeakerCount.parse` checks."""
    parser.add_argument(
        "--speakers", default="auto", metavar="auto|N|A-B", help="number of speakers"
    )


def add_profile_flag(parser: argparse.ArgumentParser) -> None:
    """Add the flag for the profile of the pipeline."""
    parser.add_argument(
        "--profile", choices=[each.value for each in Profile], default=Profile.DEFAULT.value
    )


def add_language_flag(parser: argparse.ArgumentParser) -> None:
    """Add the flag for the spoken language."""
    parser.add_argument(
        "--language", metavar="CODE", help="language, for example zh or en (default: detected)"
    )


def add_thread_flag(parser: argparse.ArgumentParser) -> None:
    """Add the flag for the number of threads."""
    parser.add_argument(
        "--threads", type=int, default=0, metavar="N", help="threads (default: one per core)"
    )


def add_rate_flag(parser: argparse.ArgumentParser) -> None:
    """Add the flag for the sample rate of files without a header."""
    parser.add_argument(
        "--pcm-rate",
        type=int,
        default=SAMPLE_RATE_HZ,
        metavar="HZ",
        help=f"sample rate of .pcm files (default: {SAMPLE_RATE_HZ})",
    )
