"""Commands, options, and how an error ends the command."""

from __future__ import annotations

import functools
import gc
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from daisy_kernel.errors import ClusterError, DaisyError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Daisy: data analysis for large research facilities.",
)

kernel = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The kernel of Jupyter.")
app.add_typer(kernel, name="kernel")

# What click calls UsageError, to which typer gives no public name.
_UsageError: Any = typer.BadParameter.__base__

Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON object on standard output.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


@app.command("list")
def list_(json_: Json = False) -> None:
    """List algorithms, workflows and demos, and plugins that do not load."""
    from daisy_kernel.cli import show

    show.print_list(as_json=json_)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="An algorithm or workflow, such as ct.Normalize; or graph.")],
    json_: Json = False,
    debug: Debug = False,
) -> None:
    """Show what an algorithm or workflow takes and gives; ``graph``: the schema of a graph file."""
    from daisy_kernel.cli import show as shown

    _guard(lambda: shown.print_declaration(name, as_json=json_), as_json=json_, debug=debug)


@app.command()
def demo(
    path: Annotated[Path, typer.Argument(help="The file to write.")],
    kind: Annotated[str, typer.Option(help="Which demo (see daisy list).")] = "ct",
    rows: Annotated[int, typer.Option(min=1, help="Detector rows.")] = 256,
    columns: Annotated[int, typer.Option(min=8, help="Detector columns.")] = 512,
    angles: Annotated[int | None, typer.Option(min=2, help="Projections; none: fitting the columns.")] = None,
    seed: Annotated[int, typer.Option(help="Of the noise.")] = 0,
    json_: Json = False,
    debug: Debug = False,
) -> None:
    """Write a demo scan with known answers, as a detector would write it."""
    from daisy_kernel.cli import demo as demos

    options = {"rows": rows, "columns": columns, "angles": angles, "seed": seed}
    _guard(lambda: demos.write(kind, path, options, as_json=json_), as_json=json_, debug=debug)


@app.command()
def run(
    what: Annotated[str, typer.Argument(help="A workflow, such as ct, or a graph file.")],
    settings: Annotated[
        list[str] | None,
        typer.Argument(help="name=value, step.name=value, or @file.yaml.", metavar="[SETTING]..."),
    ] = None,
    engine: Annotated[str | None, typer.Option(help="kubernetes, or a dask scheduler's address; none: here.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes on this machine, or pods.")] = 1,
    memory: Annotated[str | None, typer.Option(help="Of all processes, or each pod, as 8GiB; none: 70 %.")] = None,
    device: Annotated[str, typer.Option(help="cpu or gpu.")] = "cpu",
    keep: Annotated[list[str] | None, typer.Option(help="Data to keep in the run's folder, as step.port.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was stopped.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier result.")] = False,
    plot: Annotated[bool, typer.Option("--plot", help="Draw why steps decided as they did.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the plan.")] = False,
    json_: Json = False,
    debug: Debug = False,
) -> None:
    """Run a workflow or a graph file."""
    from daisy_kernel.cli.run import Request, run_request

    request = Request(
        what=what,
        settings=tuple(settings or ()),
        engine=engine,
        workers=workers,
        memory=memory,
        device=device,
        keep=tuple(keep or ()),
        resume=resume,
        overwrite=overwrite,
        plot=plot,
        dry_run=dry_run,
        as_json=json_,
    )
    _guard(lambda: run_request(request), as_json=json_, debug=debug)


@kernel.command("install")
def install_kernel(
    user: Annotated[bool, typer.Option("--user", help="For this user.")] = False,
    sys_prefix: Annotated[bool, typer.Option("--sys-prefix", help="Into this environment, as without it.")] = False,
    prefix: Annotated[Path | None, typer.Option(help="Below this folder.")] = None,
    json_: Json = False,
    debug: Debug = False,
) -> None:
    """Make the kernel known to Jupyter, and switch on the extension of its server."""
    from daisy_kernel.cli import kernel as kernels

    _guard(
        lambda: kernels.install(user=user, sys_prefix=sys_prefix, prefix=prefix, as_json=json_),
        as_json=json_,
        debug=debug,
    )


def main() -> None:
    """Entry point of ``daisy``."""
    # A stopped pod or a closed terminal ends a run as Ctrl-C does: cleanly, and resumable.
    signal.signal(signal.SIGTERM, _interrupt)
    _add_commands()
    try:
        sys.exit(app(standalone_mode=False))
    except _UsageError as error:
        if "--json" in sys.argv[1:]:
            _report(error.format_message(), "see daisy --help", error.exit_code, as_json=True)
        else:
            error.show()
        sys.exit(error.exit_code)
    finally:
        # The process ends: looking through its objects for cycles would only keep the user waiting (0.4 s).
        gc.freeze()


def _add_commands() -> None:
    """Take the commands of other packages, unless one of our own is asked for: plugins are read in 20 ms."""
    own = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    own |= {group.name for group in app.registered_groups if group.name}
    if sys.argv[1:2] and sys.argv[1] in own:
        return
    from daisy_kernel.registry import installed

    for entry in installed().of_kind("commands"):
        app.command(entry.name, help=entry.help)(_guarded(entry.load()))


def _guarded(command: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> None:
        _guard(lambda: command(*args, **kwargs), as_json=False, debug=False)

    return guarded


def _interrupt(*_: Any) -> NoReturn:
    raise KeyboardInterrupt


def _guard(action: Any, *, as_json: bool, debug: bool) -> None:
    """Turn errors into one sentence (or one JSON object) and an exit code."""
    more: dict[str, Any] = {}
    try:
        action()
        return
    except DaisyError as error:
        if debug:
            raise
        text, remedy, code = error.error, error.remedy, error.exit_code
        more = {"words": dict(error.words)} if isinstance(error, ClusterError) and error.words else {}
    except KeyboardInterrupt:
        text, remedy, code = "stopped by the user", "", 130
    except BrokenPipeError:
        raise  # whoever read the output has gone; typer ends the command quietly
    except Exception as error:
        if debug:
            raise
        text = f"internal error: {type(error).__name__}: {error}"
        remedy, code = "--debug shows where; please report it", 1
    _report(text, remedy, code, as_json=as_json, **more)
    raise typer.Exit(code)


def _report(text: str, remedy: str, code: int, *, as_json: bool, **more: Any) -> None:
    if as_json:
        print(json.dumps({"error": text, "remedy": remedy, "exit_code": code, **more}))
    else:
        print(f"daisy: {text}" + (f": {remedy}" if remedy else ""), file=sys.stderr)
