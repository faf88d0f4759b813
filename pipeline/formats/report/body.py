"""Body of a report page: header with figures, charts, transcript."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from xml.etree.ElementTree import Element

from pipeline.formats.report.charts import (
    MOST_FOLLOWED,
    badge,
    following_table,
    hue,
    period_text,
    share_chart,
    talk_table,
    timeline,
)
from pipeline.formats.report.findings import findings, origin_text
from pipeline.formats.report.markup import Part, add, icon, logo, tag
from pipeline.formats.report.report import (
    Report,
    SpokenTurn,
    length_text,
    percent,
    short_time,
    shown_text,
)
from pipeline.formats.text import space_between

PROGRAM = "Speaker Studio"
_MS_PER_SECOND = 1_000


def report_body(report: Report, *, sound: Element | None, note: str = "") -> Element:
    """Build the report body with all sections.

    Args:
        report: the contents.
        sound: the audio element that plays the turns; None without sound.
        note: a sentence about the sound, shown above the transcript.
    """
    has_speech = bool(report.people)
    return tag(
        "main",
        tag(
            "div",
            *_head(report),
            *(_charts(report) if has_speech else ()),
            _origin(report),
            class_="rp-sheet",
        ),
        _transcript(report, sound, note) if report.turns else None,
        class_="rp-paper",
    )


def _head(report: Report) -> Iterator[Element]:
    words = report.words
    date = None if report.created_at is None else _date(report.created_at, report.language)
    yield tag("div", logo(), tag("span", words("report")), date, class_="rp-kind")
    yield tag("h1", report.title, dir="auto")
    lead = (each if isinstance(each, str) else tag("b", each.name) for each in findings(report))
    yield tag("p", *lead, class_="rp-lead")
    yield _five_figures(report)


def _date(time: datetime, language: str) -> Element:
    """Build the date in UTC; the page's script converts it to the reader's time zone."""
    utc = time.astimezone(timezone.utc)
    shown = f"{utc.year} 年 {utc.month} 月 {utc.day} 日" if language == "zh" else f"{utc:%d %b %Y}"
    return tag("time", shown, datetime=f"{utc:%Y-%m-%dT%H:%M:%SZ}")


def _five_figures(report: Report) -> Element:
    words, figures = report.words, report.figures
    mean_s = figures.mean_turn_ms / _MS_PER_SECOND
    time = length_text(figures.overlap_ms, words)
    overlap_unit = words("overlaps_unit").format(time=time) if figures.overlaps else ""
    shown = (
        ("length", short_time(figures.duration_ms), ""),
        ("turns", str(len(figures.turns)), words("turns_unit")),
        ("mean_turn", f"{mean_s:.1f}", words("seconds_unit")),
        ("overlaps", str(len(figures.overlaps)), overlap_unit or words("turns_unit")),
        ("silence", percent(figures.silence_share), "%"),
    )
    return tag(
        "dl",
        *(
            tag("div", tag("dt", words(key)), tag("dd", value, tag("small", unit)))
            for key, value, unit in shown
        ),
        class_="rp-figures",
    )


def _charts(report: Report) -> Iterator[Element]:
    words = report.words
    yield _section(words("who_long"), "", talk_table(report))
    yield _section(words("who_when"), "", timeline(report))
    if len(report.people) > 1:
        yield tag(
            "div",
            _section(
                words("who_follows"),
                words("who_follows_unit"),
                following_table(report),
                _following_caption(report),
            ),
            _section(words("over_time"), period_text(report), share_chart(report), _ends(report)),
            class_="rp-two",
        )


def _section(title: str, unit: str, *parts: Part) -> Element:
    return tag("section", tag("h2", title, tag("small", unit) if unit else None), *parts)


def _following_caption(report: Report) -> Element | None:
    words, pair = report.words, report.figures.busiest_pair
    if pair is None:
        return None
    one, other, _count = pair
    followed = report.figures.followed[one][other]
    names = {"one": report.people[one].name, "other": report.people[other].name}
    shown = words("example").format(**names, count=followed)
    if len(report.people) > MOST_FOLLOWED:
        shown += " " + words("most_talkative").format(count=MOST_FOLLOWED)
    return tag("p", shown, class_="rp-caption")


def _ends(report: Report) -> Element:
    times = (0, report.figures.duration_ms)
    return tag("div", *(tag("span", short_time(each)) for each in times), class_="rp-ends")


def _origin(report: Report) -> Element:
    told = tag("span", origin_text(report))
    return tag("footer", told, tag("span", PROGRAM), class_="rp-origin")


def _transcript(report: Report, sound: Element | None, note: str) -> Element:
    words = report.words
    hint = note or ("" if sound is None else words("play_hint"))
    return tag(
        "section",
        tag("h2", words("transcript"), tag("small", hint) if hint else None),
        *(_turn(each, report, is_playable=sound is not None) for each in report.turns),
        None if sound is None else tag("div", sound, class_="rp-player"),
        class_="rp-transcript rp-playable" if sound is not None else "rp-transcript",
    )


def _turn(spoken: SpokenTurn, report: Report, *, is_playable: bool) -> Element:
    """Build a turn; its head and sentences carry their times for playback."""
    start_ms = spoken.turn.start_ms
    time = short_time(start_ms)
    inside = (badge(spoken.person), tag("b", spoken.person.name), tag("time", time))
    head = tag("div", *inside, class_="rp-head")
    if is_playable:
        head = tag(
            "button",
            *inside,
            icon("play"),
            tag("span", report.words("play_from").format(time=time), class_="rp-sr"),
            class_="rp-head",
            type="button",
            data_start=start_ms,
        )
    paragraph = tag("p", dir="auto")
    before = ""
    for each in spoken.sentences:
        text = shown_text(each.text)
        sentence = tag("span", text, data_start=each.start_ms, data_end=each.end_ms)
        add(paragraph, space_between(before, text), sentence)
        before = text
    return tag("article", head, paragraph, class_=f"rp-turn {hue(spoken.person)}")
