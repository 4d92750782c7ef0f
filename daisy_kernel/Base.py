"""Daisy's own module name: ``from daisy_kernel.Base import DaisyAlg``."""

from daisy_kernel.compat import DaisyAlg, PyWorkflow

__all__ = ["DaisyAlg", "PyWorkflow"]
