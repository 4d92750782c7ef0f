"""The center of rotation: the search, its figure, candidates side by side."""
