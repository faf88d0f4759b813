"""HTML of the login page, which has no scripts and loads only public files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from starlette.responses import HTMLResponse

from webui.texts.catalogue import LANGUAGES, texts_for

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # without referrer the form would be sent with Origin: null
    "Cache-Control": "no-store",
}
_TEXT_KEYS = ("login.title", "login.name", "login.password", "login.enter", "app.language")
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; }
main { width: min(22rem, 90vw); }
h1 { font-size: 1.5rem; margin: 0 0 1.5rem; }
label { display: grid; gap: .25rem; margin-bottom: 1rem; }
input { font: inherit; padding: .5rem .75rem; border: 1px solid GrayText; border-radius: 8px; }
button { font: inherit; width: 100%; padding: .6rem; border: 0; border-radius: 8px;
  background: #0b6b63; color: #fff; cursor: pointer; }
:focus-visible { outline: 3px solid #4fc3b5; outline-offset: 2px; }
.problem { color: light-dark(#b3261e, #ff8a80); }
.other { display: block; margin-top: 1.5rem; color: inherit; }
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """Reason why a login failed.

    Attributes:
        problem: key of the message.
        status: HTTP code.
        name: user name as typed.
        wait_s: seconds until the next attempt is allowed.
    """

    problem: str
    status: int
    name: str = ""
    wait_s: int = 0


def login_page(language: str, failure: Failure | None = None) -> HTMLResponse:
    """Return the login page in one of LANGUAGES, with the message of the last failure."""
    texts = texts_for(language)
    t = {key: escape(texts[key]) for key in _TEXT_KEYS}
    other = next(each for each in LANGUAGES if each != language)
    name = "" if failure is None else failure.name
    said = "" if failure is None else _alert(texts, failure)
    focus_name, focus_password = ("", " autofocus") if name else (" autofocus", "")
    return HTMLResponse(
        f"""<!doctype html>
<html lang="{"zh-CN" if language == "zh" else "en"}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{t["login.title"]} · Speaker Studio</title><style>{_STYLE}</style>
</head>
<body><main>
<h1>Speaker Studio</h1>
{said}
<form method="post" action="login?language={language}">
<label>{t["login.name"]}
<input name="username" value="{escape(name)}" autocomplete="username" required{focus_name}></label>
<label>{t["login.password"]}
<input name="password" type="password" autocomplete="current-password" required{focus_password}>
</label>
<button type="submit">{t["login.enter"]}</button>
</form>
<a class="other" href="login?language={other}">{t["app.language"]}</a>
</main></body></html>
""",
        status_code=200 if failure is None else failure.status,
        headers=_HEADERS | _retry_header(failure),
    )


def _alert(texts: Mapping[str, str], failure: Failure) -> str:
    sentence = texts[failure.problem].format(seconds=failure.wait_s)
    return f'<p class="problem" role="alert">{escape(sentence)}</p>'


def _retry_header(failure: Failure | None) -> dict[str, str]:
    if failure is None or not failure.wait_s:
        return {}
    return {"Retry-After": str(failure.wait_s)}
