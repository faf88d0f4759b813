"""The flags that the benchmarks share, with the pipeline they ask for."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.core.options import (
    AsrOptions,
    PipelineOptions,
    Profile,
    RuntimeOptions,
    SpeakerCount,
)
from pipeline.models.locations import ModelLocations, default_model_cache, open_model_store
from pipeline.models.model_folders import ModelFolders
from pipeline.transcription.loader import PipelineLoader
from pipeline.transcription.pipeline import Pipeline


def benchmark_parser(description: str | None) -> argparse.ArgumentParser:
    """A parser that knows profile, threads and models."""
    parser = argparse.ArgumentParser(description=description)
    add = parser.add_argument
    add("--profile", choices=[each.value for each in Profile], default=Profile.DEFAULT.value)
    add("--threads", type=int, default=0, help="threads inside one graph (default: one per core)")
    add("--model-cache", type=Path, default=default_model_cache())
    return parser


def diarization_options(chosen: argparse.Namespace) -> PipelineOptions:
    """Who speaks when, without words."""
    return PipelineOptions(profile=Profile(chosen.profile), diarize_only=True)


def recognition_options(chosen: argparse.Namespace, *, language: str | None) -> PipelineOptions:
    """Who says what, with the number of speakers found out."""
    return PipelineOptions(
        profile=Profile(chosen.profile),
        speakers=SpeakerCount(),
        asr=AsrOptions(recognizer=chosen.recognizer, language=language),
    )


def load(chosen: argparse.Namespace, options: PipelineOptions) -> Pipeline:
    """The pipeline for these options, fetched where need be."""
    folders = ModelFolders.parse(getattr(chosen, "folders", ()))
    store = open_model_store(ModelLocations(chosen.model_cache, folders=folders))
    runtime = RuntimeOptions(num_threads=chosen.threads)
    return PipelineLoader(store, runtime, folders=folders).load(options)
