"""Charts of a report: speaking time, timeline, speaker changes, share of speaking over time."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from pipeline.core.intervals import Interval, merge_close
from pipeline.formats.report.conversation import Period, SpeakerFigures
from pipeline.formats.report.markup import icon, tag
from pipeline.formats.report.report import Person, Report, length_text, percent, short_time

NUM_HUES = 8  # of the palette; further speakers take the hues again, drawn hollow
MOST_FOLLOWED = 10  # speakers in the table of who follows whom
_WIDTH = 1_000  # of the timeline in its own units
_LANE, _MARK = 26, 14  # heights of a lane and of its marks
_THINNEST = 0.8
_MOST_TICKS = 10
_TICKS_S = (10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800)
_TINTS = 9
_GAP = 0.6  # per cent of the width, between two periods
_DIGITS = 2


def hue(person: Person) -> str:
    """Return the CSS classes for the colour of a speaker."""
    if person.number == 0:
        return "sp0"
    turns, place = divmod(person.number - 1, NUM_HUES)
    return f"sp{place + 1} sp-hollow" if turns % 2 else f"sp{place + 1}"


def badge(person: Person) -> Element:
    """Build the badge with a speaker's number on its colour."""
    number = str(person.number) if person.number else "?"
    return tag("span", number, class_=f"rp-key {hue(person)}", aria_hidden="true")


def talk_table(report: Report) -> Element:
    """Build the table of speaking time, share, turns, longest turn and pace of each speaker."""
    words = report.words
    pace = words("words" if report.figures.counts_words else "characters")
    heads = [words(key) for key in ("time", "share", "turns", "longest")]
    head = tag(
        "tr",
        tag("th", tag("span", words("name"), class_="rp-sr"), scope="col", class_="rp-sr-head"),
        tag("td", class_="rp-bar-cell"),
        *(tag("th", each, scope="col") for each in (*heads, pace)),
    )
    most_ms = max((each.talk_ms for each in report.figures.speakers), default=0)
    rows = (
        _talk_row(person, each, report, most_ms)
        for person, each in zip(report.people, report.figures.speakers, strict=True)
    )
    return tag("table", tag("thead", head), tag("tbody", *rows), class_="rp-talk")


def _talk_row(person: Person, spoken: SpeakerFigures, report: Report, most_ms: int) -> Element:
    words = report.words
    width = 100 * spoken.talk_ms / most_ms if most_ms else 0.0
    bar = tag("rect", width=f"{width:.1f}%", height=12, rx=3, class_="rp-fill")
    longest = "–" if spoken.longest is None else length_text(spoken.longest.duration_ms, words)
    return tag(
        "tr",
        tag("th", badge(person), tag("span", person.name), scope="row"),
        tag(
            "td",
            tag("svg", bar, width="100%", height=12, class_=hue(person), aria_hidden="true"),
            class_="rp-bar-cell",
        ),
        tag("td", short_time(spoken.talk_ms)),
        tag("td", tag("b", f"{percent(spoken.share)} %")),
        tag("td", words("times").format(number=spoken.num_turns)),
        tag("td", longest),
        tag("td", "–" if spoken.pace is None else f"{spoken.pace:.0f}"),
    )


def timeline(report: Report) -> Element:
    """Build the timeline: a lane for each speaker, one for overlaps, and an axis."""
    words, figures = report.words, report.figures
    lanes: list[Element] = []
    for person, spoken, parts in zip(report.people, figures.speakers, figures.spoken, strict=True):
        told = words("timeline_of").format(name=person.name, length=short_time(spoken.talk_ms))
        lane = _lane(parts, figures.duration_ms, told, hue(person))
        lanes += [badge(person), tag("span", person.name, class_="rp-ellipsis"), lane]
    lanes += [
        icon("overlap"),
        tag("span", words("overlap_lane"), class_="rp-quiet"),
        _lane(figures.overlaps, figures.duration_ms, words("timeline_overlap"), "rp-ink"),
        tag("span"),
        tag("span"),
        _axis(figures.duration_ms),
    ]
    return tag("div", *lanes, class_="rp-lanes")


def _lane(parts: Iterable[Interval], duration_ms: int, told: str, hue_class: str) -> Element:
    scale = _WIDTH / max(1, duration_ms)
    marks = merge_close(parts, max_gap_ms=round(_THINNEST / scale))
    top = (_LANE - _MARK) // 2
    path = "".join(
        f"M{_short(each.start_ms * scale)} {top}"
        f"h{_short(width := max(_THINNEST, each.duration_ms * scale))}v{_MARK}h-{_short(width)}z"
        for each in marks
    )
    return tag(
        "svg",
        tag("rect", y=_LANE / 2 - 0.5, width=_WIDTH, height=1, class_="rp-line"),
        tag("path", d=path, class_="rp-fill"),
        viewBox=f"0 0 {_WIDTH} {_LANE}",
        preserveAspectRatio="none",
        class_=hue_class,
        role="img",
        aria_label=told,
    )


def _axis(duration_ms: int) -> Element:
    fitting = (each * 1_000 for each in _TICKS_S if duration_ms < each * 1_000 * _MOST_TICKS)
    step_ms = next(fitting, max(1, duration_ms // _MOST_TICKS))
    ticks = (
        tag(
            "text",
            short_time(time_ms),
            x=f"{100 * time_ms / duration_ms:.2f}%",
            y=13,
            text_anchor="middle" if time_ms else "start",
        )
        for time_ms in range(0, duration_ms - step_ms // 2, step_ms)
    )
    return tag("svg", *ticks, width="100%", height=18, class_="rp-axis", aria_hidden="true")


def following_table(report: Report) -> Element:
    """Build the table of how often each speaker's turn follows each other speaker's."""
    people = report.people[:MOST_FOLLOWED]
    followed = report.figures.followed
    most = max((max(row) for row in followed), default=0)
    head = tag(
        "tr",
        tag("td", report.words("from_to"), class_="rp-quiet"),
        *(
            tag("th", badge(each), tag("span", each.name, class_="rp-sr"), scope="col")
            for each in people
        ),
    )
    rows = (
        tag(
            "tr",
            tag("th", badge(person), tag("span", person.name, class_="rp-ellipsis"), scope="row"),
            *(_followed_cell(i, j, followed[i][j], most) for j in range(len(people))),
        )
        for i, person in enumerate(people)
    )
    return tag("table", tag("thead", head), tag("tbody", *rows), class_="rp-follow")


def _followed_cell(i: int, j: int, count: int, most: int) -> Element:
    if i == j:
        return tag("td", "–", class_="rp-self")
    tint = round(_TINTS * count / most) if most else 0
    return tag("td", str(count), class_=f"rp-tint{tint}" if count else "rp-none")


def share_chart(report: Report) -> Element:
    """Build the chart with a column per period, divided by the speakers' speaking time."""
    periods = report.figures.periods
    step = 100 / max(1, len(periods))
    return tag(
        "svg",
        *(
            rect
            for index, period in enumerate(periods)
            for rect in _column(report, period, index * step, step - _GAP)
        ),
        class_="rp-shares",
        width="100%",
        height=160,
        role="img",
        aria_label=report.words("over_time_of"),
    )


def _column(report: Report, period: Period, left: float, width: float) -> list[Element]:
    """Build the segments of a column, with the first speaker of the figures at the bottom."""
    all_ms = sum(period.talk_ms)
    if not all_ms:
        return [tag("rect", x=f"{left:.2f}%", y=159, width=f"{width:.2f}%", height=1)]
    rects, bottom = [], 100.0
    for person, talk_ms in zip(report.people, period.talk_ms, strict=True):
        height = 100 * talk_ms / all_ms
        bottom -= height
        if talk_ms:
            rects.append(
                tag(
                    "rect",
                    tag("title", f"{person.name} {percent(talk_ms / all_ms)} %"),
                    x=f"{left:.2f}%",
                    y=f"{max(0.0, bottom):.2f}%",
                    width=f"{width:.2f}%",
                    height=f"{max(0.3, height - 0.6):.2f}%",
                    rx=2,
                    class_=f"rp-fill {hue(person)}",
                )
            )
    return rects


def period_text(report: Report) -> str:
    """Format the length of a period with its unit."""
    periods = report.figures.periods
    seconds = round(periods[0].duration_ms / 1_000) if periods else 0
    minutes, rest = divmod(seconds, 60)
    if minutes and not rest:
        return report.words("each_minutes").format(number=minutes)
    return report.words("each_seconds").format(number=seconds)


def _short(number: float) -> str:
    return f"{round(number, _DIGITS):g}"
