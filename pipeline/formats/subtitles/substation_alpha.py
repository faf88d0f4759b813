"""Writer of Advanced SubStation Alpha (.ass) with a colour per speaker."""

from __future__ import annotations

from pipeline.core.intervals import lanes_of
from pipeline.core.transcript import Sentence
from pipeline.formats.clock_times import MS_PER_HOUR, MS_PER_MINUTE
from pipeline.formats.document import TranscriptDocument
from pipeline.text.lines import plain_line

# Colours are &HAABBGGRR. They also differ in lightness, for colour-blind people.
_COLORS = (
    "&H00FFFFFF",
    "&H0066E0FF",
    "&H00FFD08A",
    "&H008CF0A0",
    "&H00C8A0FF",
    "&H0060B0FF",
    "&H00F0E060",
    "&H00B8B8B8",
)
_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, "
    "Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, "
    "Alignment, MarginL, MarginR, MarginV, Encoding"
)
_EVENT_FIELDS = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
_SCREEN = (1920, 1080)  # reference size of the sizes and margins below
_FONT_SIZE = 60
_BOTTOM_MARGIN = 50
_LANE_HEIGHT = 150  # two rows of text
_MS_PER_CENTISECOND = 10

# Braces start override tags and a backslash a command; the format has no escaping.
# The full-width signs look alike and have no meaning.
_TEXT_LOOKALIKES = str.maketrans({"{": "｛", "}": "｝", "\\": "＼"})
_NAME_LOOKALIKES = str.maketrans({"{": "｛", "}": "｝", "\\": "＼", ",": "，"})


def write_ass(document: TranscriptDocument) -> str:
    """Format the document as SubStation Alpha; without sentences, turns have the speaker as text.

    Simultaneous sentences are on separate layers, one above the other.
    """
    names = tuple(document.names.values())
    styles = {name: f"Speaker {number}" for number, name in enumerate(names, start=1)}
    rows = [
        "[Script Info]",
        f"Title: {plain_line(document.title)}",
        "ScriptType: v4.00+",
        "WrapStyle: 0",
        "ScaledBorderAndShadow: yes",
        f"PlayResX: {_SCREEN[0]}",
        f"PlayResY: {_SCREEN[1]}",
        "",
        "[V4+ Styles]",
        f"Format: {_STYLE_FIELDS}",
        _style("Default", _COLORS[0]),
        *(
            _style(style, _COLORS[number % len(_COLORS)])
            for number, style in enumerate(styles.values())
        ),
        "",
        "[Events]",
        f"Format: {_EVENT_FIELDS}",
        *(
            _event(line, lane, styles.get(line.speaker or "", "Default"))
            for line, lane in lanes_of(document.lines)
        ),
    ]
    return "".join(f"{row}\n" for row in rows)


def ass_text(text: str) -> str:
    """Convert a text to one line, with full-width characters for those that players interpret."""
    return plain_line(text).translate(_TEXT_LOOKALIKES)


def _style(name: str, color: str) -> str:
    return (
        f"Style: {name},Arial,{_FONT_SIZE},{color},{color},&H00000000,&H80000000,0,0,0,0,100,100,"
        f"0,0,1,3,0,2,40,40,{_BOTTOM_MARGIN},1"
    )


def _event(line: Sentence, lane: int, style: str) -> str:
    start = line.start_ms // _MS_PER_CENTISECOND
    end = max(-(-line.end_ms // _MS_PER_CENTISECOND), start + 1)
    name = plain_line(line.speaker or "").translate(_NAME_LOOKALIKES)
    margin = _BOTTOM_MARGIN + lane * _LANE_HEIGHT if lane else 0  # 0: the style's margin
    return (
        f"Dialogue: {lane},{_time(start)},{_time(end)},{style},{name},0,0,{margin},,"
        f"{ass_text(line.text)}"
    )


def _time(centiseconds: int) -> str:
    hours, rest_ms = divmod(centiseconds * _MS_PER_CENTISECOND, MS_PER_HOUR)
    minutes, rest_ms = divmod(rest_ms, MS_PER_MINUTE)
    seconds, rest_ms = divmod(rest_ms, 1_000)
    return f"{hours}:{minutes:02d}:{seconds:02d}.{rest_ms // _MS_PER_CENTISECOND:02d}"
