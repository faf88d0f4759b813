"""Export of a voice map as an interactive chart in one self-contained HTML file."""

from __future__ import annotations

import html
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.core.transcript import Sentence
from pipeline.formats.document import TranscriptDocument
from storage.db.database import Database
from storage.exports import TranscriptVersion, export_document, with_default_names
from webui.services.exports.transcript_export import ExportedFile, file_stem

if TYPE_CHECKING:
    import plotly.graph_objects as go

# --s1 to --s8 of assets/web/styles/tokens.css; speakers 9 to 16 use them again, drawn hollow.
HUES = ("#2b4fb0", "#c04208", "#008763", "#d75b9d", "#b18b00", "#2294d8", "#3f287e", "#5b3f02")
_NOBODY = "#84918d"
_MAX_TEXT = 80  # characters of a sentence beside the pointer


@dataclass(frozen=True, slots=True)
class VoiceChartRequest:
    """A request for a transcript's voice map as a file.

    Attributes:
        transcript_id: the transcript.
        language: of the default names of speakers, "zh" or "en".
        windows: (start_ms, end_ms) of each window, sorted by start.
        points: (x, y) of each window.
    """

    transcript_id: str
    language: str
    windows: tuple[tuple[int, int], ...]
    points: tuple[tuple[float, float], ...]

    def read(self, database: Database) -> ExportedFile:
        """Read the names and sentences and draw the chart.

        Raises:
            NotFoundError: if there is no such transcript.
        """
        with database.reading() as db:
            document = export_document(
                db, self.transcript_id, version=TranscriptVersion.REVIEWED, verified_only=False
            )
        named = with_default_names(document, self.language)
        figure = voice_figure(named, self.windows, self.points)
        return ExportedFile(
            name=f"{file_stem(document.title)}.voices.html",
            media_type="text/html; charset=utf-8",
            content=figure.to_html(include_plotlyjs=True, full_html=True).encode(),
        )


def voice_figure(
    document: TranscriptDocument,
    windows: tuple[tuple[int, int], ...],
    points: tuple[tuple[float, float], ...],
) -> go.Figure:
    """Return a scatter chart with a trace of each speaker and the sentence of each point.

    Args:
        document: names and sentences.
        windows: (start_ms, end_ms) of each point.
        points: (x, y) of each point.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - takes longer to load than the page

    sentences = _Sentences(document.lines)
    spoken = [sentences.at((start + end) // 2) for start, end in windows]
    names = list(dict.fromkeys(document.names.values()))
    figure = go.Figure()
    for number, name in enumerate([*names, None]):
        chosen = [i for i, each in enumerate(spoken) if (each.speaker if each else None) == name]
        if not chosen:
            continue
        figure.add_trace(
            go.Scattergl(
                x=[points[i][0] for i in chosen],
                y=[points[i][1] for i in chosen],
                mode="markers",
                name=html.escape(name or "?"),
                text=[_description(spoken[i], windows[i][0]) for i in chosen],
                hovertemplate="%{text}<extra></extra>",
                marker=_marker(number, is_known=name is not None),
            )
        )
    figure.update_layout(
        title=html.escape(document.title),
        template="plotly_white",
        dragmode="pan",
        xaxis={"visible": False},
        yaxis={"visible": False, "scaleanchor": "x"},
    )
    return figure


class _Sentences:
    """Sentences sorted by start, for lookup by time."""

    def __init__(self, sentences: tuple[Sentence, ...]) -> None:
        self._sentences = sentences
        self._starts = [each.start_ms for each in sentences]

    def at(self, time_ms: int) -> Sentence | None:
        """Return the last sentence that begins before a time and has not ended, if any."""
        number = bisect_right(self._starts, time_ms) - 1
        if number < 0 or self._sentences[number].end_ms <= time_ms:
            return None
        return self._sentences[number]


def _marker(number: int, *, is_known: bool) -> dict[str, object]:
    color = HUES[number % len(HUES)] if is_known else _NOBODY
    is_hollow = is_known and number // len(HUES) % 2 == 1
    return {"color": color, "size": 7, "symbol": "circle-open" if is_hollow else "circle"}


def _description(sentence: Sentence | None, start_ms: int) -> str:
    minutes, seconds = divmod(start_ms // 1_000, 60)
    text = "" if sentence is None else sentence.text[:_MAX_TEXT]
    return f"{minutes}:{seconds:02} {html.escape(text)}"
