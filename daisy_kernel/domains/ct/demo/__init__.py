"""Phantoms, and a detector that makes a scan of one."""
