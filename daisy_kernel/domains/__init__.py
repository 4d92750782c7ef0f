"""Domains: each a plugin, known to the rest by its entry point alone."""
