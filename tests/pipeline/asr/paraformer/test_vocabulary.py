from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.asr.paraformer.vocabulary import Vocabulary, read_vocabulary
from pipeline.core.errors import ModelContractError
from tests.dev_data import DEV_DATA

TOKENS = ("<blank>", "<s>", "</s>", "好", "\u2028", "and@@", "<unk>")
PUBLISHED = DEV_DATA.parent / "paraformer" / "tokens.json"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_a_list_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "tokens.json", json.dumps(TOKENS))

    assert read_vocabulary(path) == Vocabulary(TOKENS)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_lines_of_token_and_id_are_read_in_any_order(tmp_path: Path, line_end: str) -> None:
    lines = [f"{token} {number}" for number, token in reversed(list(enumerate(TOKENS)))]

    path = write(tmp_path, "tokens.txt", line_end.join(lines) + line_end)

    assert read_vocabulary(path) == Vocabulary(TOKENS)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tokens.json", "{"),
        ("tokens.json", '{"好": 1}'),
        ("tokens.json", '["<blank>", 1, 2, 3]'),
        ("tokens.json", "[]"),
        ("tokens.json", "[" * 100_000),
        ("tokens.txt", "<blank> 0\n<s> 1\n</s> 2\n好 4\n"),
        ("tokens.txt", "<blank> 0\n<s> one\n"),
        ("tokens.txt", ""),
    ],
)
def test_what_is_no_vocabulary_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(ModelContractError, match="vocabulary"):
        read_vocabulary(write(tmp_path, name, text))


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_bytes(b"\xff\x00")

    with pytest.raises(ModelContractError, match=r"tokens\.json"):
        read_vocabulary(path)


def test_the_id_of_a_token_is_its_place_and_unknown_words_have_none() -> None:
    vocabulary = Vocabulary(TOKENS)

    assert [vocabulary.id_of(each) for each in ("好", "and@@", "坏", "<unk>")] == [3, 5, None, None]
    assert len(vocabulary) == 7


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="the published tokens are not on this machine")
def test_the_published_vocabulary_is_read() -> None:
    vocabulary = read_vocabulary(PUBLISHED)

    assert len(vocabulary) == 8404
    published_ids = {"</s>": 2, "and@@": 3, "1": 6085, "&": 3309, "@": 7251, "a": 1339}
    assert {token: vocabulary.id_of(token) for token in published_ids} == published_ids
