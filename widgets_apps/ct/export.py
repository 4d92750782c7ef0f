"""Export: what the app would run, as a graph for ``daisy run`` or as a notebook; both give the same bits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from widgets_apps.ct.graphs import WORKFLOW, run_graph
from widgets_apps.writing import new_file, write_whole

Kind = Literal["graph", "notebook"]
_SUFFIXES: dict[Kind, str] = {"graph": ".json", "notebook": ".ipynb"}
_KERNEL = {"display_name": "Daisy", "language": "python", "name": "daisy"}

_TITLE = """# Reconstruction of {name} · {name} 的重建

Made by the CT app. Change a parameter and run the cells again; `daisy show ct` lists all of them.

由 CT 应用生成。修改参数后重新运行各单元格；`daisy show ct` 列出全部参数。"""

_RUN = """from daisy_kernel import Engine, Run

engine = Engine()
engine.create("{workflow}", "{workflow}", **parameters).execute()
record = Run(engine).execute()
record["output"], record["shape"], record["results"]"""


def export(parameters: Mapping[str, Any], kind: Kind, path: Path) -> Path:
    """Write a graph or a notebook; returns the file. Errors: OutputError where it is there already."""
    file = new_file(path, _SUFFIXES[kind])
    write_whole(file, run_graph(parameters).to_json() if kind == "graph" else notebook(parameters))
    return file


def notebook(parameters: Mapping[str, Any]) -> str:
    """The text of a notebook that runs the workflow with these parameters."""
    run_graph(parameters)  # refuses what could not be run
    name = Path(str(parameters["input"])).name
    values = ",\n".join(f"    {key!r}: {value!r}" for key, value in _plain(parameters).items())
    cells = [
        ("markdown", _TITLE.format(name=_as_text(name))),
        ("code", f"parameters = {{\n{values},\n}}"),
        ("code", _RUN.format(workflow=WORKFLOW)),
    ]
    return (
        json.dumps(
            {
                "cells": [_cell(number, kind, text) for number, (kind, text) in enumerate(cells)],
                "metadata": {"kernelspec": _KERNEL, "language_info": {"name": "python"}},
                "nbformat": 4,
                "nbformat_minor": 5,
            },
            indent=1,
        )
        + "\n"
    )


def _cell(number: int, kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell | {"source": text.splitlines(keepends=True)}


def _plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON has them, so that their text is Python."""
    found: dict[str, Any] = json.loads(json.dumps(dict(parameters), default=str))
    return found


def _as_text(name: str) -> str:
    """A name as Markdown shows it: what could be a tag or a mark is escaped."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>()#+-.!|&$~" else sign for sign in name)
