"""From counts to line integrals: normalisation, repair, background, phase, binning."""
