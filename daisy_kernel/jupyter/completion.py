"""DaisyMatcher: completes names of algorithms, parameters and data, and the words of ``%daisy`` lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, completion_matcher

from daisy_kernel.errors import DaisyError
from daisy_kernel.jupyter.at_hand import AtHand
from daisy_kernel.jupyter.magics import COMMANDS

Found = tuple[str, Iterable[str]]
"""The piece of text that is to be completed, and what may stand in its place."""

_STRING = r"""(?:"[^"\n]*"|'[^'\n]*')"""
_OPEN = r"""["'](?P<piece>[^"'\n]*)$"""
_ARGUMENTS = r"""(?:[^()]|\([^()]*\))*"""

_ALGORITHM = re.compile(rf"\.create\(\s*{_STRING}\s*,\s*{_OPEN}")
_PARAMETER = re.compile(
    rf"\.create\(\s*{_STRING}\s*,\s*(?P<algorithm>{_STRING})\s*,(?:{_ARGUMENTS},)?\s*(?P<piece>\w*)$"
)
_DATA = re.compile(rf"\b(?P<owner>\w+)\.datastore\[\s*{_OPEN}")
_STEP = rf"\b(?P<owner>\w+)(?:\[{_STRING}\]|\.create\({_ARGUMENTS}\))"
_INPUT_DATA = re.compile(rf"{_STEP}\.execute\({_ARGUMENTS}\w+\s*=\s*{_OPEN}")
_CELL_ALGORITHM = re.compile(r"""["']?algorithm["']?\s*:\s*["']?(?P<piece>[\w.]*)$""")
_MAGIC = re.compile(r"^\s*(?:\w+\s*=\s*)?(?P<magic>%%?)daisy\s+(?P<words>.*)$")
_NAME = re.compile(r"(?:^|[^\w.\"'])(?P<piece>[A-Za-z_]\w*)$")


class DaisyMatcher:
    """A matcher of IPython's completer (its API 2); what it finds stands alone."""

    def __init__(self, namespace: Mapping[str, Any], at_hand: AtHand) -> None:
        self._namespace = namespace
        self._at_hand = at_hand

    @completion_matcher(identifier="DaisyMatcher", priority=100, api_version=2)  # type: ignore[untyped-decorator]
    def match(self, context: CompletionContext) -> SimpleMatcherResult:
        """See `IPython.core.completer.MatcherAPIv2`."""
        lines = context.full_text.split("\n")[: context.cursor_line]
        text = "\n".join([*lines, context.text_until_cursor])
        try:
            found = self._in_line(context.text_until_cursor) or self._in_code(text)
        except DaisyError:
            found = None  # what is written so far names nothing that is there
        if found is None:
            piece = _NAME.search(text)
            known = [name for name in self._at_hand.missing() if piece and name.startswith(piece["piece"])]
            return {"completions": [SimpleCompletion(name, type="instance") for name in known]}
        piece_text, names = found
        matches = sorted({name for name in names if name.startswith(piece_text)})
        return {
            "completions": [SimpleCompletion(name) for name in matches],
            "matched_fragment": piece_text,
            "suppress": True,
            "ordered": True,
        }

    def _in_line(self, line: str) -> Found | None:
        """Words of ``%daisy`` and ``%%daisy`` lines."""
        found = _MAGIC.match(line)
        if found is None:
            return None
        done, _, piece = found["words"].rpartition(" ")
        words = done.split()
        if found["magic"] == "%%":
            return _run_word(piece, [])
        if not words:
            return piece, COMMANDS
        if words[0] == "run":
            return (piece, _run_names(piece)) if len(words) == 1 else _run_word(piece, words)
        if words[0] == "show" and len(words) == 1:
            return piece, [*_names("algorithms", "workflows", "readers"), "graph"]
        return piece, _options(words[0])

    def _in_code(self, text: str) -> Found | None:
        """Strings and keywords in calls of an engine, and algorithms in a graph cell."""
        if found := _ALGORITHM.search(text):
            return found["piece"], _names("algorithms", "workflows")
        if found := _PARAMETER.search(text):
            return found["piece"], [f"{name}=" for name in _parameters(found["algorithm"][1:-1])]
        for pattern in (_DATA, _INPUT_DATA):
            if found := pattern.search(text):
                store = getattr(self._namespace.get(found["owner"]), "datastore", None)
                return None if store is None else (found["piece"], list(store))
        if text.startswith("%%daisy") and (found := _CELL_ALGORITHM.search(text)):
            return found["piece"], _names("algorithms", "workflows")
        return None


def _run_names(piece: str) -> list[str]:
    return [*_names("workflows"), *_paths(piece, lambda path: path.is_dir() or path.suffix == ".json")]


def _run_word(piece: str, words: list[str]) -> Found:
    """A setting, the path in a setting, or an option of ``daisy run``."""
    name, equals, value = piece.partition("=")
    if equals:
        return piece, [f"{name}={path}" for path in _paths(value, Path.exists)]
    if piece.startswith("-") or len(words) < 2 or words[1] not in _names("workflows"):
        return piece, _options("run")
    return piece, [f"{parameter}=" for parameter in _parameters(words[1])] + _options("run")


def _paths(start: str, is_wanted: Callable[[Path], bool]) -> list[str]:
    """Paths that begin so; those with blanks aside, which a word cannot hold."""
    folder, slash, name = start.rpartition("/")
    try:
        found = [path for path in Path(folder + slash).iterdir() if path.name.startswith(name) and is_wanted(path)]
    except OSError:
        return []
    words = [folder + slash + path.name + ("/" if path.is_dir() else "") for path in found]
    return [word for word in words if " " not in word]


def _options(command: str) -> list[str]:
    import typer

    from daisy_kernel.cli.main import app

    group: Any = typer.main.get_command(app)
    known = group.commands.get(command)
    return [] if known is None else [o for p in known.params for o in p.opts if o.startswith("--")]


def _names(*kinds: str) -> list[str]:
    from daisy_kernel.registry import installed

    return [entry.name for kind in kinds for entry in installed().of_kind(kind)]


def _parameters(name: str) -> list[str]:
    """Names of the parameters of an algorithm or workflow; raises `RegistryError` for one that is not there."""
    from daisy_kernel.algorithm import Algorithm
    from daisy_kernel.declaration import declare
    from daisy_kernel.registry import load_class
    from daisy_kernel.workflow import Workflow

    return list(declare(load_class(name, Algorithm, Workflow)).parameters.model_fields)
