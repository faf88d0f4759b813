"""Tests of the page's style sheets."""

from __future__ import annotations

import re

import pytest

from webui.static.assets import WEB_ASSETS
from webui.static.style_sheets import SERVED_SHEETS, served_sheet


def test_every_style_sheet_is_part_of_exactly_one_page_sheet():
    tokens = (WEB_ASSETS / "styles" / "tokens.css").read_text("utf-8").splitlines()[0]
    report = served_sheet("report.css").replace(tokens, "")  # the report has the tokens too
    joined = served_sheet("page.css") + served_sheet("shared.css") + report
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
    composed = re.compile(r"ss-(sign|is|item)-\w+|ss-ring")
    classes = set(
        re.findall(r"\.(ss-[\w-]+)", served_sheet("page.css") + served_sheet("shared.css"))
    )

    unused = {name for name in classes - named_in_python if name not in scripts}
    assert {name for name in unused if not composed.fullmatch(name)} == set()
