"""The container images: how they are built, what is in them, and which versions."""
