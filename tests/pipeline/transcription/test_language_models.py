"""A language model beside a Paraformer, from the flags to the provenance."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import onnx
import onnx.parser
import pytest
import soundfile

from pipeline.audio.decode import read_audio
from pipeline.cli.transcribe import main
from pipeline.core.errors import ModelContractError, ModelUnavailableError, OptionError
from pipeline.core.language_model_options import LanguageModelForm
from pipeline.core.options import AsrOptions, PipelineOptions, Profile, RuntimeOptions
from pipeline.core.transcript import Token
from pipeline.models.language_models import describe_language_model
from pipeline.models.locations import ModelLocations, open_model_store
from pipeline.models.model_folders import ModelFolders
from pipeline.text.ngrams.counting import arpa_text, estimate_ngrams
from pipeline.transcription.loader import PipelineLoader
from tests.dev_data import REPOSITORY
from tests.pipeline.tiny_models import TOKENS, tiny_paraformer, write_funasr_folder

IN_DOUBT = -2.0  # beside -0.1 of the best token: a language model may choose another


@pytest.fixture(scope="module")
def excerpt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    samples, rate = soundfile.read(
        REPOSITORY / "tests" / "data" / "conversation" / "conversation.flac", stop=16_000 * 6
    )
    path = tmp_path_factory.mktemp("sound") / "talk.wav"
    soundfile.write(path, samples, rate)
    return path


@pytest.fixture(scope="module")
def paraformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paraformer")
    return write_funasr_folder(folder, tiny_paraformer(others=IN_DOUBT))


@pytest.fixture
def arpa(tmp_path: Path) -> Path:
    """A model of texts in which 七 follows 一: the recogniser itself writes 一二三.

    At weight 1 that gains 3.1, against 1.9 for one character less probable.
    """
    path = tmp_path / "words.arpa"
    path.write_text(arpa_text(estimate_ngrams([["一", "七"]] * 40 + [["六"]] * 400, 3)), "utf-8")
    return path


def loader(paraformer: Path, location: Path | None, cache: Path) -> PipelineLoader:
    folders = ModelFolders(paraformer=paraformer, language_models=location)
    store = open_model_store(ModelLocations(cache, offline=True))
    return PipelineLoader(store, RuntimeOptions(), folders=folders)


def with_model(path: Path, **settings: object) -> PipelineOptions:
    chosen = describe_language_model(path, **settings)
    return PipelineOptions(asr=AsrOptions("paraformer", language_model=chosen))


def tokens_of(loading: PipelineLoader, options: PipelineOptions, recording: Path) -> list[Token]:
    result = loading.load(options).transcribe(read_audio(recording), options)
    return [token for sentence in result.transcript.sentences for token in sentence.tokens]


def test_another_character_is_chosen_in_the_same_place_with_its_own_probability(
    paraformer, arpa, excerpt, tmp_path
):
    loading = loader(paraformer, tmp_path, tmp_path / "cache")

    alone = tokens_of(loading, PipelineOptions(asr=AsrOptions("paraformer")), excerpt)
    fused = tokens_of(loading, with_model(arpa, weight=1.0), excerpt)

    spans = [(token.start_ms, token.end_ms) for token in alone]
    assert [(token.start_ms, token.end_ms) for token in fused] == spans
    changed = [
        (before.text, after.text, after.confidence)
        for before, after in zip(alone, fused, strict=True)
        if before.text != after.text
    ]
    assert {(before, after) for before, after, _ in changed} == {("二", "七"), ("六", "一")}
    assert {round(confidence, 3) for *_, confidence in changed} == {0.135}  # of -2.0
    assert [token.text_without_lm for token in fused] == [
        None if before.text == after.text else before.text
        for before, after in zip(alone, fused, strict=True)
    ]
    assert {token.text_without_lm for token in alone} == {None}


def test_a_model_is_in_the_provenance_and_in_no_other_transcript(
    paraformer, arpa, excerpt, tmp_path
):
    loading = loader(paraformer, arpa, tmp_path / "cache")
    options = with_model(arpa)

    fused = loading.load(options)
    plain = loading.load(PipelineOptions(asr=AsrOptions("paraformer")))

    sha256 = hashlib.sha256(arpa.read_bytes()).hexdigest()
    assert [(each.role, each.model_id, each.sha256) for each in fused.models][-1] == (
        "language_model", "words", sha256,
    )  # fmt: skip
    assert all(each.role != "language_model" for each in plain.models)
    assert loading.find_models(options) == fused.models
    result = fused.transcribe(read_audio(excerpt), options)
    assert dict(result.provenance.options)["language_model"] == f"words@{sha256}"


def test_an_n_gram_model_ranks_word_candidates_as_well(paraformer, arpa, transformer, tmp_path):
    ngrams, graph = (loader(paraformer, each, tmp_path / "cache") for each in (arpa, transformer))

    assert ngrams.load(with_model(arpa)).neighbours is not None
    assert graph.load(with_model(transformer)).neighbours is None
    assert ngrams.load(PipelineOptions(asr=AsrOptions("paraformer"))).neighbours is None


def test_two_models_share_the_loaded_recogniser(paraformer, arpa, tmp_path, monkeypatch):
    from pipeline.transcription import loader as loading_module

    opened = []
    real = loading_module.open_paraformer
    monkeypatch.setattr(
        loading_module, "open_paraformer", lambda *a, **k: opened.append(1) or real(*a, **k)
    )
    other = tmp_path / "other.arpa"
    other.write_text(arpa_text(estimate_ngrams([["一", "五"]], 2)), "utf-8")
    loading = loader(paraformer, tmp_path, tmp_path / "cache")

    for options in (with_model(arpa), with_model(other), with_model(arpa)):
        loading.load(options)

    assert opened == [1]


def test_a_model_that_was_changed_since_is_refused(paraformer, arpa, tmp_path):
    options = with_model(arpa)
    arpa.write_text(arpa_text(estimate_ngrams([["一"]], 2)), "utf-8")

    with pytest.raises(ModelUnavailableError, match="'words' does not exist any more"):
        loader(paraformer, tmp_path, tmp_path / "cache").load(options)
    with pytest.raises(ModelUnavailableError, match="'words' does not exist any more"):
        loader(paraformer, None, tmp_path / "cache").load(options)


def test_whisper_takes_no_language_model(paraformer, arpa, tmp_path):
    options = with_model(arpa)
    whisper = replace(options, asr=replace(options.asr, recognizer="whisper"))

    with pytest.raises(OptionError, match="Only Paraformer can use a language model"):
        loader(paraformer, arpa, tmp_path / "cache").load(whisper)


def test_the_reference_search_runs_with_the_classic_profile(arpa, excerpt, tmp_path):
    paraformer = write_funasr_folder(tmp_path / "sure", tiny_paraformer())
    options = replace(
        with_model(arpa, form=LanguageModelForm.PLAIN, weight=0.0), profile=Profile.CLASSIC
    )
    loading = loader(paraformer, arpa, tmp_path / "cache")
    alone = PipelineOptions(Profile.CLASSIC, asr=AsrOptions("paraformer"))

    texts = [
        [token.text for token in tokens_of(loading, each, excerpt)] for each in (options, alone)
    ]

    assert texts[0] == texts[1] != []


# A network that always expects 七; its cache stays empty.
_TABLE_LM = """
<ir_version: 8, opset_import: ["" : 14]>
lm (int64[batch, new] tokens, float[1, batch, 1, past, 1] keys, float[1, batch, 1, past, 1] values)
=> (float[batch, new, 13] scores, float[1, batch, 1, past, 1] next_keys,
  float[1, batch, 1, past, 1] next_values)
<int64 depth = {13}, float[2] off_on = {-20.0, 0.0}, int64 seven = {11}, int64 zero = {0}>
{
  nothing = Mul(tokens, zero)
  next = Add(nothing, seven)
  scores = OneHot(next, depth, off_on)
  next_keys = Identity(keys)
  next_values = Identity(values)
}
"""


@pytest.fixture
def transformer(tmp_path: Path) -> Path:
    """The folder of a model that expects 七 everywhere."""
    folder = tmp_path / "transformer"
    folder.mkdir()
    onnx.save(onnx.parser.parse_model(_TABLE_LM), str(folder / "model.onnx"))
    (folder / "tokens.json").write_text(json.dumps(TOKENS, ensure_ascii=False), "utf-8")
    return folder


def test_a_transformer_chooses_among_the_recognisers_own_paths(
    paraformer, transformer, excerpt, tmp_path
):
    loading = loader(paraformer, transformer, tmp_path / "cache")

    alone, rescored = (
        "".join(token.text for token in tokens_of(loading, options, excerpt))
        for options in (
            PipelineOptions(asr=AsrOptions("paraformer")),
            with_model(transformer),  # 0.15 * 20 against 1.9 for the second best of a row
        )
    )

    assert rescored.count("七") > alone.count("七")


def test_a_transformer_has_the_plain_form_and_the_recognisers_tokens(
    paraformer, transformer, tmp_path
):
    options = with_model(transformer)
    chosen = options.asr.language_model
    assert (chosen.form, chosen.weight) == (LanguageModelForm.PLAIN, 0.15)
    with pytest.raises(OptionError, match="has the form plain only"):
        describe_language_model(transformer, form=LanguageModelForm.EVIDENCE)

    (transformer / "tokens.json").write_text(json.dumps([*TOKENS[:-1], "八"]), "utf-8")
    with pytest.raises(ModelContractError, match="has other tokens than the recogniser"):
        loader(paraformer, transformer, tmp_path / "cache").load(options)


def transcribe(excerpt: Path, paraformer: Path, folder: Path, *flags: str) -> int:
    return main(
        [
            "transcribe", str(excerpt), "--out", str(folder), "--format", "json", "--offline",
            "--recognizer", "paraformer", "--model-folder", f"paraformer={paraformer}", *flags,
        ]
    )  # fmt: skip


def test_the_command_line_uses_a_model_and_transcribes_again_with_another(
    paraformer, arpa, excerpt, tmp_path, capsys
):
    out = tmp_path / "out"
    model = ["--language-model", str(arpa)]

    assert transcribe(excerpt, paraformer, out, *model, "--lm-weight", "1.5") == 0
    written = json.loads((out / "talk.json").read_text("utf-8"))
    assert {"language_model", "lm_form", "lm_weight"} <= written["options"].keys()
    assert str(tmp_path) not in json.dumps(written["options"])
    assert "七" in "".join(each["text"] for each in written["sentences"])
    assert transcribe(excerpt, paraformer, out, *model, "--lm-weight", "0") == 0

    assert json.loads((out / "talk.json").read_text("utf-8"))["options"]["lm_weight"] == "0.0"


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--lm-weight", "1"], "belong to --language-model"),
        (["--language-model", "{folder}/missing.arpa"], "cannot be read: No such file"),
        (["--language-model", "{folder}/notes.txt"], "give an .arpa file"),
        (["--language-model", "{arpa}", "--lm-weight", "9"], "must be between 0 and 5"),
    ],
)
def test_flags_that_cannot_be_followed_are_refused(
    flags, message, paraformer, arpa, excerpt, tmp_path, capsys
):
    chosen = [each.format(folder=tmp_path, arpa=arpa) for each in flags]

    with pytest.raises(SystemExit, match="2"):
        transcribe(excerpt, paraformer, tmp_path / "out", *chosen)

    assert message in capsys.readouterr().err
