"""Runs: computing a graph into files, in a folder of its own that outlives whoever watches."""
