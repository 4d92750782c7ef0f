"""The CT app."""

from __future__ import annotations

from collections.abc import Sequence

from widgets_apps.app import App
from widgets_apps.session import Part


class CtApp(App):
    """From a scan to a volume without code."""

    component = "ct"

    def parts(self) -> Sequence[Part]:
        """Viewer, files, jobs and tomography of one page."""
        from widgets_apps.ct.part import CtPart
        from widgets_apps.files.part import FilesPart
        from widgets_apps.jobs.jobs import Jobs
        from widgets_apps.jobs.part import JobsPart
        from widgets_apps.viewer.part import ViewerPart

        viewer, jobs = ViewerPart(), Jobs()
        return [viewer, FilesPart(), JobsPart(jobs), CtPart(viewer.sources, jobs)]

    def warm(self) -> None:
        """Import and compile what the first slice and the first preview need, by those of a few pixels."""
        from widgets_apps.ct import warm as previews
        from widgets_apps.viewer import warm as slices

        slices.warm()
        previews.warm()
