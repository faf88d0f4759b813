"""Tests of the page's style sheets."""

from __future__ import annotations

import re

import pytest

from webui.static.assets import WEB_ASSETS
from webui.static.style_sheets import SERVED_SHEETS, served_sheet, system_theme


def test_every_style_sheet_is_part_of_exactly_one_page_sheet():
    tokens = (WEB_ASSETS / "styles" / "tokens.css").read_text("utf-8").splitlines()[0]
    others = served_sheet("report.css") + served_sheet("shared.css")
    joined = served_sheet("page.css") + others.replace(tokens, "")  # they have the tokens too
    heads = {
        path.relative_to(WEB_ASSETS): path.read_text("utf-8").splitlines()[0]
        for path in (WEB_ASSETS / "styles").rglob("*.css")
    }

    assert len(heads) > 30
    assert len(set(heads.values())) == len(heads)
    assert {path: joined.count(head) for path, head in heads.items()} == dict.fromkeys(heads, 1)
    assert list(WEB_ASSETS.glob("*.css")) == []


@pytest.mark.parametrize("name", sorted(SERVED_SHEETS))
def test_a_served_sheet_has_rules_and_scales_with_the_width(name):
    sheet = served_sheet(name)

    assert "--ss-px" in sheet
    assert sheet.count("{") == sheet.count("}") > 5


def test_no_style_sheet_has_rules_for_a_class_that_no_element_gets():
    scripts = "\n".join(path.read_text("utf-8") for path in WEB_ASSETS.rglob("*.js"))
    named_in_python = {"ss-shared", "ss-px"}
    composed = re.compile(r"ss-(sign|is|item|panel)-\w+|ss-ring")
    classes = set(
        re.findall(r"\.(ss-[\w-]+)", served_sheet("page.css") + served_sheet("shared.css"))
    )

    unused = {name for name in classes - named_in_python if name not in scripts}
    assert {name for name in unused if not composed.fullmatch(name)} == set()


def test_pages_without_a_choice_have_the_theme_of_the_system():
    light, dark = system_theme().split("@media (prefers-color-scheme: dark)")

    assert "--surface: #ffffff" in light
    assert re.search(r":root \{\n  --surface: #15191a", dark)
    assert ".dark" not in light + dark
    assert "@font-face" not in light
    assert system_theme().count("{") == system_theme().count("}")
