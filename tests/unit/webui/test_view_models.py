from pipeline.found_models import OWN_FOLDER
from pipeline.models.manifest import read_manifest
from pipeline.models.model_folders import ModelFolders
from webui.view_models import MODEL_NAMES


def test_every_model_of_the_manifest_has_a_short_name_for_the_page():
    own = {f"{OWN_FOLDER}{name}" for name in ModelFolders.names()}
    assert set(MODEL_NAMES) == {model.id for model in read_manifest()} | own
