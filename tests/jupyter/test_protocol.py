"""The kernel keeps Jupyter's protocol: the suite that kernels are tested with."""

from __future__ import annotations

from typing import ClassVar

import jupyter_kernel_test
import pytest

from tests.jupyter.conftest import kernel_in

pytestmark = pytest.mark.slow


class TestDaisyKernel(jupyter_kernel_test.KernelTests):
    kernel_name = "daisy"
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('to the other stream', file=sys.stderr)"
    completion_samples: ClassVar = [
        {
            "text": "engine.create('a', 'ct.Norm",
            "matches": {"ct.Normalize", "ct.NormalizeAir", "ct.NormalizeBackground"},
        },
        {"text": "%daisy ", "matches": {"run", "list", "show", "demo"}},
        {"text": "impor"},
    ]
    complete_code_samples: ClassVar = ["1", "%daisy list", "def f(x):\n    return x\n\n"]
    incomplete_code_samples: ClassVar = ["print('''hello", "def f(x):\n    return x"]
    invalid_code_samples: ClassVar = ["import = 7q"]
    code_page_something = "zip?"
    code_generate_error = "raise RuntimeError('on purpose')"
    code_execute_result: ClassVar = [
        {"code": "6 * 7", "result": "42"},
        {"code": "engine.datastore", "result": "no data objects yet"},
    ]
    code_display_data: ClassVar = [
        {"code": "from IPython.display import HTML, display; display(HTML('<b>bold</b>'))", "mime": "text/html"},
        {"code": "display(engine.datastore)", "mime": "text/html"},
    ]
    code_history_pattern = "6?*"
    supported_history_operations = ("tail", "search")
    code_inspect_sample = "engine"
    code_clear_output = "from IPython.display import clear_output; clear_output()"


def test_modules_of_the_notebooks_folder_can_be_imported_and_hide_none_that_the_kernel_needs(
    installed_kernel, tmp_path
):
    (tmp_path / "typing.py").write_text("raise RuntimeError('mine')")
    (tmp_path / "of_the_user.py").write_text("answer = 42")
    with kernel_in(tmp_path) as kernel:
        assert kernel.run("import of_the_user\nof_the_user.answer").results[0]["text/plain"] == "42"
        assert kernel.run("engine.datastore").status == "ok"
