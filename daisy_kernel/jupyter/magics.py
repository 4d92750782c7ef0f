"""``%daisy`` and ``%%daisy``: the words of the command in a cell, run in the kernel itself."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, magics_class

from daisy_kernel.errors import DaisyError, GraphError, Interrupted, ParameterError, RunError
from daisy_kernel.jupyter.quiet import quiet

if TYPE_CHECKING:
    from daisy_kernel.graph import Graph

COMMANDS = ("run", "list", "show", "demo")


class Result(dict[str, Any]):
    """What a command found, as a value; the cell that printed it does not show it a second time."""

    def __init__(self, found: dict[str, Any], shell: Any) -> None:
        super().__init__(found)
        self._shell = shell
        self._printed_at = shell.execution_count

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.pretty(dict(self))

    def _ipython_display_(self) -> None:
        if self._shell.execution_count != self._printed_at:
            from IPython.display import display

            display(dict(self))  # type: ignore[no-untyped-call]


@magics_class
class DaisyMagics(Magics):
    """The command ``daisy`` as a magic."""

    @line_cell_magic
    def daisy(self, line: str, cell: str | None = None) -> Result | None:
        """``%daisy run|list|show|demo ...`` as on a command line; ``%%daisy`` runs the graph that the cell holds.

        The words after ``%%daisy`` are settings ``step.name=value`` and the options of ``daisy run``.
        """
        try:
            words = shlex.split(line) or ([] if cell else ["--help"])
        except ValueError as error:
            raise quiet(
                ParameterError(f"{line!r} cannot be read: {error}", remedy="close the quotation mark")
            ) from None
        if cell is not None:
            return self._guarded(["run", "cell", *words], lambda options: self._run(options, words, cell))
        return self._guarded(words, lambda options: self._command(words, options))

    def _guarded(self, words: Sequence[str], action: Callable[[dict[str, Any]], Result | None]) -> Result | None:
        """Do it; an error is one sentence, or as it is with ``--debug``."""
        options = _options(words)
        if options is None:
            return None
        try:
            return action(options)
        except KeyboardInterrupt:
            found: DaisyError = Interrupted("stopped by the user")
        except Exception as error:
            if options.get("debug"):
                raise
            internal = RunError(
                f"internal error: {type(error).__name__}: {error}", remedy="--debug shows where; please report it"
            )
            found = error if isinstance(error, DaisyError) else internal
        if options["json_"]:
            print(json.dumps({"error": found.error, "remedy": found.remedy, "exit_code": found.exit_code}))
        raise quiet(found) from None

    def _command(self, words: Sequence[str], options: dict[str, Any]) -> Result | None:
        from daisy_kernel.cli import demo, show

        command = words[0]
        if command == "run":
            return self._run(options, words)
        if command == "list":
            show.print_list(as_json=options["json_"])
        elif command == "show":
            show.print_declaration(options["name"], as_json=options["json_"])
        else:
            size = {name: options[name] for name in ("rows", "columns", "angles", "seed")}
            demo.write(options["kind"], Path(options["path"]), size, as_json=options["json_"])
        return None

    def _run(self, options: dict[str, Any], words: Sequence[str], cell: str | None = None) -> Result:
        from daisy_kernel.cli.run import Request, run_request
        from daisy_kernel.jupyter.progress import progress

        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list | tuple) else value for name, value in options.items()
        }
        as_json = given.pop("json_")
        given.pop("debug")
        given["settings"] = given["settings"] or ()
        magic = "%daisy" if cell is None else "%%daisy"
        request = Request(**given, as_json=as_json, command=(magic, *words))
        graph = None if cell is None else _graph(cell)
        return Result(run_request(request, graph, progress), self.shell)


def _options(words: Sequence[str]) -> dict[str, Any] | None:
    """Parameters of the command that the words call, read as the command line reads them; None after help."""
    import typer

    from daisy_kernel.cli.main import app

    group: Any = typer.main.get_command(app)
    if words[0] not in (*COMMANDS, "-h", "--help"):
        raise quiet(ParameterError(f"%daisy has no command {words[0]!r}", remedy=f"use {', '.join(COMMANDS)}"))
    try:
        outer = group.make_context("%daisy", list(words))
        name, command, rest = group.resolve_command(outer, list(words))
        return dict(command.make_context(name, rest, parent=outer).params)
    except typer.Exit:
        return None
    except typer.BadParameter.__base__ as error:  # type: ignore[misc]
        message: str = error.format_message()
        raise quiet(ParameterError(message.rstrip("."), remedy=f"see %daisy {words[0]} --help")) from None


def _graph(text: str) -> Graph:
    """The graph of a cell, written as JSON or YAML."""
    import yaml

    from daisy_kernel.graph import Graph

    try:
        json.loads(text)
    except ValueError:
        try:
            text = json.dumps(yaml.safe_load(text), default=str)
        except yaml.YAMLError as error:
            reason = " ".join(str(error).split())
            raise GraphError(f"the cell is neither JSON nor YAML: {reason}", remedy="correct it there") from None
    return Graph.from_json(text, "the cell")
