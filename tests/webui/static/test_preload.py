"""The page's head: what Gradio says of itself is replaced by what the app is."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from webui.static.assets import WEB_ASSETS, assets_version
from webui.static.preload import ScriptPreload

GRADIO = """<html><head><meta property="og:title" content="Gradio" />
<meta
  name="twitter:image"
  content="https://raw.githubusercontent.com/gradio/header-image.jpg"
/><meta name="twitter:creator" content="@teamGradio"><meta name="viewport" content="width=1">
<link rel="manifest" href="/manifest.json" /></head><body>the page</body></html>"""


@pytest.fixture
def client():
    def page(request: Request) -> HTMLResponse:
        return HTMLResponse(GRADIO)

    routes = [Route("/", page), Route("/other", page)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(ScriptPreload)]))


def test_the_page_describes_the_app_and_not_gradio(client):
    answer = client.get("/", headers={"host": 'studio.test"><script>'})

    assert "gradio" not in answer.text.lower().replace("gradio_config", "")
    assert "manifest" not in answer.text
    assert 'name="viewport"' in answer.text
    assert "the page" in answer.text
    assert answer.headers["content-length"] == str(len(answer.content))
    assert '"><script>' not in answer.text


def test_the_description_has_a_title_and_a_picture_that_exists(client):
    text = client.get("/", headers={"host": "studio.test"}).text
    tags = dict(re.findall(r'<meta property="(og:[\w:]+)" content="([^"]*)">', text))

    assert tags["og:title"] == "Speaker Studio"
    assert "谁在何时说了什么" in tags["og:description"]
    prefix = f"http://studio.test/studio/assets/{assets_version()}/"
    assert tags["og:image"].startswith(prefix)
    picture = (WEB_ASSETS / tags["og:image"].removeprefix(prefix)).read_bytes()
    width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))  # of a PNG's header
    assert (width, height) == (1200, 630)
    assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
    for href in re.findall(r'href="studio/assets/\w+/(icons/[^"]+)"', text):
        assert (WEB_ASSETS / href).is_file()


def test_other_pages_are_left_as_they_are(client):
    assert client.get("/other").text == GRADIO
