"""The viewer as an app of its own: any array of a file, or two beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from widgets_apps.app import App
from widgets_apps.session import Part


class ViewApp(App):
    """Look at volumes and other arrays without code."""

    component = "view"

    def parts(self) -> Sequence[Part]:
        """Viewer and files of one page."""
        from widgets_apps.files.part import FilesPart
        from widgets_apps.viewer.part import ViewerPart

        return [ViewerPart(), FilesPart()]

    def warm(self) -> None:
        """Import and compile what the first slice needs."""
        from widgets_apps.viewer import warm

        warm.warm()
