from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.errors import ModelContractError, ModelIntegrityError, ModelUnavailableError
from pipeline.core.options import RuntimeOptions
from pipeline.core.transcript import Mark
from pipeline.punctuation.ct_transformer.ct_transformer import (
    CtTransformerPunctuator,
    open_punctuator,
)
from tests.pipeline.tiny_punctuation import MARKS_OF_WORDS, NAMES, write_folder, write_graph

RUNTIME = RuntimeOptions(num_threads=1)


@pytest.fixture(name="tiny", scope="module")
def _tiny(tmp_path_factory: pytest.TempPathFactory) -> CtTransformerPunctuator:
    return open_punctuator(write_folder(tmp_path_factory.mktemp("punctuation") / "model"), RUNTIME)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "标点 model")


def test_each_word_gets_the_mark_that_the_graph_gives_it(folder: Path) -> None:
    punctuator = open_punctuator(folder, RUNTIME)

    marks = punctuator.punctuate(["今", "天", "好", "红", "unheard-of", "吗"])

    assert marks == (
        Mark.NONE,
        Mark.COMMA,
        Mark.FULL_STOP,
        Mark.ENUMERATION_COMMA,
        Mark.NONE,
        Mark.QUESTION,
    )


@pytest.mark.parametrize("last", ["今", "天", "红", "hello"])
def test_the_last_word_ends_a_sentence_whatever_the_graph_says(folder: Path, last: str) -> None:
    assert open_punctuator(folder, RUNTIME).punctuate([last]) == (Mark.FULL_STOP,)


def test_no_words_have_no_marks(folder: Path) -> None:
    punctuator = open_punctuator(folder, RUNTIME)

    assert punctuator.punctuate([]) == ()
    assert punctuator.punctuate(["", " "]) == (Mark.NONE, Mark.NONE)
    assert punctuator.punctuate_text("") == ""


def test_a_text_is_written_with_its_marks(folder: Path) -> None:
    text = open_punctuator(folder, RUNTIME).punctuate_text("今天 hello ok 好 ok hello")

    assert text == "今天，hello ok,好。Ok, hello."


@settings(deadline=None)
@given(
    words=st.lists(
        st.sampled_from(["今", "天天好", "吗", "红", "", "ok", "a b", "好吗"]), max_size=150
    ),
    borders=st.lists(st.integers(0, 150), max_size=6).map(sorted),
)
def test_words_that_come_little_by_little_get_the_marks_of_the_whole(
    tiny: CtTransformerPunctuator, words: list[str], borders: list[int]
) -> None:
    stream = tiny.follow()
    on_the_way: list[Mark] = []

    for first, stop in pairwise([0, *borders, len(words)]):
        on_the_way += stream.feed(words[first:stop])
    marks = stream.finish()

    assert marks == tiny.punctuate(words)
    assert tuple(on_the_way) == marks[: len(on_the_way)]
    assert len(on_the_way) < max(1, len(words))


def test_marks_are_settled_while_words_still_come(tiny: CtTransformerPunctuator) -> None:
    stream = tiny.follow()

    assert stream.feed(["今", "天", "好"] * 7) == (Mark.NONE, Mark.COMMA, Mark.FULL_STOP) * 6


def test_progress_counts_up_to_all_words(folder: Path) -> None:
    reports: list[tuple[int, int]] = []

    open_punctuator(folder, RUNTIME).punctuate(
        ["今", "好"] * 30, report=lambda done, total: reports.append((done, total))
    )

    assert reports == [(18, 60), (38, 60), (60, 60)]


def test_a_model_with_a_dictionary_reads_words(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, user_dictionary="今天 1000000\n天气 1000000\n")
    punctuator = open_punctuator(folder, RUNTIME)

    assert punctuator.punctuate([*"今天天气", "hello"]) == (
        Mark.NONE,
        Mark.COMMA,
        Mark.NONE,
        Mark.FULL_STOP,
        Mark.FULL_STOP,
    )


def test_a_dictionary_that_is_no_text_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (folder / "jieba_usr_dict").write_bytes(b"\xff\xfe\x00word")

    with pytest.raises(ModelIntegrityError, match="jieba_usr_dict cannot be read"):
        open_punctuator(folder, RUNTIME)


def test_sherpas_graph_brings_its_words_and_marks_along(tmp_path: Path) -> None:
    metadata = {
        "tokens": "|".join(MARKS_OF_WORDS),
        "punctuations": "|".join(NAMES),
        "unk_symbol": "<unk>",
        "vocab_size": str(len(MARKS_OF_WORDS)),
    }
    write_graph(tmp_path / "model.int8.onnx", metadata=metadata)

    punctuator = open_punctuator(tmp_path, RUNTIME)

    assert punctuator.punctuate(["天", "吗"]) == (Mark.COMMA, Mark.QUESTION)


def test_a_graph_without_any_words_is_refused(folder: Path) -> None:
    (folder / "tokens.json").unlink()

    with pytest.raises(ModelIntegrityError, match="no vocabulary"):
        open_punctuator(folder, RUNTIME)


def test_without_a_configuration_the_marks_are_the_usual_ones(folder: Path) -> None:
    (folder / "config.yaml").unlink()

    assert open_punctuator(folder, RUNTIME).punctuate(["吗"]) == (Mark.QUESTION,)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tokens.json", "今\n天\n"),
        ("tokens.json", '{"今": 1}'),
        ("tokens.json", "[1, 2]"),
        ("tokens.json", "[]"),
        ("config.yaml", "model_conf: ["),
        ("config.yaml", "- a"),
        ("config.yaml", "model_conf: 3"),
        ("config.yaml", "model_conf: {punc_list: [1, 2]}"),
    ],
)
def test_a_damaged_file_is_named(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")

    with pytest.raises(ModelIntegrityError, match=name):
        open_punctuator(folder, RUNTIME)


def test_the_words_of_another_model_are_refused_at_load(folder: Path) -> None:
    longer = [*MARKS_OF_WORDS, "more"]
    (folder / "tokens.json").write_text(json.dumps(longer), encoding="utf-8")

    with pytest.raises(ModelContractError, match=f"vocabulary of {len(longer)} words"):
        open_punctuator(folder, RUNTIME)


def test_the_marks_of_another_model_are_refused_at_load(folder: Path) -> None:
    config = "model_conf: {punc_list: ['，', '。', '？']}"
    (folder / "config.yaml").write_text(config, encoding="utf-8")

    with pytest.raises(ModelContractError, match="6 marks, its configuration names 3"):
        open_punctuator(folder, RUNTIME)


def test_a_list_without_a_full_stop_is_no_list_of_marks(folder: Path) -> None:
    (folder / "config.yaml").write_text("model_conf: {punc_list: [a, b]}", encoding="utf-8")

    with pytest.raises(ModelContractError, match="，。？"):
        open_punctuator(folder, RUNTIME)


def test_the_variant_for_live_text_is_refused_with_what_differs(folder: Path) -> None:
    path = folder / "model_quant.onnx"
    model = onnx.load(path)
    masks = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, 1, "L", "L"])
        for name in ("vad_mask", "sub_masks")
    ]
    model.graph.input.extend(masks)
    onnx.save(model, path)

    with pytest.raises(ModelContractError, match="it has 4 inputs instead of 2"):
        open_punctuator(folder, RUNTIME)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="no punctuation model"):
        open_punctuator(tmp_path, RUNTIME)


def test_a_model_that_joins_words_settles_sentences_on_the_way_and_all_words_in_the_end(
    tmp_path: Path,
) -> None:
    folder = write_folder(tmp_path, user_dictionary="今天 1000000\n天气 1000000\n")
    punctuator = open_punctuator(folder, RUNTIME)
    stream = punctuator.follow()

    first = stream.feed([*"今天天气今"])
    second = stream.feed([*"天吗天"])

    assert first == (Mark.NONE, Mark.COMMA, Mark.NONE, Mark.FULL_STOP)
    assert second == (Mark.NONE, Mark.COMMA, Mark.QUESTION)
    assert stream.finish() == punctuator.punctuate([*"今天天气今天吗天"])
