"""HTML page of a report, with the bar above the paper."""

from __future__ import annotations

from html import escape
from xml.etree.ElementTree import Element

from pipeline.formats.report.markup import icon, markup, tag
from webui.services.exports.report import ReportPage
from webui.static.assets import assets_version
from webui.texts.catalogue import texts_for

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "font-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; base-uri 'none'; "
    "form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address of a shared report grants access
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, no-cache",
    "Vary": "Accept-Language",
}
_PLAIN, _BOXED = "rp-button", "rp-button rp-boxed"
_ASSETS = f"../../assets/{assets_version()}"


def own_report(page: ReportPage, recording_id: str) -> str:
    """Return the page of a report for users with access to the recording."""
    bar = _bar(
        page.language,
        back=f"../../../#recording={recording_id}",
        word=f"export/docx/reviewed/whole/{page.language}",
        html=f"export/html/reviewed/whole/{page.language}",
        is_shared=False,
    )
    return _document(page.title, page.language, markup(bar) + page.body)


def shared_report(page: ReportPage, token: str) -> str:
    """Return the page of a report for the holders of its link."""
    bar = _bar(
        page.language,
        back=f"../{token}",
        word=f"report/docx/{page.language}",
        html=f"report/html/{page.language}",
        is_shared=True,
    )
    return _document(page.title, page.language, markup(bar) + page.body)


def missing_report(language: str) -> str:
    """Return the page for a report that cannot be found."""
    words = texts_for(language)
    message = tag("p", words["report.gone"], role="alert")
    return _document(
        words["report.open"],
        language,
        markup(tag("main", tag("div", message, class_="rp-sheet"), class_="rp-paper")),
    )


def _document(title: str, language: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">
<title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" type="image/svg+xml" href="{_ASSETS}/icons/mark.svg">
<link rel="stylesheet" href="{_ASSETS}/report.css">
<script src="{_ASSETS}/report/theme.js"></script>
<script type="module" src="{_ASSETS}/report/report_bar.js"></script>
<script type="module" src="{_ASSETS}/report/turn_player.js"></script></head>
<body>{body}</body></html>
"""


def _bar(language: str, *, back: str, word: str, html: str, is_shared: bool) -> Element:
    words = texts_for(language)
    html_hint = words["report.html_hint_shared" if is_shared else "report.html_hint"]
    return tag(
        "header",
        tag("a", *_face("back", words["report.back"]), href=back, class_=_PLAIN),
        tag("span", class_="rp-told", role="status"),
        tag(
            "button",
            *_face("link", words["report.copy"]),
            class_=_PLAIN,
            type="button",
            title=words["report.copy"],
            data_action="copy",
            data_shared=is_shared,
            data_done=words["report.copied_shared" if is_shared else "report.copied"],
            data_refused=words["report.copy_refused"],
            data_failed=words["report.copy_failed"],
        ),
        tag(
            "button",
            *_face("print", words["report.print"]),
            class_=_PLAIN,
            type="button",
            title=words["report.print"],
            data_action="print",
        ),
        tag(
            "a",
            *_face("word", words["report.word"]),
            href=word,
            class_=_BOXED,
            title=words["report.word_hint"],
            download=True,
        ),
        tag(
            "a",
            *_face("html", words["report.html"]),
            href=html,
            class_=_BOXED,
            title=html_hint,
            download=True,
        ),
        class_="rp-bar",
    )


def _face(picture: str, label: str) -> tuple[Element, Element]:
    return icon(picture), tag("span", label, class_="rp-label")
