"""How voices are told apart, checked when it is made."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.core.options import MAX_SPEAKERS, check_range
from pipeline.speakers.embedding.windows import WindowPlan


@dataclass(frozen=True, slots=True)
class ClusteringOptions:
    """How the voices of windows are grouped; the default's thresholds were settled by measurement.

    Attributes:
        min_windows: with fewer, everybody is one speaker.
        agglomerative_below: with fewer windows groups are joined from single ones (spec 12.4).
        agglomerative_distance: largest mean cosine distance within one voice.
        kept_share: part of each window's affinities that spectral clustering keeps (spec 7.3).
        min_kept: affinities of a window that it keeps at least.
        max_speakers: most speakers that it finds by itself.
        max_compared: most windows that it compares each with each; of more, neighbours that sound
            alike are taken together first.
        kmeans_starts: from how many seeded starts the spectral groups are sought.
        kmeans_seed: of the first start; with many starts it hardly matters.
        reference_kmeans: let scikit-learn draw the starts, as the reference does.
        reference_from: from so many windows on, voices are found as dense regions instead, or the
            directions themselves are parted into the number given (spec 7.3); None for never.
            Told that 13 people talk in the development hour, the latter cuts the one who talks
            half of the time into four: an error of 45 % instead of 2 %.
        absorbs_noise: give windows in no dense region to the nearest voice (spec 12.5).
        minor_cluster_windows: clusters of so many windows or fewer are dissolved (spec 12.6).
        merge_cosine: clusters whose centroids are at least so similar are one speaker.
    """

    min_windows: int = 2
    agglomerative_below: int = 20
    agglomerative_distance: float = 0.65
    kept_share: float = 0.012  # spec 7.7: with more, rare speakers drown in long recordings
    min_kept: int = 6
    max_speakers: int = 15
    max_compared: int = 8_000
    kmeans_starts: int = 10
    kmeans_seed: int = 0
    reference_kmeans: bool = False
    reference_from: int | None = None
    absorbs_noise: bool = True
    minor_cluster_windows: int = 1
    merge_cosine: float = 0.55

    def __post_init__(self) -> None:
        check_range("min_windows", self.min_windows, 2, 100)
        check_range("agglomerative_below", self.agglomerative_below, 2, 2_000)
        check_range("agglomerative_distance", self.agglomerative_distance, 0.0, 2.0)
        check_range("kept_share", self.kept_share, 0.0, 1.0)
        check_range("min_kept", self.min_kept, 1, 100)
        check_range("max_speakers", self.max_speakers, 1, MAX_SPEAKERS)
        check_range("max_compared", self.max_compared, 100, 100_000)
        check_range("kmeans_starts", self.kmeans_starts, 1, 100)
        check_range("kmeans_seed", self.kmeans_seed, 0, 2**32 - 1)
        if self.reference_from is not None:
            check_range("reference_from", self.reference_from, 2, 1_000_000)
        check_range("minor_cluster_windows", self.minor_cluster_windows, 0, 100)
        check_range("merge_cosine", self.merge_cosine, -1.0, 1.0)

    @staticmethod
    def classic() -> ClusteringOptions:
        """The reference system's rules (spec 7.3).

        The reference starts k-means once, from a random state that its other parts share, so
        short recordings come out differently from run to run. The seed here is one whose error
        on the development recordings is the median of forty seeds.
        """
        return ClusteringOptions(
            min_windows=20,
            agglomerative_below=2,
            kept_share=0.022,
            kmeans_starts=1,
            kmeans_seed=1,
            reference_kmeans=True,
            reference_from=2_048,
            absorbs_noise=False,
            minor_cluster_windows=0,
            merge_cosine=0.78,
        )


@dataclass(frozen=True, slots=True)
class BorderOptions:
    """How the segmentation model's hearing becomes borders of turns.

    Attributes:
        speech_inside: least probability of speech where the voice activity detector agrees.
        speech_outside: least probability of speech where it does not.
        overlap: least probability that two speak at once.
        padding_ms: how far a turn reaches into the silence around it.
        max_pause_ms: a shorter pause of one speaker, in which nobody else speaks, is no border.
        min_turn_ms: a shorter turn is none.
    """

    speech_inside: float = 0.2
    speech_outside: float = 0.5
    overlap: float = 0.5
    padding_ms: int = 50
    max_pause_ms: int = 500
    min_turn_ms: int = 100

    def __post_init__(self) -> None:
        check_range("speech_inside", self.speech_inside, 0.0, 1.0)
        check_range("speech_outside", self.speech_outside, 0.0, 1.0)
        check_range("overlap", self.overlap, 0.0, 1.0)
        check_range("padding_ms", self.padding_ms, 0, 1_000)
        check_range("max_pause_ms", self.max_pause_ms, 0, 10_000)
        check_range("min_turn_ms", self.min_turn_ms, 10, 10_000)


@dataclass(frozen=True, slots=True)
class DiarizationOptions:
    """From speech segments to speaker turns; the default is our profile, `classic()` the spec's.

    Attributes:
        windows: the excerpts whose voices are compared.
        min_clustered_ms: shorter excerpts have no say in how many voices there are; they join the
            nearest one.
        clustering: how voices are grouped.
        borders: how turns get their borders from the segmentation model; None takes the
            reference's rules, which do without the model.
    """

    windows: WindowPlan = field(default_factory=WindowPlan)
    min_clustered_ms: int = 500
    clustering: ClusteringOptions = field(default_factory=ClusteringOptions)
    borders: BorderOptions | None = field(default_factory=BorderOptions)

    def __post_init__(self) -> None:
        check_range("min_clustered_ms", self.min_clustered_ms, 0, self.windows.window_ms)

    @staticmethod
    def classic() -> DiarizationOptions:
        """The reference system's rules (spec 7)."""
        return DiarizationOptions(
            windows=WindowPlan.classic(),
            min_clustered_ms=0,
            clustering=ClusteringOptions.classic(),
            borders=None,
        )
