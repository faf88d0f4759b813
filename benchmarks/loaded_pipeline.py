"""Shared flags of the benchmarks, and the pipeline for them."""

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
    """Return a parser with flags for profile, threads and models."""
    parser = argparse.ArgumentParser(description=description)
    add = parser.add_argument
    add("--profile", choices=[each.value for each in Profile], default=Profile.DEFAULT.value)
    add("--threads", type=int, default=0, help="threads inside one graph (default: one per core)")
    add("--model-cache", type=Path, default=default_model_cache())
    return parser


def diarization_options(chosen: argparse.Namespace) -> PipelineOptions:
    """Return options for diarization only."""
    return PipelineOptions(profile=Profile(chosen.profile), diarize_only=True)


def recognition_options(chosen: argparse.Namespace, *, language: str | None) -> PipelineOptions:
    """Return options for recognition with an automatic number of speakers."""
    return PipelineOptions(
        profile=Profile(chosen.profile),
        speakers=SpeakerCount(),
        asr=AsrOptions(recognizer=chosen.recognizer, language=language),
    )


def load(chosen: argparse.Namespace, options: PipelineOptions) -> Pipeline:
    """Return the pipeline for these options; missing models are downloaded."""
    folders = ModelFolders.parse(getattr(chosen, "folders", ()))
    store = open_model_store(ModelLocations(chosen.model_cache, folders=folders))
    runtime = RuntimeOptions(num_threads=chosen.threads)
    return PipelineLoader(store, runtime, folders=folders).load(options)
