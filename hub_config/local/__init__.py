"""The platform on one machine, for one's own use: ``python -m hub_config.local``."""
