from scipy.ndimage import gaussian_filter

from daisy_kernel import Algorithm, Parameter, Slabs
from daisy_kernel.domains.ct.data import Projections
from widgets_apps.workflow_app import WorkflowApp


class Smooth(Algorithm):
    """Projections blurred by a Gaussian."""

    sigma: float = Parameter(1.0, ge=0, le=50, unit="px", help="width of the Gaussian")
    slabs = Slabs("angle")

    def execute(self, projections: Projections) -> Projections:
        return projections.copy(data=gaussian_filter(projections.values, (0, self.sigma, self.sigma)))


class SmoothApp(WorkflowApp):
    workflow = ("ct.Load", "ct.Normalize", "own.Smooth", "Save")
