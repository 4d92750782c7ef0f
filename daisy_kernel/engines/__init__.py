"""Engines: record steps, and compute them somewhere."""
