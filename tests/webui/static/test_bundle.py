"""Tests of the bundler of ES modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from webui.static.assets import SERVED_MODULES, WEB_ASSETS, BundleError, bundle, served_module


def written(folder: Path, **modules: str) -> Path:
    for name, source in modules.items():
        (folder / f"{name}.js").write_text(source, encoding="utf-8")
    return folder


def test_modules_are_bundled_before_their_importers(tmp_path):
    folder = written(
        tmp_path,
        page='import { two } from "./numbers.js";\nexport const four = two + two;\n',
        numbers="const one = 1;\nexport const two = one + one;\n",
    )

    assert bundle(folder, "page.js") == "\n".join(
        [
            "const m0 = (() => {",
            "const one = 1;",
            "const two = one + one;",
            "return { two };",
            "})();",
            "const m1 = (() => {",
            "const { two } = m0;",
            "const four = two + two;",
            "return { four };",
            "})();",
            "export const { four } = m1;",
            "",
        ]
    )


def test_lists_of_names_may_be_broken_over_several_lines(tmp_path):
    folder = written(
        tmp_path,
        page='import {\n  one,\n  two,\n} from "./numbers.js";\n'
        "const three = one + two;\n"
        "export {\n  one,\n  three,\n};\n",
        numbers="export const one = 1;\nexport const two = 2;\n",
    )

    lines = bundle(folder, "page.js").splitlines()

    assert "const { one, two } = m0;" in lines
    assert "return { one, three };" in lines
    assert lines[-1] == "export const { one, three } = m1;"
    assert not [line for line in lines[:-1] if line.startswith(("import", "export"))]


@pytest.mark.parametrize(
    "source",
    [
        'import {\n  b,\n} from "package";\n',
        'import {\n  b as c,\n} from "./b.js";\n',
        'export {\n  b,\n} from "./b.js";\n',
    ],
)
def test_an_unsupported_statement_over_several_lines_is_refused(tmp_path, source):
    folder = written(tmp_path, a=source, b="export const b = 1;\n")

    with pytest.raises(BundleError, match="not understood"):
        bundle(folder, "a.js")


def test_a_module_that_two_others_import_runs_once(tmp_path):
    folder = written(
        tmp_path,
        page='import { a } from "./a.js";\nimport { b } from "./b.js";\nexport { a, b };\n',
        a='import { shared } from "./shared.js";\nexport const a = shared;\n',
        b='import { shared } from "./shared.js";\nexport const b = shared;\n',
        shared="export const shared = {};\n",
    )

    assert bundle(folder, "page.js").count("const shared = {};") == 1


def test_a_circular_import_is_refused(tmp_path):
    folder = written(
        tmp_path,
        a='import { b } from "./b.js";\nexport const a = 1;\n',
        b='import { a } from "./a.js";\nexport const b = 1;\n',
    )

    with pytest.raises(BundleError, match=r"a\.js imports itself in a circle"):
        bundle(folder, "a.js")


@pytest.mark.parametrize(
    "line",
    ['import all from "./b.js";', 'import "./b.js";', "export default 1;", "export let a = 1;"],
)
def test_unsupported_syntax_is_refused(tmp_path, line):
    folder = written(tmp_path, a=f"{line}\n", b="export const b = 1;\n")

    with pytest.raises(BundleError, match="not understood"):
        bundle(folder, "a.js")


def test_the_served_modules_hold_every_module_but_those_of_other_pages():
    source = "".join(map(served_module, SERVED_MODULES))
    first_lines = {
        path.name: path.read_text(encoding="utf-8").splitlines()[0]
        for path in WEB_ASSETS.rglob("*.js")
    }

    others = {path.name for path in (WEB_ASSETS / "report").glob("*.js")} | {"shared.js"}
    assert {name for name, line in first_lines.items() if line not in source} == others


def test_a_module_without_exports_is_bundled(tmp_path):
    folder = written(
        tmp_path,
        worker='import { one } from "./one.js";\nself.postMessage(one);\n',
        one="export const one = 1;\n",
    )

    lines = bundle(folder, "worker.js").splitlines()

    assert "self.postMessage(one);" in lines
    assert lines[-1] == "export const {  } = m1;"
