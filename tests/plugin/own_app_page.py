"""What a page asks the app of one's own for, as a script: python own_app_page.py SCAN FOLDER; prints JSON."""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np

from daisy_kernel.jupyter.tiles import GROUP, read_tiles
from widgets_apps.apps import installed
from widgets_apps.widget import app as widget


def main(scan: str, folder: Path) -> dict[str, Any]:
    """Check, look at every data object, run, export."""
    app = installed().find("smooth").load()()
    parts: dict[str, Any] = {part.name: part for part in app.parts()}
    page = parts["workflow"]
    opened = page.open(scan)
    parameters = {"load.input": opened["path"], "save.output": str(folder / "app.h5"), "smooth.sigma": 2.5}
    seen = page.preview(parameters, "smooth.output", index=7)
    source = parts["viewer"].sources.get(seen["source"]["source"])
    np.save(folder / "preview.npy", np.asarray(source.array[:, :]))
    job = page.start(parameters)["job"]
    deadline = time.monotonic() + 60
    while not parts["jobs"]._jobs.get(job["id"]).is_ended and time.monotonic() < deadline:
        time.sleep(0.05)
    cell = widget("smooth", input=scan)
    cell.close()
    tiles, _ = read_tiles(entry_points(group=GROUP))
    return {
        "description": page.describe({}),
        "output": opened["output"],
        "check": page.check(parameters),
        "wrong": page.check({**parameters, "smooth.sigma": 99})["fields"],
        "seen": seen,
        "job": parts["jobs"].list()["jobs"][0],
        "results": page.results()["results"],
        "graph": page.export(parameters, str(folder / "smooth"))["path"],
        "cell": dict(cell.initial),
        "tile": [tile.url for tile in tiles if tile.title == "Smoothing"],
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
