"""Construction of HTML and SVG elements; texts and attributes are escaped on output."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

Part = Element | str | None


def tag(name: str, *parts: Part, **attributes: str | int | float | bool | None) -> Element:
    """Create an HTML or SVG element.

    Args:
        name: name of the element.
        parts: its children and texts in order; None is omitted.
        attributes: by name with `_` for `-`, and `class_` for `class`; None and False are left
            out, True is an attribute without value.
    """
    element = Element(name)
    for key, value in attributes.items():
        if value is not None and value is not False:
            written = "" if value is True else str(value)
            element.set(key.rstrip("_").replace("_", "-"), written)
    add(element, *parts)
    return element


def add(element: Element, *parts: Part) -> None:
    """Append children and texts to an element."""
    for part in parts:
        if isinstance(part, Element):
            element.append(part)
        elif part and len(element):
            element[-1].tail = (element[-1].tail or "") + part
        elif part:
            element.text = (element.text or "") + part


def markup(element: Element) -> str:
    """Serialise an element as HTML; the content of `script` and `style` is not escaped."""
    return tostring(element, encoding="unicode", method="html")


def icon(name: str) -> Element:
    """Create an icon of 16 pixels in the colour of the text."""
    return tag(
        "svg",
        *(tag("path", d=path) for path in _ICONS[name]),
        class_="rp-icon",
        viewBox="0 0 24 24",
        width=16,
        height=16,
        aria_hidden="true",
    )


def logo() -> Element:
    """Create the program's logo, three turns of speech."""
    bars = ((8, 5.5, 10.5, "#fff"), (5.5, 10.5, 5, "#fff"), (12, 10.5, 6.5, "#f5a94b"))
    return tag(
        "svg",
        tag("rect", width=24, height=24, rx=6, fill="#0f4a42"),
        *(
            tag("rect", x=x, y=y, width=width, height=3, rx=1.5, fill=fill)
            for x, y, width, fill in (*bars, (5.5, 15.5, 10.5, "#fff"))
        ),
        viewBox="0 0 24 24",
        width=20,
        height=20,
        aria_hidden="true",
    )


# Lucide 1.62 (ISC licence).
_ICONS = {
    "back": ("m12 19-7-7 7-7", "M19 12H5"),
    "link": (
        "M10 13a5 5 0 0 0 7.54.54l3-3a5 5 0 0 0-7.07-7.07l-1.72 1.71",
        "M14 11a5 5 0 0 0-7.54-.54l-3 3a5 5 0 0 0 7.07 7.07l1.71-1.71",
    ),
    "print": (
        "M6 18H4a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-2",
        "M6 9V3a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v6",
        "M7 14h10a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1z",
    ),
    "word": (
        "M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 "
        "20 8v12a2 2 0 0 1-2 2z",
        "M14 2v5a1 1 0 0 0 1 1h5",
        "M10 9H8",
        "M16 13H8",
        "M16 17H8",
    ),
    "html": ("m16 18 6-6-6-6", "m8 6-6 6 6 6"),
    "overlap": (
        "M13 13.74a2 2 0 0 1-2 0L2.5 8.87a1 1 0 0 1 0-1.74L11 2.26a2 2 0 0 1 2 0l8.5 4.87a1 1 0 0 "
        "1 0 1.74z",
        "m20 14.285 1.5.845a1 1 0 0 1 0 1.74L13 21.74a2 2 0 0 1-2 0l-8.5-4.87a1 1 0 0 1 "
        "0-1.74l1.5-.845",
    ),
    "play": ("M5 5a2 2 0 0 1 3.008-1.728l11.997 6.998a2 2 0 0 1 .003 3.458l-12 7A2 2 0 0 1 5 19z",),
}
