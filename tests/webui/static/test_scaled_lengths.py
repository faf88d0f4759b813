"""Tests of the scaling on wide screens."""

from __future__ import annotations

import pytest

from webui.static.style_sheets import scaled, scaled_css


def rules(css: str) -> str:
    """Return the rules after the definition of the pixel unit."""
    return scaled_css(css).partition("\n")[2]


@pytest.mark.parametrize(
    ("drawn", "wide"),
    [
        ("p { font-size: 13.5px; }", "p { font-size: calc(13.5 * var(--ss-px)); }"),
        ("p { height: calc(9vh - 8px); }", "p { height: calc(9vh - calc(8 * var(--ss-px))); }"),
        ("p { border: 1px solid; }", "p { border: 1px solid; }"),
        ("p { color: #12px34; }", "p { color: #12px34; }"),
        (
            "@media (max-width: 720px) { p { top: 8px; } }",
            "@media (max-width: 720px) { p { top: calc(8 * var(--ss-px)); } }",
        ),
    ],
)
def test_lengths_grow_but_neither_hairlines_nor_conditions(drawn: str, wide: str) -> None:
    assert rules(drawn) == wide


def test_lengths_do_not_scale_up_to_the_design_width() -> None:
    assert scaled_css("") == ":root { --ss-px: clamp(1px, calc(100vw / 2400), 1.6px); }\n"


def test_lengths_of_widgets_grow_likewise() -> None:
    assert scaled("14px") == "calc(14 * var(--ss-px))"
