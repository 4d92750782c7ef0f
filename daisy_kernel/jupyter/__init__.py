"""Daisy in Jupyter: the kernel, its magics, what its data look like, and the extension of the server."""
