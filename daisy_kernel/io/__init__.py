"""Containers of arrays, one module a format; nothing of a domain or an engine."""
