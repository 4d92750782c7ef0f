"""``daisy run --dry-run``: the plan, with the time expected from one block of each section."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daisy_kernel.engines.engine import Engine
    from daisy_kernel.plan import Planned
    from daisy_kernel.runs.run import Run


def print_plan(engine: Engine, run: Run, *, as_json: bool) -> dict[str, Any]:
    """Print steps, slabs, memory, disk and time of a run, and return them; nothing is written."""
    from daisy_kernel.runs.forecast import forecast

    plan = run.plan()
    sections = [_section(planned) for planned in plan.sections]
    output = sum(int(next(iter(plan.steps[name].outputs.values())).nbytes) for name in run.outputs)
    found: dict[str, Any] = {
        "outputs": [str(path) for path in run.outputs.values()],
        "run": str(run.folder.path),
        "engine": engine.executor.describe(),
        "sections": sections,
        "memory": plan.memory,
        "budget": plan.budget,
        "disk": {"output": output, "kept": plan.kept_bytes},
        "seconds": forecast(engine, run),
    }
    print(json.dumps(found) if as_json else _sentences(found))
    return found


def _section(planned: Planned) -> dict[str, Any]:
    section = planned.section
    longest = max(slab.stop - slab.start for slab in planned.slabs)
    return {
        "steps": list(section.steps),
        "along": section.dim,
        "extent": section.extent,
        "slabs": len(planned.slabs),
        "slab": longest,
        "memory": planned.memory,
        "keeps": list(section.keeps),
    }


def _sentences(found: dict[str, Any]) -> str:
    lines = [f"output   {path}" for path in found["outputs"]]
    lines += [f"run      {found['run']}", f"engine   {found['engine']}"]
    for number, section in enumerate(found["sections"], 1):
        steps = " -> ".join(section["steps"])
        cut = "at once"
        if section["along"]:
            cut = f"{section['extent']} {section['along']}s in {section['slabs']} slabs of {section['slab']}"
        kept = f", keeps {', '.join(section['keeps'])}" if section["keeps"] else ""
        lines.append(f"section {number}  {steps}: {cut}, {_gib(section['memory'])}{kept}")
    lines.append(f"memory   {_gib(found['memory'])} of {_gib(found['budget'])} a process")
    lines.append(
        f"disk     {_gib(found['disk']['output'])} output, {_gib(found['disk']['kept'])} kept in the run's folder"
    )
    seconds = found["seconds"]
    lines.append("time     unknown before the first section" if seconds is None else f"time     about {seconds:.0f} s")
    return "\n".join(lines)


def _gib(nbytes: int) -> str:
    return f"{nbytes / 2**30:.2f} GiB"
