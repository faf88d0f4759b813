"""Errors of the execution engines."""

from pipeline.core.errors import PipelineError


class EngineClosedError(PipelineError, RuntimeError):
    """A job was submitted to an engine that has been closed."""


class UnknownJobError(PipelineError, LookupError):
    """The engine has no job with this id."""


class JobNotEndedError(PipelineError, RuntimeError):
    """The job is still queued or running, so it cannot be discarded."""
