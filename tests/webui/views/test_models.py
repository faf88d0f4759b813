import pytest

from tests.webui.routes.test_pages import JSON


def test_models_have_size_licence_credit_and_home_page(client):
    view = client.get("/studio/models").json()
    rows = {each["id"]: each for each in view["models"]}

    assert rows["fsmn-vad"]["state"] == "installed"
    assert rows["paraformer"]["num_bytes"] == 258_463_787
    assert rows["paraformer"]["licence"] == "Apache-2.0"
    assert rows["paraformer"]["credit"] == "FunASR, Alibaba Group"
    assert rows["paraformer"]["homepage"].startswith("https://www.modelscope.cn/models/iic/")
    assert view["recognizer"]["name"] in ("paraformer", "whisper")
    assert [each["source"] for each in view["packages"]] == ["modelscope", "huggingface"]


@pytest.mark.parametrize(
    "path",
    [
        "models/no-such-model/fetch",
        "models/campplus-zh-en/fetch",
        "models/..%2f..%2fetc/fetch",
        "models/paraformer-from/gopher",
        "models/paraformer-from/%2Ftmp",
    ],
)
def test_a_model_without_download_is_not_found(client, path):
    assert client.post(f"/studio/{path}", headers=JSON, content="{}").status_code == 404


def test_another_site_cannot_fetch_models_with_this_browser(client):
    for path in ("models/paraformer-from/modelscope", "models/paraformer/fetch", "models/cancel"):
        foreign = {**JSON, "origin": "http://evil.example"}
        assert client.post(f"/studio/{path}", headers=foreign, content="{}").status_code == 403
