"""Command-line flags shared by the benchmarks, and the pipeline that they configure."""

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
    """Return an argument parser with flags for profile, threads and model cache."""
    parser = argparse.ArgumentParser(description=description)
    add = parser.add_argument
    add("--profile", choices=[each.value for each in Profile], default=Profile.DEFAULT.value)
    add("--threads", type=int, default=0, help="threads inside one graph (default: one per core)")
    add("--model-cache", type=Path, default=default_model_cache())
    return parser


def diarization_options(chosen: argparse.Namespace) -> PipelineOptions:
    """Return pipeline options for diarization without recognition, with the chosen profile."""
    return PipelineOptions(profile=Profile(chosen.profile), diarize_only=True)


def recognition_options(chosen: argparse.Namespace, *, language: str | None) -> PipelineOptions:
    """Return pipeline options for recognition and diarization with the chosen flags."""
    return PipelineOptions(
        profile=Profile(chosen.profile),
        speakers=SpeakerCount(),
        asr=AsrOptions(recognizer=chosen.recognizer, language=language),
    )


def load(chosen: argparse.Namespace, options: PipelineOptions) -> Pipeline:
    """Load the pipeline for the given options, and download missing models."""
    folders = ModelFolders.parse(getattr(chosen, "folders", ()))
    store = open_model_store(ModelLocations(chosen.model_cache, folders=folders))
    runtime = RuntimeOptions(num_threads=chosen.threads)
    return PipelineLoader(store, runtime, folders=folders).load(options)
