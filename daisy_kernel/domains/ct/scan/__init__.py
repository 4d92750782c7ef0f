"""Scans as files: one module a format, what they have in common beside them."""
