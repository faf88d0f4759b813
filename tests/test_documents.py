"""The documents: links, paths, commands, Python examples and cited sources."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from tests.dev_data import REPOSITORY

PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)")
NAMED_PATH = re.compile(
    r"`((?:pipeline|storage|webui|assets|tests|benchmarks|tools|docs)/[\w./-]*)`"
)
MODULE_NAME = re.compile(r"`([\w/]+\.(?:py|js))`")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CITED = re.compile(r"\bspec (\d+(?:\.\d+)?)")
SOURCES = re.compile(r"^\| (\d+(?:\.\d+)?)(?:-(\d+\.\d+))? \|", re.MULTILINE)


def _id(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


def _blocks(page: Path, language: str) -> list[str]:
    return [text for kind, text in FENCE.findall(page.read_text("utf-8")) if kind == language]


def _ends_one(name: str, paths: list[str]) -> bool:
    return any(path.endswith(name) for path in paths)


def _commands() -> list[tuple[str, ...]]:
    found: dict[tuple[str, ...], None] = {}
    for page in PAGES:
        for block in _blocks(page, ""):
            for line in block.splitlines():
                words = tuple(shlex.split(line.replace("\\", "/"), comments=True))
                if words:
                    found[words] = None
    return list(found)


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", ["architecture", "contributing", "live"])
def test_every_module_named_in_a_page_about_the_code_exists(name: str) -> None:
    text = (REPOSITORY / "docs" / f"{name}.md").read_text("utf-8")
    modules = {f"/{each}" for each in MODULE_NAME.findall(text)} - {"/funasr_wss_client.py"}
    existing = [
        f"/{each.relative_to(REPOSITORY).as_posix()}"
        for folder in ("pipeline", "storage", "webui", "assets/web", "tests", "benchmarks")
        for each in (REPOSITORY / folder).rglob("*.*")
    ]

    assert modules
    assert [each for each in sorted(modules) if not _ends_one(each, existing)] == []


@pytest.mark.parametrize("package", ["pipeline", "storage", "webui"])
def test_the_architecture_names_every_folder_of_a_package(package: str) -> None:
    text = (REPOSITORY / "docs" / "architecture.md").read_text("utf-8")
    folders = [each.parent.name for each in (REPOSITORY / package).glob("*/__init__.py")]

    assert len(folders) > 5
    assert [each for each in folders if f"`{package}/{each}/`" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_path_in_the_text_exists(page: Path) -> None:
    paths = [path for path in NAMED_PATH.findall(page.read_text("utf-8")) if "<" not in path]

    assert [path for path in paths if not (REPOSITORY / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_id)
def test_every_python_example_compiles_and_imports_names_that_exist(page: Path) -> None:
    for block in _blocks(page, "python"):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                module = import_module(node.module)
                assert all(hasattr(module, name.name) for name in node.names), block


@cache
def _help(*program: str) -> str:
    ended = subprocess.run(
        [sys.executable, *program, "--help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return ended.stdout


def _program(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the part of a command that has a help text of its own; None for other programs."""
    if words[:1] == ("py",) or not words[0].endswith("python"):
        return None
    if words[1] == "app.py":
        return ("app.py",)
    if words[1] != "-m" or words[2] in ("pip", "venv") or words[2].startswith("benchmarks"):
        return None
    has_commands = words[2] in ("pipeline", "pipeline.models", "storage")
    return words[1 : 4 if has_commands else 3]


@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_every_command_has_the_flags_that_the_documents_use(words: tuple[str, ...]) -> None:
    if words[0] == "make":
        targets = (REPOSITORY / "Makefile").read_text("utf-8")
        assert [each for each in words[1:] if "=" not in each and f"\n{each}:" not in targets] == []
        return
    program = _program(words)
    if program is None:
        return
    flags = [each.split("=")[0] for each in words if each.startswith("--")]
    assert [flag for flag in flags if flag not in _help(*program)] == []


def test_every_cited_source_is_explained() -> None:
    page = (REPOSITORY / "docs" / "reference_system.md").read_text("utf-8")
    explained = {number for pair in SOURCES.findall(page) for number in pair if number}
    cited = {
        number
        for package in ("pipeline", "storage", "webui")
        for path in (REPOSITORY / package).rglob("*.py")
        for number in CITED.findall(path.read_text("utf-8"))
    }

    assert cited - explained == set()
