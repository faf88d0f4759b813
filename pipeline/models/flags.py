"""Command-line flags and environment variables for the locations and sources of models."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from pipeline.models.fetch.fetch_choice import ANY_SOURCE, SOURCE_NAMES, FetchChoice
from pipeline.models.locations import ModelLocations, default_model_cache
from pipeline.models.model_folders import ModelFolders
from pipeline.models.recognizer_choice import AUTO, RECOGNIZERS

CACHE_VARIABLE = "SPEAKER_STUDIO_MODELS"
OFFLINE_VARIABLE = "SPEAKER_STUDIO_OFFLINE"
SOURCE_VARIABLE = "SPEAKER_STUDIO_MODEL_SOURCE"
MIRROR_VARIABLE = "SPEAKER_STUDIO_MODEL_MIRROR"
RECOGNIZER_VARIABLE = "SPEAKER_STUDIO_RECOGNIZER"
_FOLDER_VARIABLES = {name: f"SPEAKER_STUDIO_{name.upper()}_FOLDER" for name in ModelFolders.names()}
_FALSE_VALUES = ("", "0", "false", "no", "off")


def add_model_flags(
    parser: argparse.ArgumentParser, environment: Mapping[str, str], *, cache_flag: str
) -> None:
    """Add the flags for the cache, sources and offline use of models.

    Args:
        parser: the parser to extend.
        environment: provides the defaults.
        cache_flag: name of the flag for the cache folder.
    """
    add = parser.add_argument
    add(
        cache_flag,
        dest="model_cache",
        type=Path,
        default=Path(environment.get(CACHE_VARIABLE) or default_model_cache()),
        metavar="DIR",
        help=f"folder of fetched models (also {CACHE_VARIABLE})",
    )
    add(
        "--offline",
        action="store_true",
        default=environment.get(OFFLINE_VARIABLE, "").lower() not in _FALSE_VALUES,
        help=f"never open a connection (also {OFFLINE_VARIABLE}=1)",
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
        help=f"address used instead of each hub's own (also {MIRROR_VARIABLE})",
    )


def add_folder_flag(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    """Add the flag for folders with the user's own models.

    Args:
        parser: the parser to extend.
        environment: provides the defaults.
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
        help="your own model, in the layout of FunASR or sherpa-onnx: paraformer=DIR or "
        f"punctuation=DIR (also {' and '.join(_FOLDER_VARIABLES.values())})",
    )


def add_recognizer_flag(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    """Add the flag that chooses the recogniser; its value is validated by `choose_recognizer`."""
    parser.add_argument(
        "--recognizer",
        default=environment.get(RECOGNIZER_VARIABLE) or AUTO,
        metavar="|".join((AUTO, *RECOGNIZERS)),
        help=f"the speech recogniser (also {RECOGNIZER_VARIABLE})",
    )


def model_locations(chosen: argparse.Namespace, *, folder: Path | None = None) -> ModelLocations:
    """Return the model locations that the flags specify.

    Args:
        chosen: the parsed arguments.
        folder: folder to take missing models from, instead of any source.

    Raises:
        OptionError: a source, a mirror or an entry of `--model-folder` is invalid.
    """
    return ModelLocations(
        cache=chosen.model_cache,
        offline=chosen.offline,
        fetch_from=FetchChoice(chosen.model_source, chosen.model_mirror, folder),
        folders=ModelFolders.parse(getattr(chosen, "model_folder", ())),
    )
