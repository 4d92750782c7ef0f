"""A plugin of somebody else: one algorithm."""

from typing import Annotated

from xarray import DataArray

from daisy_kernel import Algorithm, Dims, Parameter, Slabs

Volume = Annotated[DataArray, Dims("row", "y", "x")]


class Invert(Algorithm):
    """A value less the volume."""

    value: float = Parameter(0.0, help="from which the volume is taken")
    slabs = Slabs("row")

    def execute(self, volume: Volume) -> Volume:
        """The value less each voxel."""
        return self.value - volume
