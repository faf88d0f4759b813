import pytest

from pipeline.errors import OptionError
from pipeline.loading import RECOGNIZERS, choose_recognizer
from tests.dev_data import REPOSITORY


def test_every_recogniser_of_the_registry_is_in_the_readme():
    readme = (REPOSITORY / "README.md").read_text("utf-8")

    assert all(f"`{name}`" in readme for name in RECOGNIZERS)


def test_the_embedded_recogniser_is_chosen_installed_or_not():
    assert choose_recognizer("auto", ["whisper-base"]) == "whisper"
    assert choose_recognizer("auto", []) == "whisper"


def test_a_recogniser_nobody_knows_is_refused_with_those_there_are():
    with pytest.raises(OptionError, match="auto, whisper"):
        choose_recognizer("parafomer", ["whisper-base"])
