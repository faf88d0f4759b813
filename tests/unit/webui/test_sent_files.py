"""What a program may name as the file that it has sent."""

import pytest
from gradio.utils import get_upload_folder

from webui.sent_files import uploaded_file


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    assert get_upload_folder() == str(tmp_path / "uploads")
    (tmp_path / "uploads" / "0ab").mkdir(parents=True)
    (tmp_path / "uploads" / "0ab" / "talk.wav").write_bytes(b"sound")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return tmp_path / "uploads"


def test_what_an_upload_answered_is_its_file(folder):
    path = folder / "0ab" / "talk.wav"

    assert uploaded_file(str(path)) == path.resolve()


def test_nothing_else_on_this_machine_or_elsewhere_is_a_file_that_was_sent(folder):
    (folder / "way_out").symlink_to(folder.parent / "secret.txt")

    for wrong in (
        str(folder.parent / "secret.txt"),
        str(folder / ".." / "secret.txt"),
        str(folder / "way_out"),
        str(folder),
        str(folder / "0ab"),
        str(folder / "nothing.wav"),
        str(folder / ("x" * 5_000)),
        f"{folder}/\0",
        f"{folder}/\ud800",
        "http://127.0.0.1/talk.wav",
        "",
        None,
        5,
        ["talk.wav"],
    ):
        assert uploaded_file(wrong) is None, wrong
