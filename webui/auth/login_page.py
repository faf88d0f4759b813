"""HTML of the login page, which has no scripts and loads only public files."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape

from starlette.responses import HTMLResponse

from webui.static.assets import WEB_ASSETS
from webui.static.style_sheets import system_theme
from webui.texts.catalogue import LANGUAGES, texts_for

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # without referrer the form would be sent with Origin: null
    "Cache-Control": "no-store",
}
_TEXT_KEYS = ("login.title", "login.name", "login.password", "login.enter", "app.language")
_RULES = """
body { margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: var(--surface); color: var(--ink); font: 400 var(--t14)/var(--l14) var(--font); }
main { width: 320px; max-width: calc(100vw - 48px); }
h1 { display: flex; align-items: center; gap: 10px; margin: 0 0 var(--p24);
  font-size: var(--t20); line-height: var(--l20); font-weight: var(--w-bold); }
label { display: grid; gap: var(--p6); margin-bottom: var(--p16);
  font-size: var(--t13); color: var(--ink2); }
input { box-sizing: border-box; width: 100%; height: var(--h-touch); padding: 0 var(--p12);
  border: 1px solid var(--field); border-radius: var(--r6); background: var(--surface);
  color: var(--ink); font: inherit; font-size: var(--t14); }
button { width: 100%; height: var(--h-touch); border: 0; border-radius: var(--r6);
  background: var(--accent); color: var(--accent-on); font: inherit; font-weight: var(--w-bold);
  cursor: pointer; }
button:hover { background: var(--accent-hover); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.problem { color: var(--rec-ink); }
.other { display: inline-block; margin-top: var(--p24); color: var(--ink2);
  font-size: var(--t13); line-height: var(--l13); }
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
<title>{t["login.title"]} · Speaker Studio</title><style>{_style()}</style>
<link rel="icon" href="{_mark()}">
</head>
<body><main>
<h1><img src="{_mark()}" width="28" height="28" alt="">Speaker Studio</h1>
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


@cache
def _style() -> str:
    return system_theme() + _RULES


@cache
def _mark() -> str:
    """Return the app's logo as a data URL."""
    picture = (WEB_ASSETS / "icons" / "mark.svg").read_bytes()
    return "data:image/svg+xml;base64," + base64.b64encode(picture).decode()


def _alert(texts: Mapping[str, str], failure: Failure) -> str:
    sentence = texts[failure.problem].format(seconds=failure.wait_s)
    return f'<p class="problem" role="alert">{escape(sentence)}</p>'


def _retry_header(failure: Failure | None) -> dict[str, str]:
    if failure is None or not failure.wait_s:
        return {}
    return {"Retry-After": str(failure.wait_s)}
