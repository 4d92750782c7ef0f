"""The user's side of the Dask broker: clusters of pods that belong to the user."""
