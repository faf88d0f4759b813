"""HTML files: complete, safe with hostile text, and without any outside resource."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import datetime, timezone
from html.parser import HTMLParser

import pytest

from pipeline.core.transcript import Sentence, Transcript
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.report.html_file import (
    MAX_SOUND_MS,
    MissingSound,
    PageSound,
    write_html,
    write_html_with_sound,
)
from tests.pipeline.formats.documents import CONVERSATION, HOSTILE_TEXTS, NO_SPEECH, TURNS_ONLY

ATTACKS = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "<!-- <style> </style>",
    "&lt;b&gt; &amp; &#60;",
    "\u202e gnihton \x00\x07",
    *HOSTILE_TEXTS,
)


class Page(HTMLParser):
    """Elements, texts and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)

    def with_name(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]


def hostile(text: str) -> TranscriptDocument:
    sentence = Sentence(0, 1_000, f"讨论 {text} 结束", speaker="S1")
    return TranscriptDocument(
        f"会议 {text}", Transcript(2_000, "zh", (sentence,)), given_names=(("S1", f"王 {text}"),)
    )


@pytest.mark.parametrize("text", ATTACKS)
def test_hostile_texts_stay_texts(text):
    page = Page(write_html(hostile(text)))

    assert [name for name, _ in page.elements if name in ("img", "b!", "iframe", "a")] == []
    assert len(page.with_name("script")) == 2
    assert not [key for _, given in page.elements for key in given if key.startswith("on")]
    shown = " ".join(page.texts)
    assert "结束" in shown
    assert "\x00" not in shown
    assert "\u202e" not in shown


def test_the_policy_admits_the_page_s_own_styles_and_scripts_alone():
    page = write_html(CONVERSATION)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    inside = [
        *re.findall(r"<style>(.*?)</style>", page, re.S),
        *re.findall(r"<script(?: type=\"module\")?>(.*?)</script>", page, re.S),
    ]
    hashes = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in inside]

    assert policy.startswith("default-src 'none'; ")
    assert len(inside) == 3
    assert sorted(re.findall(r"'sha256-([^']+)'", policy)) == sorted(hashes)
    assert "unsafe" not in policy


@pytest.mark.parametrize("document", [CONVERSATION, TURNS_ONLY, NO_SPEECH])
def test_a_page_names_no_other_file(document):
    page = write_html(document)

    assert not [given for _, given in Page(page).elements if "src" in given or "href" in given]
    assert {each[:5] for each in re.findall(r'url\("?([^)"]+)', page)} == {"data:"}
    assert "http:" not in page
    assert "https:" not in page


def test_a_page_shows_figures_and_turns():
    document = replace(
        CONVERSATION,
        given_names=(("S1", "王经理"),),
        numbered_name="说话人 {number}",
        num_verified=2,
        created_at=datetime(2026, 11, 26, 7, 0, tzinfo=timezone.utc),
    )
    page = Page(write_html(document))
    shown = "".join(page.texts)

    assert "周会 1" in shown
    assert "王经理说得最多，占 42 %" in shown  # 2.4 s of 2.4, 1.2 and 2.096 s
    assert "2026 年 11 月 26 日" in shown
    assert "3 句中已核对 2 句（66 %）" in shown
    assert "你好，Tom & Ann!" in shown
    assert "说话人 2" in shown
    assert page.with_name("audio") == []


def test_an_english_page_has_english_words():
    document = replace(CONVERSATION, reader_language="en")

    shown = "".join(Page(write_html(document)).texts)

    assert "S1 spoke most, 42 % of the talk time" in shown
    assert not re.search(r"[说话静默]", shown)


def test_a_recording_without_speech_says_so():
    shown = "".join(Page(write_html(NO_SPEECH)).texts)

    assert "录音中没有检测到语音。" in shown


def test_sound_is_inside_the_page_and_its_turns_can_be_played():
    page = Page(write_html_with_sound(CONVERSATION, PageSound(b"webm", "audio/webm")))
    (audio,) = page.with_name("audio")

    assert audio["src"] == "data:audio/webm;base64," + base64.b64encode(b"webm").decode()
    assert [each["data-start"] for each in page.with_name("button")] == ["1200", "3000", "3723004"]


def test_a_recording_that_is_too_long_has_no_sound_and_the_page_says_why():
    longest = replace(CONVERSATION.transcript, duration_ms=MAX_SOUND_MS + 1)
    document = replace(CONVERSATION, transcript=longest)

    page = Page(write_html_with_sound(document, MissingSound.TOO_LONG))

    assert page.with_name("audio") == []
    assert "这个文件不含录音：录音长 2:00:00，超过 2:00:00 的上限。" in "".join(page.texts)


def test_twenty_speakers_have_twenty_numbers_and_a_table_of_ten():
    sentences = tuple(
        Sentence(2_000 * i, 2_000 * i + 1_900, "好。", speaker=f"S{i % 20 + 1}") for i in range(200)
    )
    document = TranscriptDocument("大会", Transcript(400_000, "zh", sentences))

    page = Page(write_html(document))
    numbers = [given for given in page.with_name("span") if "rp-key" in given.get("class", "")]

    assert len(numbers) == 20 + 20 + 10 + 10 + 200  # talk, lanes, head and rows, turns
    assert sum("sp-hollow" in given["class"] for given in numbers[:20]) == 8
    assert "只列出说得最多的 10 人。" in "".join(page.texts)
