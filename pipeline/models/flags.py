"""Command-line flags and environment variables for the locations and sources of models."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.core.errors import OptionError
from pipeline.core.language_model_options import (
    DEFAULT_WEIGHTS,
    LanguageModelForm,
    LanguageModelOptions,
)
from pipeline.core.options import Profile
from pipeline.models.fetch.fetch_choice import ANY_SOURCE, SOURCE_NAMES, FetchChoice
from pipeline.models.language_models import describe_language_model
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
        help="your own model, in the layout of FunASR or sherpa-onnx: "
        f"{' or '.join(f'{name}=DIR' for name in _FOLDER_VARIABLES)} "
        f"(also {' and '.join(_FOLDER_VARIABLES.values())})",
    )


def add_recognizer_flag(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    """Add the flag that chooses the recogniser; its value is validated by `choose_recognizer`."""
    parser.add_argument(
        "--recognizer",
        default=environment.get(RECOGNIZER_VARIABLE) or AUTO,
        metavar="|".join((AUTO, *RECOGNIZERS)),
        help=f"the speech recogniser (also {RECOGNIZER_VARIABLE})",
    )


def add_language_model_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags for a language model combined with a Paraformer."""
    add = parser.add_argument
    add(
        "--language-model",
        type=Path,
        metavar="FILE|DIR",
        help="language model beside a Paraformer: n-grams over its characters in an .arpa file, or "
        "the folder of a Transformer",
    )
    add(
        "--lm-weight",
        type=float,
        metavar="W",
        help="weight of the language model (default: "
        + ", ".join(f"{weight} for {form.value}" for form, weight in DEFAULT_WEIGHTS.items())
        + ")",
    )
    add(
        "--lm-form",
        choices=[each.value for each in LanguageModelForm],
        help="evidence: only where the model has seen the neighbours; plain: its probabilities "
        "(default: evidence; with --profile classic plain)",
    )


def language_model_options(
    chosen: argparse.Namespace, profile: Profile
) -> LanguageModelOptions | None:
    """Return the language model options that the flags specify, None without a model.

    Raises:
        OptionError: the file cannot be read, or there is a setting without a model.
    """
    if chosen.language_model is None:
        if chosen.lm_weight is not None or chosen.lm_form is not None:
            raise OptionError("--lm-weight and --lm-form belong to --language-model")
        return None
    usual = LanguageModelForm.PLAIN if profile is Profile.CLASSIC else None
    form = usual if chosen.lm_form is None else LanguageModelForm(chosen.lm_form)
    return describe_language_model(chosen.language_model, form=form, weight=chosen.lm_weight)


def model_locations(chosen: argparse.Namespace, *, folder: Path | None = None) -> ModelLocations:
    """Return the model locations that the flags specify.

    Args:
        chosen: the parsed arguments.
        folder: folder from which missing models are copied, instead of any source.

    Raises:
        OptionError: a source, a mirror or an entry of `--model-folder` is invalid.
    """
    return ModelLocations(
        cache=chosen.model_cache,
        offline=chosen.offline,
        fetch_from=FetchChoice(chosen.model_source, chosen.model_mirror, folder),
        folders=replace(
            ModelFolders.parse(getattr(chosen, "model_folder", ())),
            language_models=getattr(chosen, "language_model", None),
        ),
    )
