"""Computed tomography: the numerics as functions of plain arrays.

>>> from daisy_kernel.domains import ct
>>> ct.normalize([[[60.0]]], [[[110.0]]], [[[10.0]]])
array([[[0.5]]], dtype=float32)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daisy_kernel.domains.ct.center.search import find_center
    from daisy_kernel.domains.ct.prepare.absorption import absorption
    from daisy_kernel.domains.ct.prepare.background import normalize_air, normalize_background
    from daisy_kernel.domains.ct.prepare.binning import bin_projections
    from daisy_kernel.domains.ct.prepare.normalize import normalize
    from daisy_kernel.domains.ct.prepare.phase import paganin
    from daisy_kernel.domains.ct.prepare.repair import repair_nonfinite
    from daisy_kernel.domains.ct.prepare.zingers import remove_zingers
    from daisy_kernel.domains.ct.reconstruct.fbp import fbp
    from daisy_kernel.domains.ct.reconstruct.filters import filter_response
    from daisy_kernel.domains.ct.reconstruct.geometry import circle_mask
    from daisy_kernel.domains.ct.reconstruct.grid import GridPlan, grid
    from daisy_kernel.domains.ct.scan.readers import read_scan
    from daisy_kernel.domains.ct.stripes.removal import remove_stripes_sorting, remove_stripes_wavelet_fourier

__all__ = [
    "GridPlan",
    "absorption",
    "bin_projections",
    "circle_mask",
    "fbp",
    "filter_response",
    "find_center",
    "grid",
    "normalize",
    "normalize_air",
    "normalize_background",
    "paganin",
    "read_scan",
    "remove_stripes_sorting",
    "remove_stripes_wavelet_fourier",
    "remove_zingers",
    "repair_nonfinite",
]

_MODULES = {
    "find_center": "center.search",
    "absorption": "prepare.absorption",
    "normalize_air": "prepare.background",
    "normalize_background": "prepare.background",
    "bin_projections": "prepare.binning",
    "normalize": "prepare.normalize",
    "paganin": "prepare.phase",
    "repair_nonfinite": "prepare.repair",
    "remove_zingers": "prepare.zingers",
    "fbp": "reconstruct.fbp",
    "filter_response": "reconstruct.filters",
    "circle_mask": "reconstruct.geometry",
    "GridPlan": "reconstruct.grid",
    "grid": "reconstruct.grid",
    "read_scan": "scan.readers",
    "remove_stripes_sorting": "stripes.removal",
    "remove_stripes_wavelet_fourier": "stripes.removal",
}


def __getattr__(name: str) -> Any:
    """Import a function on first use: a run imports what its steps need."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
