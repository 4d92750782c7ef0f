"""Ring artefacts, removed as stripes of the sinogram."""
