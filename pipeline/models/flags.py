"""The flags and environment variables that say where models are."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from pipeline.models.fetch_choice import ANY_SOURCE, SOURCE_NAMES, FetchChoice
from pipeline.models.locations import ModelLocations, default_model_cache

CACHE_VARIABLE = "SPEAKER_STUDIO_MODELS"
OFFLINE_VARIABLE = "SPEAKER_STUDIO_OFFLINE"
SOURCE_VARIABLE = "SPEAKER_STUDIO_MODEL_SOURCE"
MIRROR_VARIABLE = "SPEAKER_STUDIO_MODEL_MIRROR"
_MEANS_NO = ("", "0", "false", "no", "off")


def add_model_flags(
    parser: argparse.ArgumentParser, environment: Mapping[str, str], *, cache_flag: str
) -> None:
    """Add the flags that every program with models has.

    Args:
        parser: gets them.
        environment: gives their defaults.
        cache_flag: what the flag for the cache folder is called.
    """
    add = parser.add_argument
    add(
        cache_flag,
        dest="model_cache",
        type=Path,
        default=Path(environment.get(CACHE_VARIABLE) or default_model_cache()),
        metavar="DIR",
        help=f"folder of the fetched models (also {CACHE_VARIABLE})",
    )
    add(
        "--offline",
        action="store_true",
        default=environment.get(OFFLINE_VARIABLE, "").lower() not in _MEANS_NO,
        help=f"never try a connection (also {OFFLINE_VARIABLE}=1)",
    )
    add(
        "--model-source",
        default=environment.get(SOURCE_VARIABLE) or ANY_SOURCE,
        metavar="NAME",
        help=f"{', '.join(SOURCE_NAMES)} (also {SOURCE_VARIABLE})",
    )
    add(
        "--model-mirror",
        default=environment.get(MIRROR_VARIABLE, ""),
        metavar="URL",
        help=f"address used in place of each hub's own (also {MIRROR_VARIABLE})",
    )


def model_locations(chosen: argparse.Namespace, *, folder: Path | None = None) -> ModelLocations:
    """What the flags say.

    Args:
        chosen: the parsed arguments.
        folder: a folder to take missing models from, instead of any source.

    Raises:
        OptionError: for a source or a mirror that is none.
    """
    return ModelLocations(
        cache=chosen.model_cache,
        offline=chosen.offline,
        fetch_from=FetchChoice(chosen.model_source, chosen.model_mirror, folder),
    )
