from pipeline.models.manifest import read_manifest
from webui.view_models import MODEL_NAMES


def test_every_model_of_the_manifest_has_a_short_name_for_the_page():
    assert set(MODEL_NAMES) == {model.id for model in read_manifest()}
