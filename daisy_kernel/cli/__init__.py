"""The command ``daisy``. Nothing that is slow to import stands at the top of these modules."""

from daisy_kernel.cli.main import main

__all__ = ["main"]
