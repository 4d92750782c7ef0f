"""WorkflowApp: a page for one's own algorithm or workflow, in a class of a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from widgets_apps.app import App
from widgets_apps.session import Part

if TYPE_CHECKING:
    from daisy_kernel.graph import Graph
    from daisy_kernel.workflow import Workflow


class WorkflowApp(App):
    """An app whose page is made from what its steps declare.

    workflow: the registered name of a workflow, a class of one, a graph, or a chain: names of algorithms, of which
    each takes what those before it give. shown: the data objects that are worth looking at, as ``step.port``, the
    first one at first; all where none is named.
    """

    component = "workflow"
    workflow: ClassVar[str | type[Workflow] | Graph | tuple[str, ...]]
    shown: ClassVar[Sequence[str]] = ()

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if not hasattr(cls, "workflow"):
            raise TypeError(f'{cls.__name__} names no workflow: write workflow = ("my.Load", "my.Step", "Save")')

    def parts(self) -> Sequence[Part]:
        """Viewer, files, jobs and the workflow of one page. Errors: RegistryError, GraphError."""
        from widgets_apps.files.part import FilesPart
        from widgets_apps.jobs.jobs import Jobs
        from widgets_apps.jobs.part import JobsPart
        from widgets_apps.viewer.part import ViewerPart
        from widgets_apps.workflow_app.part import WorkflowPart
        from widgets_apps.workflow_app.recipe import recipe_of

        viewer, jobs = ViewerPart(), Jobs()
        part = WorkflowPart(self._key(), recipe_of(self.workflow), tuple(self.shown), viewer.sources, jobs)
        return [viewer, FilesPart(), JobsPart(jobs), part]

    def about(self) -> Mapping[str, Any]:
        """Under which name the jobs of this app are found again."""
        return {"jobs": self._key()}

    def warm(self) -> None:
        """Import the steps, and what the first slice would wait for."""
        from widgets_apps.viewer.warm import warm
        from widgets_apps.workflow_app.recipe import recipe_of

        warm()
        recipe_of(self.workflow).sections({})

    def _key(self) -> str:
        return f"{type(self).__module__}:{type(self).__qualname__}"
