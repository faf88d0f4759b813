import subprocess
import sys

from tests.dev_data import REPOSITORY

SCRIPT = """
import inspect
find = inspect.getfile
from webui.page.fast_gradio_import import import_gradio
import_gradio()
import gc, gradio
assert inspect.getfile is find and gc.isenabled()
assert inspect.getfile(gradio.HTML).endswith("html.py")
with gradio.Blocks() as page:
    button = gradio.Button()
    button.click(lambda: None, api_visibility="private")
assert len(page.fns) == 1
print(len([name for name in dir(gradio) if isinstance(getattr(gradio, name), type)]))
"""
PLAIN = """
import gradio
print(len([name for name in dir(gradio) if isinstance(getattr(gradio, name), type)]))
"""


def output_of(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=REPOSITORY, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_fast_import_loads_all_of_gradio_and_restores_patches():
    assert output_of(SCRIPT) == output_of(PLAIN)


def test_importing_the_app_imports_neither_gradio_nor_onnxruntime():
    script = (
        "import sys, app; print(sorted({'gradio', 'onnxruntime', 'sklearn'} & set(sys.modules)))"
    )

    assert output_of(script) == "[]\n"


def test_the_process_of_the_page_loads_no_library_that_runs_models():
    script = (
        "import sys, webui.launching; libraries = {'onnxruntime', 'faster_whisper', 'ctranslate2', "
        "'sklearn', 'umap', 'hdbscan'}; print(sorted(libraries & set(sys.modules)))"
    )

    assert output_of(script) == "[]\n"


def test_neither_gradio_nor_the_app_loads_the_mcp_package_which_can_still_be_loaded():
    script = """
import sys
from webui.page.fast_gradio_import import import_gradio
import_gradio()
import webui.launching
print([name for name in sys.modules if name.partition('.')[0] == 'mcp'])
import mcp
print(mcp.types.Tool.__name__)
"""

    assert output_of(script) == "[]\nTool\n"
