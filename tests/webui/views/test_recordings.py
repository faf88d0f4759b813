from pipeline.models.manifest import read_manifest
from pipeline.models.model_folders import ModelFolders
from pipeline.transcription.model_finder import OWN_FOLDER
from webui.views.recordings import MODEL_NAMES


def test_every_model_of_the_manifest_has_a_short_name_for_the_page():
    own = {f"{OWN_FOLDER}{name}" for name in ModelFolders.names()}
    assert set(MODEL_NAMES) == {model.id for model in read_manifest()} | own
