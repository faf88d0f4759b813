"""The flags and environment variables that say where models are."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from pipeline.models.fetch_choice import ANY_SOURCE, SOURCE_NAMES, FetchChoice
from pipeline.models.locations import ModelLocations, default_model_cache
from pipeline.models.model_folders import ModelFolders
from pipeline.recognizer_choice import AUTO, RECOGNIZERS

CACHE_VARIABLE = "SPEAKER_STUDIO_MODELS"
OFFLINE_VARIABLE = "SPEAKER_STUDIO_OFFLINE"
SOURCE_VARIABLE = "SPEAKER_STUDIO_MODEL_SOURCE"
MIRROR_VARIABLE = "SPEAKER_STUDIO_MODEL_MIRROR"
RECOGNIZER_VARIABLE = "SPEAKER_STUDIO_RECOGNIZER"
_FOLDER_VARIABLES = {name: f"SPEAKER_STUDIO_{name.upper()}_FOLDER" for name in ModelFolders.names()}
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


def add_folder_flag(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    """Add the flag for models that a user has already.

    Args:
        parser: gets it.
        environment: gives what the flag does not.
    """
    parser.add_argument(
        "--model-folder",
        action="append",
        default=[
            f"{name}={environment[variable]}"
            for name, variable in _FOLDER_VARIABLES.items()
            if environment.get(variable)
        ],
        metavar="NAME=DIR",
        help="a model you have, in FunASR's or sherpa-onnx's layout: paraformer=DIR or "
        f"punctuation=DIR (also {' and '.join(_FOLDER_VARIABLES.values())})",
    )


def add_recognizer_flag(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    """Add the flag for what hears the words; a name that is none is refused by the choice."""
    parser.add_argument(
        "--recognizer",
        default=environment.get(RECOGNIZER_VARIABLE) or AUTO,
        metavar="|".join((AUTO, *RECOGNIZERS)),
        help=f"what hears the words (also {RECOGNIZER_VARIABLE})",
    )


def model_locations(chosen: argparse.Namespace, *, folder: Path | None = None) -> ModelLocations:
    """What the flags say.

    Args:
        chosen: the parsed arguments.
        folder: a folder to take missing models from, instead of any source.

    Raises:
        OptionError: for a source, a mirror or an entry of `--model-folder` that is none.
    """
    return ModelLocations(
        cache=chosen.model_cache,
        offline=chosen.offline,
        fetch_from=FetchChoice(chosen.model_source, chosen.model_mirror, folder),
        folders=ModelFolders.parse(getattr(chosen, "model_folder", ())),
    )
