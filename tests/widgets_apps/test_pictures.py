"""Large pictures lie on the disk, and are seen as they are in memory."""

from __future__ import annotations

import numpy as np

from widgets_apps.pictures import Picture, Pictures
from widgets_apps.viewer.planes import Plane, Planes
from widgets_apps.viewer.source import Sources
from widgets_apps.viewer.stored import LaidArray


def test_a_large_picture_is_seen_from_the_disk_as_from_memory():
    values = np.random.default_rng(0).normal(size=(1500, 1200)).astype(np.float32)
    assert values.nbytes > 4 << 20
    seen = {}
    for name, wanted in (("large", values), ("small", values[:500])):
        sources, planes = Sources(), Planes()
        shown = Pictures(sources).show(("slice",), name, Picture(wanted, ("y", "x"), "", (-1.0, 1.0), 0.1, ()))
        source = sources.get(shown["source"]["source"])
        source.check()
        plane = Plane(source, 0, 0)
        seen[name] = isinstance(source.array, LaidArray)
        np.testing.assert_array_equal(planes.read(plane, plane.whole), wanted)
        np.testing.assert_array_equal(
            planes.means(plane, plane.whole, (250, 240)),
            Planes().means(Plane(Sources().add(wanted, name="m"), 0, 0), plane.whole, (250, 240)),
        )
    assert seen == {"large": True, "small": False}


def test_the_next_picture_of_a_place_is_laid_in_its_place():
    sources = Sources()
    pictures = Pictures(sources)
    for value in (1.0, 2.0):
        wanted = np.full((1500, 1200), value, np.float32)
        shown = pictures.show(("slice",), "slice", Picture(wanted, ("y", "x"), "", (0.0, 1.0), 0.1, ()))
    source = sources.get(shown["source"]["source"])
    assert source.version == 1
    np.testing.assert_array_equal(source.array[(slice(7, 8), slice(0, 3))], [[2.0, 2.0, 2.0]])
