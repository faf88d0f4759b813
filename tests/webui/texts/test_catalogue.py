import re
from pathlib import Path

import pytest

from pipeline.core import errors
from pipeline.core.progress import Stage
from pipeline.engines import outcome
from pipeline.formats.import_report import ProblemKind
from pipeline.formats.registry import FORMATS
from pipeline.models.fetch.sources import FetchProblem
from pipeline.models.manifest import read_manifest
from storage.db.records import RunStatus
from storage.training.export_options import CaseRule, DigitRule, GroupBy, PunctuationRule, Split
from storage.training.formats.registry import TRAINING_FORMATS
from storage.training.selection.filters import ExclusionReason
from tests.dev_data import REPOSITORY
from webui.services.model_fetcher import FetchStage
from webui.services.review_index import ReviewState
from webui.static.assets import WEB_ASSETS
from webui.texts.catalogue import LANGUAGES, has_text, texts_for
from webui.views.recordings import error_text_key

USED_IN_SCRIPTS = re.compile(r"""\bt\(\s*"([\w.]+)\"""")
USED_IN_PYTHON = re.compile(r"""(?:words|notice=)\(?"([\w.]+)\"""")


def keys_in(pattern: re.Pattern[str], files: list[Path]) -> set[str]:
    return {key for path in files for key in pattern.findall(path.read_text("utf-8"))}


def test_both_languages_have_the_same_keys_with_the_same_values_to_fill_in():
    chinese, english = (texts_for(language) for language in LANGUAGES)

    fields = {key: set(re.findall(r"\{\w+\}", words)) for key, words in chinese.items()}
    assert fields == {key: set(re.findall(r"\{\w+\}", words)) for key, words in english.items()}


def test_chinese_texts_contain_chinese_characters():
    chinese = texts_for("zh")
    same_in_both = {"app.name", "app.language", "state.running"}

    without = {key for key, words in chinese.items() if not re.search(r"[\u4e00-\u9fff]", words)}
    assert without == same_in_both


def test_every_key_used_by_the_page_has_a_text():
    scripts = keys_in(USED_IN_SCRIPTS, list(WEB_ASSETS.rglob("*.js")))
    forms = keys_in(USED_IN_PYTHON, list((REPOSITORY / "webui" / "page").glob("*.py")))

    assert len(scripts) > 20
    assert len(forms) > 5
    assert {key for key in scripts | forms if "." in key and not has_text(key)} == set()


def test_every_text_is_used():
    sources = [*WEB_ASSETS.rglob("*.js"), *(REPOSITORY / "webui").rglob("*.py")]
    shown = "".join(
        path.read_text("utf-8") for path in sources if not path.name.endswith("texts.py")
    )
    by_value = (  # made from a value's name
        "error.",
        "stage.",
        "job.",
        "state.",
        "new.language_",
        "import.",
        "format.",
        "format_group.",
        "sound.wav",  # and the next: by form
        "sound.zip",
        "edit.",
        "filter.",
        "menu.",
        "panel.",
        "selection.",
        "strip.",
        "keys.",
        "view.import_",
        "live.state_",
        "live.error_",
        "live.over_",
        "live.passing_",
        "conflict.",
        "growing.unfinished_",
        "refused.",
        "review.people",  # and the next two: the panels
        "review.map",
        "review.history",
        "review.status_",
        "models.state_",
        "models.role_",
        "models.problem_",
        "training.split_",
        "training.format_",
        "training.group_by_",
        "training.punctuation_",
        "training.digits_",
        "training.case_",
        "training.reason_",
        "training.problem_",
        "work.state_",
        "second.take_",
    )

    kept = [key for key in texts_for("en") if not key.startswith(by_value)]
    assert [key for key in kept if f'"{key}"' not in shown] == []


def test_exactly_the_formats_and_their_groups_have_names():
    names = {f"format.{name}" for name in FORMATS}
    groups = {f"format_group.{each.group.value}" for each in FORMATS.values()}

    assert {key for key in texts_for("en") if key.startswith("format")} == names | groups


@pytest.mark.parametrize("kind", list(ProblemKind))
def test_every_import_problem_has_a_text(kind):
    assert has_text(f"import.{kind.value}")


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_a_name(stage):
    assert has_text(f"stage.{stage.value}")


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.INTERRUPTED])
def test_every_unsuccessful_status_has_a_name_and_a_title(status):
    assert has_text(f"state.{status.value}")
    assert has_text(f"job.{status.value}_title")


def kinds_of(error):
    for each in error.__subclasses__():
        yield each.__name__
        yield from kinds_of(each)


@pytest.mark.parametrize("kind", [*kinds_of(errors.AudioError), outcome.OUT_OF_MEMORY])
def test_every_kind_of_audio_error_has_its_own_text(kind):
    assert error_text_key(kind) == f"error.{kind}"


def test_an_unknown_failure_has_the_message_of_an_internal_error():
    assert error_text_key("SomethingNobodyThoughtOf") == "error.other"
    assert error_text_key(None) == "error.other"


def test_every_state_role_and_problem_of_a_model_has_a_text():
    roles = {model.role for model in read_manifest()}
    states = {"installed", "missing", "damaged", *(each.value for each in FetchStage)}

    assert {role for role in roles if not has_text(f"models.role_{role}")} == set()
    assert {state for state in states if not has_text(f"models.state_{state}")} == set()
    assert all(has_text(f"models.problem_{each.value}") for each in FetchProblem)


def test_exactly_the_choices_of_training_data_have_texts():
    kinds = {
        "split": Split,
        "group_by": GroupBy,
        "punctuation": PunctuationRule,
        "digits": DigitRule,
        "case": CaseRule,
        "reason": ExclusionReason,
    }
    wanted = {f"training.{kind}_{each.value}" for kind, values in kinds.items() for each in values}
    wanted |= {f"training.format_{name}" for name in TRAINING_FORMATS}

    prefixes = tuple(f"training.{kind}_" for kind in (*kinds, "format"))
    assert {key for key in texts_for("en") if key.startswith(prefixes)} == wanted


def test_exactly_the_reasons_of_refused_edits_have_texts():
    sources = [*(REPOSITORY / "storage").rglob("*.py"), *(REPOSITORY / "webui").rglob("*.py")]
    reasons = keys_in(re.compile(r'reason=(?:"\w+" if [^"]+ else )?"(\w+)"'), sources)
    reasons |= keys_in(re.compile(r'reason="(\w+)"'), sources)

    assert len(reasons) > 30
    assert {f"refused.{reason}" for reason in reasons} == {
        key for key in texts_for("en") if key.startswith("refused.")
    }


def test_exactly_the_review_states_have_names() -> None:
    names = {f"work.state_{each.value}" for each in ReviewState}

    assert {key for key in texts_for("en") if key.startswith("work.state_")} == names
