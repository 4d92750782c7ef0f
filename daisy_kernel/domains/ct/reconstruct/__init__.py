"""From sinograms to slices: by gridding and by direct backprojection."""
