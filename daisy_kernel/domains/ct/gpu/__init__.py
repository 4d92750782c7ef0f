"""Normalisation, -log and gridding on CuPy arrays, with the results of the functions for NumPy arrays."""

from daisy_kernel.domains.ct.gpu.absorption import absorption
from daisy_kernel.domains.ct.gpu.grid import GpuGridPlan, gpu_grid_bytes
from daisy_kernel.domains.ct.gpu.kernels import on_device, on_host
from daisy_kernel.domains.ct.gpu.normalize import normalize

__all__ = ["GpuGridPlan", "absorption", "gpu_grid_bytes", "normalize", "on_device", "on_host"]
