"""Tests of the interactive chart of a voice map."""

from __future__ import annotations

from pipeline.core.transcript import Sentence, Transcript
from pipeline.formats.document import TranscriptDocument
from webui.services.review.voice_chart import voice_figure

HOSTILE = "<img src=x onerror=alert(1)></script>"


def document() -> TranscriptDocument:
    sentences = (
        Sentence(0, 1_000, text=HOSTILE, speaker="S1"),
        Sentence(2_000, 3_000, text="好", speaker="S2"),
    )
    transcript = Transcript(4_000, "zh", sentences=sentences)
    return TranscriptDocument(HOSTILE, transcript, given_names=(("S1", HOSTILE),))


def test_each_speaker_is_a_trace_and_silence_belongs_to_nobody():
    windows = ((0, 1_000), (1_000, 2_000), (2_000, 3_000))

    figure = voice_figure(document(), windows, ((0.0, 0.0), (0.5, 0.5), (1.0, 1.0)))

    assert [len(trace.x) for trace in figure.data] == [1, 1, 1]
    assert [trace.name for trace in figure.data][1:] == ["S2", "?"]
    assert figure.data[1].text[0] == "0:02 好"


def test_text_from_outside_is_no_markup_in_the_chart():
    figure = voice_figure(document(), ((0, 1_000),), ((0.0, 0.0),))

    written = figure.to_html(include_plotlyjs=False)
    assert "<img" not in written
    assert written.count("</script>") == written.count("<script")
