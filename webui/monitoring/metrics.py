"""Metrics of the app in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from storage.statistics.activity import Activity

PREFIX = "speaker_studio"
EDIT_BUCKETS_S = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """Metrics that the app observes, and totals that are read from the workspace on request."""

    def __init__(self, read_activity: Callable[[], Activity], num_live: Callable[[], int]) -> None:
        """Create a registry of metrics.

        Args:
            read_activity: reads the totals of the workspace.
            num_live: returns the number of live recordings in progress.
        """
        self._registry = CollectorRegistry()
        self._registry.register(_Workspace(read_activity, num_live))
        self.edit_seconds = Histogram(
            f"{PREFIX}_edit_seconds",
            "Time to store an edit of a transcript.",
            buckets=EDIT_BUCKETS_S,
            registry=self._registry,
        )

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self._registry)


class _Workspace(Collector):
    """Collector of the totals of a workspace."""

    def __init__(self, read_activity: Callable[[], Activity], num_live: Callable[[], int]) -> None:
        self._read_activity = read_activity
        self._num_live = num_live

    def describe(self) -> Iterator[Metric]:
        """Return no description, so that registration does not read the workspace."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Read the workspace and yield its metrics."""
        now = self._read_activity()
        runs = GaugeMetricFamily(f"{PREFIX}_runs", "Transcription runs by state.", labels=["state"])
        for status, count in now.runs.items():
            runs.add_metric([status.value], count)
        yield runs
        failures = GaugeMetricFamily(
            f"{PREFIX}_failed_runs", "Failed runs by kind of error.", labels=["kind"]
        )
        for kind, count in now.failures.items():
            failures.add_metric([kind], count)
        yield failures
        yield GaugeMetricFamily(
            f"{PREFIX}_recordings", "Recordings in the workspace.", now.num_recordings
        )
        yield GaugeMetricFamily(
            f"{PREFIX}_live_recordings", "Live recordings that are being made.", self._num_live()
        )
        yield CounterMetricFamily(f"{PREFIX}_edits", "Edits of transcripts.", now.num_edits)
        yield GaugeMetricFamily(
            f"{PREFIX}_transcribed_audio_seconds",
            "Length of the recordings of all finished runs.",
            now.audio_s,
        )
        yield GaugeMetricFamily(
            f"{PREFIX}_transcription_seconds",
            "Time from start to end of all finished runs; by audio seconds: real-time factor.",
            now.work_s,
        )
