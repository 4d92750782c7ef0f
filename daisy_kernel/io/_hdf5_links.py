"""Where a dataset really is: links within a file and to other files followed, and told when broken."""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import h5py

from daisy_kernel.errors import DataError
from daisy_kernel.io.hdf5_handles import opened

# More hops than any scan has (master file -> detector file -> ...); fewer than a circle of links has.
_MOST_HOPS = 16

# Objects looked at to suggest names: enough for a scan, and bounded for a file that is not one.
_MOST_OBJECTS = 10_000


@dataclass(frozen=True)
class Location:
    """File and absolute name of an object, all links followed; what was noticed on the way."""

    path: Path
    name: str
    note: str = ""


def find(path: Path, name: str) -> Location | None:
    """Follow links from ``name`` in ``path`` to the object itself; None where there is no such name.

    Errors: DataError where the file of an external link is missing or links go round in circles.
    """
    here: Location | None = Location(path, name)
    for _ in range(_MOST_HOPS):
        there = _one_hop(here) if here else None
        if there is None or there is here:
            return there and replace(there, name="/" + "/".join(_parts(there.name)))
        here = there
    raise DataError(f"{path}:{name} is a circle of links", remedy="name the dataset that holds the data")


def locate(path: Path, name: str) -> Location:
    """Follow links as ``find`` does; a name that is not there is a DataError with the closest ones."""
    place = find(path, name)
    if place is None:
        raise _missing(path, name)
    return place


def search_places(path: Path, stored: Path) -> list[Path]:
    """Places where HDF5 looks for the other file of an external link or a virtual dataset, in its order.

    Source: HDF5 reference manual, H5Lcreate_external ("if the name is absolute ..."), without the
    environment's prefix and the current folder, which would make a result depend on who runs it.
    """
    folders = list(dict.fromkeys([path.parent, path.resolve().parent]))
    if stored.is_absolute():
        return [stored, *(folder / stored.name for folder in folders)]
    return [folder / stored for folder in folders]


def names(path: Path) -> Iterator[tuple[str, h5py.Dataset | h5py.Group | None]]:
    """Objects of a file, breadth first, at most ten thousand; links are named but not followed (None)."""
    with opened(path) as file:
        queue: deque[tuple[str, h5py.Group]] = deque([("", file["/"])])
        left = _MOST_OBJECTS  # ends the walk in a file whose groups contain themselves, too
        while queue:
            prefix, group = queue.popleft()
            for key in group:
                left -= 1
                if left < 0:
                    return
                item = group[key] if isinstance(group.get(key, getlink=True), h5py.HardLink) else None
                yield f"{prefix}/{key}", item
                if isinstance(item, h5py.Group):
                    queue.append((f"{prefix}/{key}", item))


def _one_hop(here: Location) -> Location | None:
    """The place that the first link on the way points to; ``here`` itself where there is no link."""
    parts = _parts(here.name)
    with opened(here.path, here.name) as file:
        group: h5py.Group = file["/"]
        for depth, part in enumerate(parts):
            link = group.get(part, getlink=True) if isinstance(group, h5py.Group) else None
            rest = parts[depth + 1 :]
            if link is None:
                return None
            if isinstance(link, h5py.ExternalLink):
                return _external(here, "/".join(parts[: depth + 1]), link, rest)
            if isinstance(link, h5py.SoftLink):
                base = [] if link.path.startswith("/") else parts[:depth]
                return replace(here, name="/".join([*base, *_parts(link.path), *rest]))
            group = group[part]
    return here


def _external(here: Location, link_name: str, link: h5py.ExternalLink, rest: list[str]) -> Location:
    stored = Path(link.filename)
    places = search_places(here.path, stored)
    # A copied scan often loses the folder that its data lay in.
    beside = [here.path.parent / stored.name]
    name = "/".join([*_parts(link.path), *rest])
    for place in [*places, *beside]:
        if place.is_file():
            moved = f"{here.path.name}:/{link_name} points to {stored}; {place} was used"
            return Location(place, name, here.note if place in places else moved)
    raise DataError(
        f"{here.path}:/{link_name} is stored as {link.path} in {stored}, which is missing",
        remedy=f"put {stored.name} beside {here.path.name}",
    )


def _missing(path: Path, name: str) -> DataError:
    known = [found for found, _ in names(path)]
    wanted = "/" + "/".join(_parts(name))
    close = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
    close += [found for found in known if found.rsplit("/", 1)[-1] == wanted.rsplit("/", 1)[-1]][:3]
    remedy = f"did you mean {', '.join(dict.fromkeys(close))}?" if close else f"it has {', '.join(known[:10])}"
    return DataError(f"{path} has no {wanted}", remedy=remedy)


def _parts(name: str) -> list[str]:
    return [part for part in name.split("/") if part not in ("", ".")]
