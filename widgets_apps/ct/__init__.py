"""The app of computed tomography."""
