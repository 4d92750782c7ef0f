"""The sentences that kernel and apps say, read off their source: literal texts with {0}, {1} ... for values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "widgets_apps" / "frontend" / "src" / "sentences"

_ERRORS = {
    *("DaisyError", "DataError", "ParameterError", "GraphError", "RegistryError", "OutputError", "RunError"),
    *("Interrupted", "FieldErrors", "ValueError", "kind", "ClusterError"),
}
_NAMES = {"remedy", "reason", "moved", "_KILLED", "_GO_ON"}  # what such a text is kept under before it is said
_LISTS = {"warnings", "texts"}

_UNSEEN = (
    *("daisy_kernel/Base.py", "daisy_kernel/compat.py", "daisy_kernel/cli", "daisy_kernel/jupyter"),
    *("daisy_kernel/cluster.py", "daisy_kernel/domains/ct/demo", "daisy_kernel/domains/ct/gpu"),
    *("widgets_apps/command.py", "widgets_apps/widget.py", "widgets_apps/server"),
)
"""What speaks to a terminal, a notebook or a program, and to no page of an app."""

_FEWEST = 6  # letters of a sentence that can be known again among others


def said(*, fewest: int = _FEWEST) -> dict[str, str]:
    """What a page may be told, with the file that says it; of at least so many letters."""
    found: dict[str, str] = {}
    for package in ("daisy_kernel", "widgets_apps"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(_UNSEEN):
                for text in _texts(ast.parse(path.read_text(encoding="utf-8"))):
                    if sum(letter.isalpha() for letter in text) >= fewest:
                        found.setdefault(text, name)
    return found


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            holder = getattr(getattr(node.func, "value", None), "id", "")
            if name in _ERRORS or name == "warn" or (name == "append" and holder in _LISTS):
                yield from (text for given in node.args[:1] for text in _alternatives(given))
            for keyword in node.keywords:
                if keyword.arg in ("remedy", "error"):
                    yield from _alternatives(keyword.value)
        elif isinstance(node, ast.Assign):
            for target, value in _assigned(node):
                if getattr(target, "id", "") in _NAMES:
                    yield from _alternatives(value)


def _assigned(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What is assigned to what, where several are at once too."""
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=True)
        else:
            yield target, node.value


def _alternatives(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can be."""
    parts = {
        ast.IfExp: lambda one: (one.body, one.orelse),
        ast.BoolOp: lambda one: one.values,
        ast.Dict: lambda one: one.values,
    }.get(type(node))
    if parts is not None:
        for part in parts(node):
            yield from _alternatives(part)
        return
    pieces = _pieces(node)
    if pieces is not None:
        holes = iter(range(len(pieces)))
        yield "".join(f"{{{next(holes)}}}" if piece is None else piece for piece in pieces)


def _pieces(node: ast.expr) -> list[str | None] | None:
    """Literal pieces of a text, None for each value; None for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return [str(part.value) if isinstance(part, ast.Constant) else None for part in node.values]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _pieces(node.left), _pieces(node.right)
        return None if left is None or right is None else left + right
    return None
